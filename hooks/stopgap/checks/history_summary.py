"""What a person reads first of an audit: how much there is, and what to do first."""

from __future__ import annotations

from collections import Counter

from ..audit import Audit
from ..audit.accounts import is_contradicted, is_settled
from ..audit.ledger import NAME
from ..wording import plural

FIRST = 5  # files that are named


def summary(audit: Audit) -> tuple[str, ...]:
    """What a person reads first; nothing where there was no config file."""
    values = [value for value in audit.values if value.secret or is_contradicted(value)]
    if not audit.files and not values:
        return ()
    open_ = [value for value in values if not is_settled(value)]
    found = Counter(value.use for value in open_)
    lines = [
        f"{plural(len(audit.files), 'config file')} and {plural(len(values), 'secret value')} in {plural(audit.commits, 'commit')} of"
        f" {plural(audit.refs, 'ref')}"
    ]
    lies = sum(map(is_contradicted, values))
    if lies:
        lines.append(f"  {plural(lies, 'value')} in use although {NAME} says rotated or revoked: first of all")
    if found["in-use"] - lies:
        lines.append(f"  {plural(found['in-use'] - lies, 'value')} still in use and never rotated: rotate first")
    left = " and ".join(f"{found[use]:,} {use}" for use in ("replaced", "gone") if found[use])
    if left:
        lines.append(f"  {left} here, and nothing says that the old values were revoked: make sure, then --mark")
    lines.append(f"  {len(values) - len(open_):,} accounted for in {NAME}" if len(values) > len(open_) else "")
    if open_:
        dated = [value.first for value in open_ if value.first.is_dated]
        oldest = f"the oldest since {min(dated, key=lambda first: first.time).day}; " if dated else ""
        public = sum(bool(value.public) for value in open_)
        lines.append(f"  {oldest}tags and remote branches that this clone knows have {public:,} of {len(open_):,}")
        by_file = Counter(value.path for value in open_)
        lines.append("  most in: " + ", ".join(f"{path} ({count:,})" for path, count in by_file.most_common(FIRST)))
        lines.append("  what is no secret, or is to stay as it is: --mark it not-a-secret or accepted")
    settings = len(audit.values) - len(values)
    lines.append(f"  {plural(settings, 'other setting')} with values that look like no secret (--verbose lists them)" if settings else "")
    return tuple(line for line in lines if line)
