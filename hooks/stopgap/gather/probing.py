"""What git would let in: the names to ask it about, and its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..checks import gitignore
from ..checks.gitignore import Probe
from ..config import Config, Globs
from ..detect import names
from ..git import ignore
from ..git.ignore import Rule
from ..git.repository import Repository
from .ignoring import Facts, judge_by
from .worktree import read_file

NEUTRAL = "name-that-no-rule-is-about"  # where even this is ignored the whole folder is, or all that is not listed


class Question(NamedTuple):
    """A path to ask git about, and what a Probe says of it whatever the answer is."""

    path: str
    kind: gitignore.Kind
    lies: bool = False
    generated: bool = True


def questions(facts: Facts, settings: Config) -> Iterator[Question]:
    """Generated names in the root and wherever a dotenv file is; the config files that lie in the work tree; the templates."""
    allowed = Globs(settings.allow_files)
    templates = {path for path in facts.named if names.is_template(path)}
    lying = {path for path in facts.named if path in facts.others and path not in allowed} - templates
    generated = {}
    for folder in folders(facts):
        for question in generated_in(folder, facts, settings):
            if question.path not in allowed and wanted(question, facts):
                generated[question.path] = question
    yield from generated.values()
    yield from (Question(path, "error", True, False) for path in sorted(lying - generated.keys()))
    yield from (Question(path, "template", path in facts.others, False) for path in sorted(templates - generated.keys()))


def wanted(question: Question, facts: Facts) -> bool:
    """A name that is tracked and passes, an encrypted file say, need not be ignored."""
    return question.kind == "template" or question.path not in facts.entries or question.path in facts.config


def generated_in(folder: str, facts: Facts, settings: Config) -> Iterator[Question]:
    """The names to ask about in one folder ("" or with a slash at its end)."""
    probes = names.probes()
    errors = error_names(settings)
    for name in dict.fromkeys((*errors, *probes.notes)):
        urgent = name in errors or (facts.terraform and ".tfstate" in name)
        yield Question(folder + name, "error" if urgent else "note", folder + name in facts.others)
    for name in (NEUTRAL, *probes.templates):
        yield Question(folder + name, "template", folder + name in facts.others)


def error_names(settings: Config) -> tuple[str, ...]:
    """The names that must not be let in, whatever the repository is."""
    return tuple(dict.fromkeys((*names.probes().errors, *settings.gitignore_extra)))


def folders(facts: Facts) -> list[str]:
    """The root and every folder with a dotenv file, templates included, each with a slash at its end."""
    return folders_of(path for path in facts.named if names.is_dotenv(path))


def folders_of(files: Iterable[str]) -> list[str]:
    """The root and the folders of these files, each with a slash at its end."""
    return sorted({"", *map(folder_of, files)})


def decided_on(facts: Facts, asked: Iterable[Question], also: Iterable[str] = ()) -> dict[str, Rule]:
    """Git's decisions, by the rules that everybody has, on what is asked and on `also`."""
    return ignore.decide(facts.files.shared, dict.fromkeys((*also, *(question.path for question in asked))))


def answered(repository: Repository, settings: Config, facts: Facts, asked: Iterable[Question], decided: Mapping[str, Rule]) -> list[Probe]:
    """The questions with git's answers, without those that turn out to be about nothing."""
    hidden = {path.removesuffix(NEUTRAL) for path, rule in decided.items() if path.endswith(NEUTRAL) and not rule.negated}
    ignored = {path for path, rule in decided.items() if not rule.negated}
    templates = [
        probe(question, "covered", decided[question.path])
        for question in asked
        if question.kind == "template" and question.path in ignored and folder_of(question.path) not in hidden
    ]
    let_in = convicted(repository, settings, (one for one in asked if one.kind != "template" and one.path not in ignored))
    here = ignore.decide(facts.files.here, [question.path for question in let_in if question.kind == "error"], repository.git_dir)
    return [*wanted_templates(templates, facts), *(uncovered(question, decided, here, facts) for question in let_in)]


def convicted(repository: Repository, settings: Config, let_in: Iterable[Question]) -> list[Question]:
    """The questions about names that are let in, now that the files that lie there can be read: a harmless one is no config."""
    judge, kept = judge_by(settings), []
    for question in let_in:
        if question.lies:
            guilty = judge(question.path, content(repository.top, question.path)) != ""
            if not guilty and not question.generated:
                continue
            question = question._replace(lies=guilty, kind="error" if guilty else question.kind)
        kept.append(question)
    return kept


def content(top: Path, path: str) -> bytes | None:
    """The first part of a file of the work tree; None for a link."""
    return None if (top / path).is_symlink() else read_file(top, path, names.READ)


def folder_of(path: str) -> str:
    """ "" for the root, else with a slash at its end."""
    return path[: path.rfind("/") + 1]


def probe(question: Question, state: gitignore.State, rule: Rule | None) -> Probe:
    made = Probe(question.path, question.kind, state, question.lies, question.generated)
    return made._replace(source=rule.source, line=rule.line, pattern=rule.pattern) if rule else made


def wanted_templates(probes: list[Probe], facts: Facts) -> list[Probe]:
    """Ignored templates that are there; and of those that could be, the first spelling where every spelling is ignored."""
    spellings = names.probes().templates
    ignored = {probe.path for probe in probes}
    kept = []
    for one in probes:
        there = one.lies or one.path in facts.entries
        if there or (one.name == spellings[0] and all(one.folder + spelling in ignored for spelling in spellings)):
            kept.append(one)
    return kept


def uncovered(question: Question, decided: Mapping[str, Rule], here: Mapping[str, Rule], facts: Facts) -> Probe:
    """A name that everybody's rules let in, with the reason."""
    files, rule = facts.files, here.get(question.path)
    if rule is None or rule.negated:
        shared = decided.get(question.path)
        return probe(question, "negated" if shared else "missing", shared)
    if rule.source in files.untracked:
        return probe(question, "untracked", rule)
    if rule.source not in files.here:
        name = ".git/info/exclude" if rule.source.endswith("info/exclude") else "core.excludesFile"
        return probe(question, "personal", rule._replace(source=name))
    if files.here == files.shared:
        return probe(question, "covered", rule)  # by core.ignoreCase
    changed = next(path for path in (rule.source, *files.here, *files.shared) if files.here.get(path) != files.shared.get(path))
    return probe(question, "unstaged", rule._replace(source=changed))
