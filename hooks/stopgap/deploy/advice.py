"""What is said of a step, and the words to add to it: per mechanism, where its order matters in the right place."""

from __future__ import annotations

from collections.abc import Sequence

from . import actions
from .copy import Copy

MOST = 3  # files that a fix names

# What to add for a file, by mechanism. `{file}` is its path as the mechanism's patterns see it, `{regex}` that as an expression, `{first}`
# where in the order.
WORDS = {
    "docker": "add '**/{file}' as the last line of the .dockerignore that this build reads, and give it to the container when that runs",
    "compose-watch": "add '{file}' to this rule's `ignore`",
    "rsync": "add --exclude='/{file}'{first}",
    "lftp": "add --exclude-glob {file} behind this mirror's last --include",
    "sshPublisher": "add **/{file} to `excludes`",
    "sshPut": "send a folder that does not hold {file}: this step takes no exclusions",
    "s3Upload": "add {file} to `excludePathPattern`",
    "cp": "name what to copy instead of the folder, or remove {file} from the copy before it arrives: cp leaves nothing out",
    "scp": "name what to copy instead of the folder, or send it with rsync --exclude='/{file}': scp leaves nothing out",
    "sftp": "name what to put instead of the folder: sftp leaves nothing out",
    "tar": "add --exclude='{file}' before the first source: behind it tar does not obey it",
    "zip": "add -x '{file}' at the end",
    "git archive": "add the line `/{file} export-ignore` to .gitattributes",
    "git push": "give its values to the platform's own settings, and `stopgap untrack {file}`: a push takes all that is tracked",
    "aws s3": "add --exclude '{file}' behind the last --include",
    "s3cmd": "add --exclude '{file}'",
    "gsutil rsync": "let the expression that it excludes find '{regex}$' too, with a | between",
    "gcloud": "add the line /{file} to .gcloudignore, and `#!include:.gitignore` if you begin one",
    "gcloud app deploy": "add the line /{file} to .gcloudignore, and `#!include:.gitignore` if you begin one",
    "eb deploy": "`stopgap untrack {file}`, and where there is an .ebignore add the line /{file} to it: it replaces .gitignore",
    "vercel": "add the line /{file} to .vercelignore",
    "func publish": "add the line /{file} to .funcignore",
    "Heroku": "add the line {file} to .slugignore",
    "npm publish": "let `files` in package.json not name it, or add the line /{file} to .npmignore",
    "vsce": "add the line {file} to .vscodeignore",
    "sdist": "add `exclude {file}` at the end of MANIFEST.in, or '/{file}' to the sdist target's `exclude` with hatchling",
    "Serverless": "add '!{file}' at the end of package.patterns",
    "SAM": "keep {file} out of the folder that CodeUri names, or in .npmignore for Node.js",
    "Firebase Hosting": "add '{file}' to `ignore`",
    "Netlify": "keep {file} out of the folder that is published",
    "CodeDeploy": "leave {file} out of the revision",
    "az webapp": "leave {file} out of the zip",
    "ansible synchronize": 'add "--exclude=/{file}" to rsync_opts',
    "capistrano": "append :linked_files, '{file}', and keep the server's own in its shared folder",
    "mina": "add '{file}' to :shared_files, and keep the server's own in its shared folder",
    "deployer": "add('shared_files', ['{file}']), and keep the server's own in its shared folder",
    "deployer upload": "give this upload ['options' => [\"--exclude=/{file}\"]]",
    "deployer rsync": "add '/{file}' to 'exclude' in set('rsync', ...)",
    "fabric rsync_project": "add '/{file}' to exclude",
    "shipit": "add '/{file}' to ignores",
    "grunt-rsync": "add '/{file}' to exclude",
    "gulp-rsync": "add '/{file}' to exclude",
    "grunt-ftp-deploy": "add '{file}' to exclusions",
    "ftp-deploy": "add '{file}' to exclude",
    "gulp": "add '!{file}' to the globs of gulp.src",
    "git-ftp": "add the line {file} to .git-ftp-ignore",
    "dploy": "add '{file}' to exclude of each server",
    "phploy": "add exclude[] = '{file}' to each section",
    "vscode sftp": 'add "/{file}" to ignore',
    "ftp-kr": 'add "/{file}" to ignore',
    "remote-sync": 'add "/{file}" to ignore',
    "remote-ftp": "add the line /{file} to .ftpignore",
    "sublime sftp": 'add "/{regex}$" to ignore_regexes',
    "ftp-sync": 'add "/{regex}$" to ignore',
}
# What keeps the target's own file where the mechanism deletes also what is excluded.
KEEPS = {
    "rsync": "add --filter='P /{file}'",
}
GENERAL = "exclude {file} from this step"
DOES = {
    "deploy-copies-config": "overwrites the server's own {files} with the repository's",
    "deploy-ships-config": "carries {files} into what it builds",
    "deploy-deletes-config": "deletes the server's own {files}",
    "deploy-unknown": "may carry {files}: it cannot be told what this step leaves out",
}
CHECKOUT = "checks out {files} over the server's own: git overwrites a tracked file"
MIRROR = "; once it is untracked, the next run deletes the server's own"

# The same of names of which no file is here.
ABSENT = "no such file is here now, and no ignore rule keeps it out"
WOULD = {
    "deploy-copies-config": f"would overwrite the server's own {{files}} with the repository's: {ABSENT}",
    "deploy-ships-config": f"would carry {{files}} into what it builds: {ABSENT}",
    "deploy-deletes-config": "deletes the server's own {files} where it has one: no such file is here",
}
WOULD_CHECKOUT = f"would check out {{files}} over the server's own: {ABSENT}"
ENV = ".env"  # what the names of env files begin with
# Mechanisms that take the names of files and no patterns, or all that git has: a name that is not there must not get there.
EXACT = frozenset(("capistrano", "mina", "deployer"))
UNTRACKS = ("`stopgap untrack", "aside")
IGNORED = "let .gitignore cover {files}, which `stopgap check-gitignore --fix` does: this step takes what git tracks"
EITHER = {
    "eb deploy": "add the line /{file} to .gitignore, and to .ebignore where there is one: it replaces .gitignore",
}


def message(copy: Copy, rule: str, files: str, why: str = "") -> str:
    """What is wrong, in one line."""
    does = CHECKOUT if copy.kind == "checkout" and rule == "deploy-copies-config" else DOES[rule]
    said = f"this {copy.mechanism} step {does.format(files=files)}"
    if rule == "deploy-copies-config" and (copy.deletes or copy.kind == "checkout"):
        said += MIRROR
    return f"{said} ({why})" if why else said


def foreseen(copy: Copy, rule: str, files: str) -> str:
    """What would be wrong once there were files of these names, in one line."""
    does = WOULD_CHECKOUT if copy.kind == "checkout" else WOULD[rule]
    return f"this {copy.mechanism} step {does.format(files=files)}"


def fix(copy: Copy, rule: str, files: Sequence[str], others: Sequence[str] = (), left: Sequence[str] = ()) -> str:
    """How to mend it, in one line. `files` are seen from the folder that is copied; `others` too, of which none is here, and which the
    same words are to cover; and `left`, templates, of which it is said where the words stop them too.
    """
    if rule == "deploy-unknown":
        return "write what it leaves out where the file itself shows it, or allow this finding with a reason"
    if copy.kind == "checkout" and files:
        return "copy the server's file aside, `stopgap untrack` it here, pull, and put it back: later pulls leave it alone"
    if copy.deletes == "everything":
        return "let this step leave what is there alone: it empties the target, whatever is excluded"
    known = WORDS.get(copy.mechanism) or actions.words(copy.mechanism) or GENERAL
    if copy.kind == "checkout" or copy.mechanism in EXACT or any(words in known for words in UNTRACKS):
        if not files and copy.mechanism not in EITHER:
            return IGNORED.format(files=", ".join(together(others)[:MOST]))
        known, others = (known, ()) if files else (EITHER[copy.mechanism], others)
    words = [known] if rule != "deploy-deletes-config" or copy.deletes != "all" or not files else []
    if copy.deletes == "all":
        words += [KEEPS[copy.mechanism]] if copy.mechanism in KEEPS else []
    before = next((one.before for one in reversed(copy.filters) if one.dialect == copy.mechanism), "")
    first = " before the first --include" if any(pattern.startswith("+") for one in copy.filters for pattern in one.patterns) else ""
    wanted = together((*files, *others), "**/{file}" in known) if others else files
    more = f"; and the same for {len(wanted) - MOST} more" if others and len(wanted) > MOST else ""
    stopped = next((file for file in left if any(one.endswith("*") and file.startswith(one[:-1]) for one in wanted)), "")
    more += f" (that leaves {stopped} behind too)" if stopped else ""
    return "; ".join(each.format(file=before + file, regex=regex(file), first=first) for file in wanted[:MOST] for each in words) + more


def regex(file: str) -> str:
    """The path, or a pattern of `together`, as a regular expression; without a backslash, which JSON and shells read their own way."""
    return "".join("[^/]*" if sign == "*" else f"[{sign}]" if sign in ".+?()|{}[$" else sign for sign in file)


def together(files: Sequence[str], anywhere: bool = False) -> list[str]:
    """The files as patterns: `web/.env*` for several env files of a folder, which also stands for those that nobody thought of.

    `anywhere`: what is said of a folder holds below it too.
    """
    alike: dict[str, dict[str, None]] = {}
    for file in files:
        folder, slash, name = file.rpartition("/")
        alike.setdefault(folder + slash + ENV if name.startswith(ENV) else file, {})[file] = None
    found = [next(iter(held)) if len(held) == 1 else start + "*" for start, held in alike.items()]
    return [one for one in found if not (anywhere and any(one.endswith("/" + other) for other in found))]
