"""What is said of a step, and the words to add to it: per mechanism, where its order matters in the right place."""

from __future__ import annotations

from collections.abc import Sequence

from . import actions
from .copy import Copy

MOST = 3  # files that a fix names

# What to add for a file, by mechanism. `{file}` is its path as the mechanism's patterns see it, `{first}` where in the order.
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
    "gsutil rsync": "let the expression that it excludes name {file} too",
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
    "sublime sftp": "add an expression for /{file} to ignore_regexes",
    "ftp-sync": "add an expression for {file} to ignore",
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


def message(copy: Copy, rule: str, files: str, why: str = "") -> str:
    """What is wrong, in one line."""
    does = CHECKOUT if copy.kind == "checkout" and rule == "deploy-copies-config" else DOES[rule]
    said = f"this {copy.mechanism} step {does.format(files=files)}"
    if rule == "deploy-copies-config" and (copy.deletes or copy.kind == "checkout"):
        said += MIRROR
    return f"{said} ({why})" if why else said


def fix(copy: Copy, rule: str, files: Sequence[str]) -> str:
    """How to mend it, in one line. `files` are seen from the folder that is copied."""
    if rule == "deploy-unknown":
        return "write what it leaves out where the file itself shows it, or allow this finding with a reason"
    if copy.kind == "checkout":
        return "copy the server's file aside, `stopgap untrack` it here, pull, and put it back: later pulls leave it alone"
    if copy.deletes == "everything":
        return "let this step leave what is there alone: it empties the target, whatever is excluded"
    known = WORDS.get(copy.mechanism) or actions.words(copy.mechanism) or GENERAL
    words = [known] if rule != "deploy-deletes-config" or copy.deletes != "all" else []
    if copy.deletes == "all":
        words += [KEEPS[copy.mechanism]] if copy.mechanism in KEEPS else []
    before = next((one.before for one in reversed(copy.filters) if one.dialect == copy.mechanism), "")
    first = " before the first --include" if any(pattern.startswith("+") for one in copy.filters for pattern in one.patterns) else ""
    return "; ".join(each.format(file=before + file, first=first) for file in files[:MOST] for each in words)
