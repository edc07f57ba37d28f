"""Rules that are not in our form: those of a team's .gitleaks.toml, and detect-secrets' detectors where the configuration asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..model import Fragment
from . import second_opinion, team
from .rules import Rule
from .spans import Span
from .team import Team

TEAM_RANK, OPINION_RANK = 25, 5


class Others(NamedTuple):
    """What a Detector asks beside its own rules."""

    teams: tuple[Team, ...] = ()
    detectors: tuple[Any, ...] = ()

    def spans(self, fragment: Fragment) -> Iterator[Span]:
        """What they find in a fragment."""
        for one in self.teams:
            for found in team.find(fragment, one):
                yield Span(found.start, found.end, found.rule.id, found.rule.confidence, found.rule.description, TEAM_RANK)
        if self.detectors:
            for opinion in second_opinion.find(fragment, self.detectors):
                yield Span(opinion.start, opinion.end, opinion.rule, "medium", opinion.what, OPINION_RANK)

    def named(self, path: str) -> Iterator[Rule]:
        """The teams' rules on the names of files that match this one."""
        for one in self.teams:
            yield from team.named(path, one)

    def hides(self, fragment: Fragment, span: Span) -> bool:
        """Whether a team's allowlist for a rule of ours hides what it found."""
        place = (span.start, span.end)
        return any(team.hidden(one.filters[span.rule], fragment, place, place) for one in self.teams if span.rule in one.filters)

    def rules(self) -> tuple[Rule, ...]:
        """The teams' rules."""
        return tuple(one.rule for each in self.teams for one in each.rules)


def detectors(wanted: Sequence[str], where: str) -> tuple[Any, ...]:
    """detect-secrets' detectors of these class names. Raises StopgapError for one that it does not ship."""
    return second_opinion.detectors(wanted, where)
