"""What git would let in: the names to ask it about, gathered from one repository, and its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from .checks import gitignore
from .checks.gitignore import Probe
from .config import Config, Globs
from .detect import names
from .gather import read_file
from .git import ignore, index
from .git.ignore import NAME, IgnoreFiles, Rule
from .git.index import Entry
from .git.repository import Repository

NEUTRAL = "name-that-no-rule-is-about"  # where even this is ignored the whole folder is, or all that is not listed
SUBMODULE = "160000"
TERRAFORM = (".tf", ".tf.json", ".tofu")

# A path and what reads its content; the reason why it counts as config, "" where it does not.
Judge = Callable[[str, Callable[[], bytes]], str]


class Facts(NamedTuple):
    """The tracked files by path, what lies beside them in the work tree, and the ignore files of both.

    `named` are the paths of either kind whose names the table knows, templates and those that only their content could convict included.
    """

    entries: dict[str, Entry]
    others: frozenset[str]
    files: IgnoreFiles
    named: tuple[str, ...]
    terraform: bool


class Question(NamedTuple):
    """A path to ask git about, and what a Probe says of it whatever the answer is."""

    path: str
    kind: gitignore.Kind
    lies: bool = False
    generated: bool = True


def by_name_and_content(path: str, read: Callable[[], bytes]) -> str:
    """The table's verdict; the content is read only where the name alone does not decide."""
    name = names.classify(path, read() if names.wants_content(path) else None)
    return name.reason if name else ""


def look(repository: Repository, settings: Config) -> Facts:
    """Reads the index and walks the work tree."""
    excluded, extra = Globs(settings.exclude), Globs(settings.extra_files)
    entries = [entry for entry in index.entries() if entry.mode != SUBMODULE]
    others = ignore.untracked()
    files = ignore.ignore_files(repository.top, entries, others)
    if files.shared != files.here:  # the walk kept out of folders that only the work tree's rules ignore
        others = ignore.untracked(ignoring=False)
        files = ignore.ignore_files(repository.top, entries, others)
    paths = [path for path in (*(entry.path for entry in entries), *others) if path not in excluded]
    kept = frozenset(paths)
    return Facts(
        {entry.path: entry for entry in entries if entry.path in kept},
        kept.intersection(others),
        files,
        tuple(path for path in paths if names.lookup(path) or path in extra),
        any(path.endswith(TERRAFORM) for path in paths),
    )


def questions(facts: Facts, settings: Config) -> Iterator[Question]:
    """Generated names in the root and wherever a dotenv file is; the config files that lie in the work tree; the templates."""
    allowed = Globs(settings.allow_files)
    templates = {path for path in facts.named if names.is_template(path)}
    lying = {path for path in facts.named if path in facts.others and path not in allowed} - templates
    generated = {}
    for folder in folders(facts):
        for question in generated_in(folder, facts, settings):
            if question.path not in allowed and (question.path not in facts.entries or question.kind == "template"):
                generated[question.path] = question
    yield from generated.values()
    yield from (Question(path, "error", True, False) for path in sorted(lying - generated.keys()))
    yield from (Question(path, "template", path in facts.others, False) for path in sorted(templates - generated.keys()))


def generated_in(folder: str, facts: Facts, settings: Config) -> Iterator[Question]:
    """The names to ask about in one folder ("" or with a slash at its end)."""
    probes = names.probes()
    errors = dict.fromkeys((*probes.errors, *settings.gitignore_extra))
    for name in (*errors, *probes.notes):
        urgent = name in errors or (facts.terraform and ".tfstate" in name)
        yield Question(folder + name, "error" if urgent else "note", folder + name in facts.others)
    for name in (NEUTRAL, *probes.templates):
        yield Question(folder + name, "template", folder + name in facts.others)


def folders(facts: Facts) -> list[str]:
    """The root and every folder with a dotenv file, templates included, each with a slash at its end."""
    return sorted({"", *(path[: path.rfind("/") + 1] for path in facts.named if names.is_dotenv(path))})


def decided_on(facts: Facts, asked: Iterable[Question], also: Iterable[str] = ()) -> dict[str, Rule]:
    """Git's decisions, by the rules that everybody has, on what is asked and on `also`."""
    return ignore.decide(facts.files.shared, dict.fromkeys((*also, *(question.path for question in asked))))


def answered(repository: Repository, facts: Facts, asked: Iterable[Question], decided: Mapping[str, Rule], judge: Judge) -> list[Probe]:
    """The questions with git's answers, without those that turn out to be about nothing."""
    hidden = {path.removesuffix(NEUTRAL) for path, rule in decided.items() if path.endswith(NEUTRAL) and not rule.negated}
    let_in, templates = [], []
    for question in asked:
        rule = decided.get(question.path)
        covered = rule is not None and not rule.negated
        if question.kind != "template":
            if not covered and (question.generated or judge(question.path, reader(repository.top, question.path))):
                let_in.append(question)
        elif covered and question.path[: question.path.rfind("/") + 1] not in hidden:
            templates.append(probe(question, "covered", rule))
    here = ignore.decide(facts.files.here, [question.path for question in let_in if question.kind == "error"], repository.git_dir)
    return [*wanted_templates(templates, facts), *(uncovered(question, decided, here, facts) for question in let_in)]


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


def reader(top: Path, path: str) -> Callable[[], bytes]:
    return lambda: read_file(top, path, names.READ)


def lines_to_add(repository: Repository, facts: Facts, settings: Config, content: bytes) -> tuple[list[str], list[str], int]:
    """What the root's ignore file lacks if it reads `content`: lines that ignore, lines that let templates in, and the number of its first
    `!` line that a line below it would undo, 0 where there is none.
    """
    files = {**facts.files.here, NAME: content}
    supposed = facts._replace(files=IgnoreFiles(files, files, frozenset()))
    asked = list(questions(supposed, settings))
    decided = decided_on(supposed, asked)
    probes = answered(repository, supposed, asked, decided, by_name_and_content)
    lacking = [one for one in probes if gitignore.severity(one) == "error" and one.state in ("missing", "personal")]
    spared = [one for one in probes if one.kind == "template" and one.source == NAME]
    first = min((rule.line for rule in decided.values() if rule.negated and rule.source == NAME), default=0)
    return gitignore.lines_for(lacking), gitignore.lines_sparing(spared), first
