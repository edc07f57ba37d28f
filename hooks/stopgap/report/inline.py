"""Text of a repository inside a line of Markdown, where nothing of it acts: in code spans, and only a plain page is a link."""

from __future__ import annotations

import re

from .escape import visible

# what GitHub's and GitLab's Markdown could act on in a word (markup, links, mentions, references, shortcodes), and at the start a list
ACTS = re.compile(r"[\\`*\[\]<>&|~$\#@{}!%] | :\w | \w:\S | :/ | (?<!\w)_ | _(?!\w) | www\.", re.VERBOSE | re.IGNORECASE)
STARTS = re.compile(r"[-+]|[0-9]+[.)]")
PAGE = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&%+#-]*)?", re.ASCII)


def link(page: str) -> str:
    return f"<{page}>" if PAGE.fullmatch(page) else code(page)


def code(text: str) -> str:
    """`text` in a code span."""
    return span(visible(text))


def span(shown: str) -> str:
    """A code span, whose fence is no run of backticks in it (CommonMark 0.31, 6.1)."""
    runs = {len(run) for run in re.findall("`+", shown)}
    fence = "`" * min(length for length in range(1, len(runs) + 2) if length not in runs)
    # one space is taken from both ends of what is more than spaces; backticks at an edge would belong to the fence
    pad = " " if shown.strip(" ") and (shown[0] in "` " or shown[-1] in "` ") else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def words(text: str) -> str:
    """A message. Those of its words that Markdown could act on stand in code spans."""
    parts: list[tuple[bool, list[str]]] = []
    for place, word in enumerate(visible(text).strip(" ").split(" ")):
        acts = bool(ACTS.search(word) or (not place and STARTS.fullmatch(word)))
        if not parts or parts[-1][0] != acts:
            parts.append((acts, []))
        parts[-1][1].append(word)
    return " ".join(spanned(" ".join(found)) if acts else " ".join(found) for acts, found in parts)


def spanned(shown: str) -> str:
    """Words in one code span, without the comma or the like behind them."""
    inner = shown.rstrip(";,.")
    return f"{span(inner)}{shown[len(inner) :]}" if inner else span(shown)
