"""Release tools, as people write their files: what each would carry to the server, and what the server keeps."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from stopgap.deploy import advice, files
from stopgap.deploy.code.python import Module
from stopgap.deploy.code.tokens import tokens
from stopgap.deploy.code.values import Program
from stopgap.deploy.copy import Copy
from stopgap.deploy.filters import phploy, picked
from stopgap.deploy.shell.commands import Unreadable
from stopgap.deploy.tree import Tree
from stopgap.deploy.yamls import Unreadable as UnreadableYaml

from .deploy_help import taken, tree_of

CONFIG = (".env", ".env.local", "web/.env", "config/.env", "dist/.env")


def copies(path: str, text: str, **more: str) -> list[Copy]:
    """What all readers of a file of that name say, in a repository with some env files."""
    held = {**dict.fromkeys(CONFIG, "A=1"), "dist/app.js": "", "deploy/x": "", path: text, **more}
    made, why = files.read(path, tree_of(held))
    assert why == "", why
    return made


def travels(made: Iterable[Copy]) -> set[str]:
    """Which env files would be put over the server's."""
    return {name for copy in made for name in taken([copy], CONFIG) if name not in copy.replaced}


ALL = set(CONFIG)
PHP = "<?php\nnamespace Deployer;\nrequire 'recipe/common.php';\n"
GIT = "set :application, 'a'\nset :repo_url, 'git@example.org:a.git'\n"
PLAY = "- hosts: web\n  tasks:\n"
FTP_DEPLOY = "new FtpDeploy().deploy({ localRoot: __dirname, include: [%s], exclude: ['node_modules/**'] })"

SILENT = [
    pytest.param("deploy.rb", "puts 'no deploy at all'\n", id="Ruby of another kind"),
    pytest.param(
        "config/deploy.rb", GIT + "append :linked_files, " + ", ".join(f"'{name}'" for name in CONFIG), id="Capistrano, all linked"
    ),
    pytest.param(
        "config/deploy.rb",
        GIT + "append :linked_dirs, 'web', 'config', 'dist'\nset :linked_files, %w{.env .env.local}",
        id="linked folders",
    ),
    pytest.param(
        "config/deploy.rb",
        GIT + "SHARED = %w[.env .env.local web/.env]\n"
        "set :linked_files, fetch(:linked_files, []).push('config/.env', *SHARED)\nappend :linked_files,\n  'dist/.env'",
        id="linked by a constant, a push and a list over two lines",
    ),
    pytest.param("deploy.php", "<?php echo 'git pull'; // exec('git pull')\n", id="PHP that runs nothing"),
    pytest.param("webhook.php", "<?php /* shell_exec('git pull'); */ exec('uptime');", id="web hook in a comment"),
    pytest.param(
        "Envoy.blade.php", "{{-- @task('x')\ngit pull\n@endtask --}}\n@task('y')\nphp artisan up\n@endtask\n", id="Envoy in a comment"
    ),
    pytest.param(
        "fabfile.py", "from fabric.api import run\ndef d():\n    run('uptime')\n    # run('git pull')\n", id="Fabric that copies nothing"
    ),
    pytest.param("release.py", "import subprocess\nsubprocess.run(['git', 'checkout', 'main'])\n", id="a release on this machine"),
    pytest.param("tasks.py", "import queue, sh\nq = queue.Queue()\nq.put('x')\n", id="a queue's put"),
    pytest.param("deploy.py", "import subprocess\nsubprocess.run(['rsync', '-n', '-a', './', 'h:/srv'])\n", id="a dry run"),
    pytest.param("ecosystem.config.js", "module.exports = { apps: [{ script: 'deploy.js', env: {} }] }", id="PM2 without a deploy"),
    pytest.param(
        "ecosystem.config.js",
        "module.exports = { deploy: { production: { host: 'SSH_HOSTMACHINE', repo: 'GIT_REPOSITORY', path: 'DESTINATION_PATH' } } }",
        id="PM2's template that nobody filled in",
    ),
    pytest.param(
        "grunt/rsync.js", "module.exports = { rsync: { d: { options: { src: './', dest: '../dist' } } } }", id="Grunt on this machine"
    ),
    pytest.param("gulpfile.js", "// ftp\ngulp.src('**/*').pipe(uglify()).pipe(gulp.dest('dist'))", id="gulp that builds"),
    pytest.param("deploy.js", FTP_DEPLOY % "'*', '**/*'", id="ftp-deploy without dot files"),
    pytest.param(
        "Gruntfile.js", "module.exports = g => g.initConfig({ exec: { x: { cmd: 'rsync -a --exclude=.env* ./ h:/srv' } } })", id="Grunt"
    ),
    pytest.param("site.yml", PLAY + "    - synchronize: {src: ./, dest: /srv, mode: pull}\n", id="Ansible pulls"),
    pytest.param("site.yml", PLAY + "    - synchronize: {src: /a/, dest: /srv}\n      delegate_to: other\n", id="Ansible between servers"),
    pytest.param(
        "site.yml",
        PLAY + "    - copy: {content: A=1, dest: /srv/.env}\n    - copy: {src: /etc, dest: /a, remote_src: yes}\n",
        id="contents",
    ),
    pytest.param("site.yml", PLAY + "    - git: {repo: 'https://example.org/pyenv.git', dest: ~/.pyenv}\n", id="a tool's repository"),
    pytest.param("setup.yml", PLAY.replace("web", "localhost") + "    - git: {repo: x, dest: ~/src/x}\n", id="a checkout on this machine"),
    pytest.param("docker-compose.yml", "services:\n  a:\n    command: git pull\n", id="YAML of another kind"),
    pytest.param("chart/templates/deploy.yaml", "{{ if x }}\nhosts: [\n  copy: {{ y }}", id="a template that is no YAML"),
    pytest.param("phploy.ini", "[prod]\nhost = h\nexclude[] = '*.env*'\n", id="PHPloy"),
    pytest.param(".vscode/sftp.json", '{"host": "h", "ignore": ["**/.env*"]}', id="editor"),
    pytest.param(".vscode/sftp.json", '{"ignore": []}', id="editor without a server"),
]


@pytest.mark.parametrize(("path", "text"), SILENT)
def test_leaves_config_alone(path: str, text: str) -> None:
    assert travels(copies(path, text)) == set()


CARRIED = [
    pytest.param("config/deploy.rb", GIT + "# append :linked_files, '.env'", ALL, "capistrano", 2, id="Capistrano, commented out"),
    pytest.param("config/deploy.rb", GIT + "append :linked_files, '.env'", ALL - {".env"}, "capistrano", 3, id="Capistrano, one linked"),
    pytest.param(
        "config/deploy.rb", "set :scm, :copy\nset :deploy_to, '/a'", ALL - {".env", ".env.local"}, "capistrano", 1, id="scm :copy packs *"
    ),
    pytest.param(
        "config/deploy.rb",
        "set :repository, 'x'\nset :deploy_via, :remote_cache\nrun \"ln -nfs #{shared_path}/.env #{release_path}/.env\"",
        ALL - {".env"},
        "capistrano",
        1,
        id="Capistrano 2, linked by a task",
    ),
    pytest.param(
        "config/deploy.rb", GIT + "set :rsync_options, %w[-a --exclude=.env]", {".env.local"}, "capistrano", 2, id="capistrano-rsync"
    ),
    pytest.param(
        "config/deploy.rb",
        "require 'mina/git'\nset :shared_files, fetch(:shared_files, []).push('.env')\ntask :d do\n"
        "  invoke :'git:clone'\n  invoke :'deploy:link_shared_paths'\nend",
        ALL - {".env"},
        "mina",
        2,
        id="Mina",
    ),
    pytest.param("deploy.php", PHP + "set('shared_files', ['.env']);", ALL - {".env"}, "deployer", 4, id="Deployer"),
    pytest.param(
        "deploy.php", PHP.replace("common", "laravel") + "add('shared_files', []);", ALL - {".env"}, "deployer", 4, id="Laravel's recipe"
    ),
    pytest.param(
        "deploy.php", PHP.replace("common", "laravel") + "set('shared_files', []);", ALL, "deployer", 4, id="recipe's files replaced"
    ),
    pytest.param(
        "deploy.php",
        PHP.replace("common", "symfony") + "set('repository', 'x');",
        ALL - {".env.local"},
        "deployer",
        4,
        id="Symfony's recipe",
    ),
    pytest.param(
        "deploy.php",
        PHP + "task('deploy:update_code', function () { upload(__DIR__ . '/', '{{release_path}}'); });\n"
        "task('e', function () { run('cp {{deploy_path}}/env/.env {{release_path}}/.env'); });",
        ALL - {".env"},
        "deployer upload",
        4,
        id="Deployer uploads, a task puts the server's own over it",
    ),
    pytest.param(
        "deploy.php",
        PHP + "set('rsync', ['exclude' => ['/.env', '.git'], 'options' => ['delete']]);\n"
        "task('deploy', ['deploy:prepare', 'deploy:release', 'rsync']);",
        ALL - {".env"},
        "deployer rsync",
        4,
        id="Deployer's rsync",
    ),
    pytest.param(
        "deploy.php",
        PHP + "task('deploy:update_code', function () {\n runLocally('tar -cf app.tar .');\n"
        " upload('app.tar', '{{release_path}}/app.tar'); });",
        ALL,
        "deployer upload",
        6,
        id="Deployer, by way of an archive",
    ),
    pytest.param(
        "deploy.php", "<?php $c = array('git pull --rebase');\nforeach ($c as $x) shell_exec($x);", ALL, "git pull", 1, id="web hook"
    ),
    pytest.param("hook.php", "<?php $d = '/srv';\nexec('cd ' . $d . ' && git reset --hard');", ALL, "git reset", 2, id="web hook, joined"),
    pytest.param("hook.php", "<?php $o = `git pull`;", ALL, "git pull", 1, id="web hook, backticks"),
    pytest.param("Envoy.blade.php", "@task('d')\n cd {{ $dir }}\n @if ($b)\n git pull\n @endif\n@endtask", ALL, "git pull", 4, id="Envoy"),
    pytest.param(
        "Envoy.blade.php",
        "@task('d')\n cd /srv\n git pull\n cp ~/env/.env .env\n@endtask",
        ALL - {".env"},
        "git pull",
        3,
        id="the server's own goes over it",
    ),
    pytest.param(
        "fabfile.py",
        "from fabric.api import *\nD = '/srv'\ndef d():\n    with cd(D):\n"
        "        run('git fetch && git reset --hard')\n        run('cp /etc/.env .env')\n",
        ALL - {".env"},
        "git reset",
        5,
        id="Fabric",
    ),
    pytest.param(
        "fabfile.py",
        "from fabric.contrib.project import rsync_project\ndef d():\n    rsync_project('/srv', './', exclude=['/.env'], delete=True)\n",
        ALL - {".env"},
        "fabric rsync_project",
        3,
        id="rsync_project",
    ),
    pytest.param(
        "fabfile.py",
        "from fabric.api import *\ndef d():\n    name = 'r-%s.tgz' % stamp()\n"
        "    local('tar czf %s --exclude=.env .' % name)\n    put(name, '/srv/')\n",
        {".env.local"},
        "fabric put",
        5,
        id="Fabric, an archive whose name is made at run time",
    ),
    pytest.param(
        "fabfile.py", "from fabric.api import put\ndef d():\n    put('.env', '/srv/.env')\n", {".env"}, "fabric put", 3, id="Fabric's put"
    ),
    pytest.param(
        "fabfile.py",
        "from fabric.api import *\ndef go(caller):\n    caller('git pull')\ndef d():\n    go(run)\n",
        ALL,
        "git pull",
        3,
        id="Fabric, by way of a function",
    ),
    pytest.param(
        "deploy.py",
        "import subprocess\nskip = ['.git', '/.env']\ncmd = ['rsync', '-a']\nfor one in skip:\n    cmd += ['--exclude', one]\n"
        "subprocess.run(cmd + ['./', f'{user}@{host}:/srv'])\n",
        ALL - {".env"},
        "rsync",
        6,
        id="subprocess with a list",
    ),
    pytest.param(
        "shipitfile.js",
        "module.exports = s => { require('shipit-deploy')(s); s.initConfig({ default: {\n"
        " repositoryUrl: 'x', ignores: ['.git', '.env'] }, production: {} }); }",
        {".env.local"},
        "shipit",
        2,
        id="shipit",
    ),
    pytest.param(
        "shipitfile.js",
        "module.exports = s => { s.initConfig({ default: {\n repositoryUrl: 'x', shared: { files: ['.env'] } }, production: {} }); }",
        ALL - {".env"},
        "shipit",
        2,
        id="shipit-shared",
    ),
    pytest.param(
        "ecosystem.config.js",
        "module.exports = { deploy: { production: { repo: 'x', path: '/srv', 'post-deploy': 'cp ../shared/.env .env && npm i' } } }",
        ALL - {".env"},
        "pm2 deploy",
        1,
        id="PM2",
    ),
    pytest.param("deploy.js", FTP_DEPLOY % "'*', '**/*', '.*'", ALL, "ftp-deploy", 1, id="ftp-deploy with dot files"),
    pytest.param(
        "deploy.js", "execSync(`rsync -a \\\n --exclude=.env ./ ${host}:/srv`)", {".env.local"}, "rsync", 1, id="a template's shell"
    ),
    pytest.param("deploy.js", "spawn('scp', ['-r', '.', 'host:/srv'])", ALL, "scp", 1, id="spawn"),
    pytest.param(
        "deploy.js", "const ftp = require('basic-ftp');\nawait client.uploadFromDir('.')", ALL, "uploadFromDir", 2, id="basic-ftp"
    ),
    pytest.param(
        "gulpfile.js",
        "var conn;\ngulp.src(['**/*', '!**/.env'], {dot: true}).pipe(conn.dest('/')) // ftp",
        {".env.local"},
        "gulp",
        2,
        id="vinyl-ftp",
    ),
    pytest.param(
        "Gruntfile.js",
        "module.exports = function (grunt) { grunt.initConfig({ v: { s: './' }, rsync: { options: { exclude: ['/.env*'] },\n"
        " p: { options: { src: '<%= v.s %>', dest: '/srv', host: 'h' } } } }) }",
        ALL - {".env", ".env.local"},
        "grunt-rsync",
        2,
        id="grunt-rsync",
    ),
    pytest.param(
        "site.yml", PLAY + "    - synchronize:\n        src: .\n        dest: /srv\n", ALL, "ansible synchronize", 3, id="synchronize"
    ),
    pytest.param(
        "site.yml",
        PLAY + "    - ansible.posix.synchronize:\n        src: '{{ playbook_dir }}/'\n        dest: '{{ app }}'\n"
        "        rsync_opts: ['--exclude=/web/']\n"
        "    - template: src=env.j2 dest={{ app }}/.env\n",
        ALL - {".env", "web/.env"},
        "ansible synchronize",
        3,
        id="a template behind a synchronize",
    ),
    pytest.param(
        "deploy/site.yml", PLAY + "    - synchronize: {src: ../, dest: /srv}\n", ALL, "ansible synchronize", 3, id="the folder above"
    ),
    pytest.param("site.yml", PLAY + "    - git: repo={{ repo }} dest=/srv force=yes\n", ALL, "ansible git", 3, id="Ansible's git"),
    pytest.param(
        "site.yml",
        PLAY + "    - block:\n        - shell: git pull\n          args: {chdir: /srv}\n      rescue:\n"
        "        - copy: {src: x.env, dest: /srv/.env}\n",
        ALL - {".env"},
        "git pull",
        4,
        id="a block's shell",
    ),
    pytest.param(
        "webhook.py",
        "import subprocess\n@app.route('/')\ndef hook():\n    subprocess.call(['git', 'pull'])\n",
        ALL,
        "git pull",
        4,
        id="Python's web hook",
    ),
    pytest.param(
        "deploy.js", "execSync('git pull');\nexecSync('pm2 restart all') // deploy", ALL, "git pull", 1, id="a script on the server"
    ),
    pytest.param(".git-ftp-ignore", "# notes\n.git*\n.env\n", ALL - {".env"}, "git-ftp", 1, id="git-ftp: the pattern is for the root"),
    pytest.param(
        "phploy.ini",
        "; all\n[*]\nexclude[] = 'dist/*'\n[prod]\nhost = h\nexclude[] = .ENV ; note\n",
        ALL - {".env", "dist/.env"},
        "phploy",
        4,
        id="PHPloy",
    ),
    pytest.param("dploy.yaml", "prod:\n  host: h\n  exclude: ['.env', 'web/**']\n", ALL - {".env", "web/.env"}, "dploy", 2, id="dploy"),
    pytest.param(
        ".vscode/sftp.json",
        '// c\n[{"host": "h",\n "ignore": [".vscode", "/.env",],}]',
        ALL - {".env"},
        "vscode sftp",
        3,
        id="JSON with comments",
    ),
    pytest.param(".vscode/sftp.json", '{"host": "h", "context": "./web"}', {"web/.env"}, "vscode sftp", 1, id="a folder of the editor's"),
    pytest.param(
        "sftp-config.json",
        '{"host": "h", "ignore_regexes": ["\\\\.git/", "/web/", "/\\\\.env$"]}',
        {".env.local"},
        "sublime sftp",
        1,
        id="Sublime",
    ),
]


@pytest.mark.parametrize(("path", "text", "expected", "mechanism", "line"), CARRIED)
def test_carries_config(path: str, text: str, expected: set[str], mechanism: str, line: int) -> None:
    made = copies(path, text, **{"x.env": ""})
    assert travels(made) == expected
    assert (mechanism, line) in {(copy.mechanism, copy.line) for copy in made}


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        pytest.param("site.yml", PLAY + "    - synchronize: {src: '{{ where }}', dest: /srv}\n", "${where}", id="Ansible's variable"),
        pytest.param("config/deploy.rb", GIT + "set :linked_files, shared_names\n", "linked files", id="Capistrano's names"),
        pytest.param("deploy.php", PHP.replace("common", "ours") + "add('shared_files', []);", "ours", id="a recipe that nobody knows"),
        pytest.param("deploy.py", "import os\nos.system('rsync -a ' + where + ' h:/srv')\n", "${where}", id="Python's variable"),
        pytest.param("gulpfile.js", "gulp.src(globs).pipe(conn.dest('/')) // ftp", "globs", id="gulp's globs"),
        pytest.param("deploy.js", "ssh.putDirectory('.', '/srv', { validate: path => ok(path) })", "function", id="a function decides"),
        pytest.param(".vscode/sftp.json", '{"host": "h", "ignoreFile": "gone"}', "gone", id="an ignore file that is missing"),
    ],
)
def test_what_cannot_be_known_is_said(path: str, text: str, said: str) -> None:
    assert any(said in copy.unknown for copy in copies(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("fabfile.py", "from fabric.api import run\ndef (:\n", id="no Python"),
        pytest.param("fabfile.py", "import fabric\nx = " + "(" * 3000 + ")" * 3000, id="Python nested too deeply"),
        pytest.param("site.yml", "- hosts: a\n  tasks:\n   - copy: [\n", id="a playbook that is no YAML"),
        pytest.param(".vscode/sftp.json", '{"host": ', id="no JSON"),
        pytest.param(".vscode/sftp.json", '"text"', id="JSON of another kind"),
    ],
)
def test_what_is_not_what_its_name_says(path: str, text: str) -> None:
    tree = Tree([path], lambda name: text.encode())
    made, why = files.read(path, tree)
    assert why
    assert not made


@pytest.mark.parametrize("language", ["js", "php", "ruby"])
@pytest.mark.parametrize(
    "part",
    [
        "(",
        "[{",
        "'",
        '"',
        "`${",
        "/[",
        "<<A\n",
        "<<<A\n",
        "%w[",
        "a(",
        "a = [",
        "/*",
        "x: {",
        "=> ",
        "{{--",
        "@task\n",
        "a.b(",
        '"#{',
        '"{$a',
        "? a : ",
        "+ a",
    ],
)
def test_hostile_sources_end(language: str, part: str) -> None:
    source = ("<?php " if language == "php" else "") + part * (40_000 // len(part))
    begun = time.monotonic()
    with suppress(Unreadable):
        assert all(call.line >= 1 for call in Program(source, language).calls())
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "name", ["envoy", "ansible", "capistrano", "mina", "phploy", "git_ftp", "python", "php_hook", "deployer", "javascript"]
)
def test_readers_take_anything(name: str) -> None:
    read = import_module(f"stopgap.deploy.files.{name}").read
    words = "fabric git deploy shell_exec( namespace Deployer; require 'mina' - hosts: a\n  tasks:\n    - copy: {src: . dest: x}\n"
    for text in ("", "\0", "\ufeff{", words, words * 50, "@task @task @endtask", "[a\n[]=\n", "set :scm, (((", "€" * 99):
        tree = Tree([".env"], lambda name: None)
        with suppress(Unreadable, UnreadableYaml):
            assert all(copy.line >= 1 for copy in read("deploy/x", text, tree))


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        pytest.param("js", "a('x' + `y${b}`) // no('z')", [("a", "xy${b}")], id="template"),
        pytest.param("js", "const b = 'q'; f(/a'b/, `${b}/c`)", [("f", "${expression}")], id="expression"),
        pytest.param("php", "<p>f('no')</p><?php f(\"a {$b['c']} $d->e\") ?> f('no')", [("f", "a ${b_c} ${d_e}")], id="PHP in a page"),
        pytest.param("php", "<?php f(<<<'X'\n$a\nX . 'b');", [("f", "$a\nb")], id="PHP's document"),
        pytest.param("ruby", "f(<<~X, 'b')\n  a #{c}\nX\n", [("f", "  a ${c}\n")], id="Ruby's document"),
        pytest.param("ruby", "# f('no')\nf %w{a b}\nf('c')\n=begin\nf('no')\n=end\n", [("f", "c")], id="Ruby's comments"),
    ],
)
def test_tokens_of_languages(language: str, source: str, expected: list[tuple[str, str]]) -> None:
    found = [(call.name, call.text(0)) for call in Program(source, language).calls() if call.name == "f" or call.name == "a"]
    assert found == expected


def test_lines_are_those_of_the_file() -> None:
    found = [token.line for token in tokens("a\n/* \n */ 'b\nc' d", "js") if token.kind == "name"]
    assert found == [1, 4]


def test_python_is_not_run(tmp_path: Path) -> None:
    target = tmp_path / "made"
    assert list(Module(f"open({str(target)!r}, 'w')\n__import__('os').abort()\n", "/").calls())
    assert not target.exists()


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        pytest.param(("+**/*",), set(), id="no dot files"),
        pytest.param(("+**/*", "dot"), ALL, id="dot"),
        pytest.param(("+*", "+.env", "base"), ALL - {".env.local"}, id="matchBase"),
        pytest.param(("+.env",), {".env"}, id="the root alone"),
        pytest.param(("+{web,dist}/.*",), {"web/.env", "dist/.env"}, id="braces"),
        pytest.param(("+**/.*", "-.env"), ALL - {".env"}, id="left out"),
    ],
)
def test_globs_that_pick(patterns: tuple[str, ...], expected: set[str]) -> None:
    assert {name for name in CONFIG if picked.passes(patterns, name)} == expected


NODE = shutil.which("node")
MINIMATCH = next(iter(Path(NODE).resolve().parents[1].glob("lib/node_modules/npm/node_modules/minimatch")), None) if NODE else None
MINIMATCH = MINIMATCH or next(
    (path for path in map(Path, ("/usr/share/nodejs/minimatch", "/usr/lib/node_modules/npm/node_modules/minimatch")) if path.is_dir()), None
)


@pytest.mark.skipif(not NODE or MINIMATCH is None, reason="node, or the minimatch that npm brings along, is not installed")
def test_globs_are_minimatchs() -> None:
    globs = [
        "*",
        "**",
        "**/*",
        ".*",
        "**/.*",
        ".env",
        "**/.env",
        "*/.env",
        "web/**",
        "web/*",
        "w?b/.env*",
        "{web,dist}/.env",
        "[.]env",
        "**/web/.env",
        "*.env",
        "dist/**/.env",
    ]
    names = [*CONFIG, "a.js", "web/a.js", "web/.d/x", ".d/.env", "x.env"]
    script = (
        f"const m = require({str(MINIMATCH)!r}); const f = m.minimatch || m; const [g, n] = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(g.map(p => n.map(x => [f(x, p, {}), f(x, p, {dot: true}), f(x, p, {matchBase: true})]))))"
    )
    done = subprocess.run([NODE or "", "-e", script, json.dumps([globs, names])], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for pattern, row in zip(globs, json.loads(done.stdout), strict=True):
        ours = [
            [picked.found(pattern, name, False, False), picked.found(pattern, name, False, True), picked.found(pattern, name, True, False)]
            for name in names
        ]
        assert ours == row, pattern


PHP_COMMAND = shutil.which("php")


@pytest.mark.skipif(PHP_COMMAND is None, reason="php is not installed")
def test_phploys_patterns_are_phps() -> None:
    code = "echo preg_match('#^'.strtr(preg_quote($argv[1], '#'), ['\\*' => '.*', '\\?' => '.']).'$#i', $argv[2]);"
    for pattern in (".env", "*.env", ".ENV*", "web/*", "?env", "[.]env"):
        for name in CONFIG:
            done = subprocess.run([PHP_COMMAND or "", "-r", code, "--", pattern, name], capture_output=True, text=True)
            assert phploy.passes((pattern,), name) == (done.stdout != "1"), (pattern, name)


@pytest.mark.parametrize(("path", "text", "expected", "mechanism", "line"), CARRIED)
def test_fixes_are_sentences(path: str, text: str, expected: set[str], mechanism: str, line: int) -> None:
    copy = next(copy for copy in copies(path, text) if copy.mechanism == mechanism)
    said = advice.fix(copy, "deploy-copies-config", [".env"])
    assert said
    assert not re.search(r"[{}]", said), (expected, line)


@pytest.mark.parametrize(
    ("path", "modules"),
    [
        pytest.param("src/app.py", (), id="a module"),
        pytest.param("release.md", (), id="notes"),
        pytest.param("deploy.json", (), id="JSON"),
        pytest.param(".github/workflows/deploy.yml", ("github",), id="a workflow"),
        pytest.param("charts/a/values.yaml", (), id="values"),
        pytest.param("deploy.php", ("deployer", "php_hook"), id="PHP"),
        pytest.param("config/deploy.rb", ("capistrano", "mina"), id="Ruby"),
        pytest.param("scripts/deploy.py", ("python",), id="Python"),
        pytest.param("scripts/deploy", ("script",), id="a script without an ending"),
        pytest.param("roles/app/tasks/main.yml", ("ansible",), id="a role"),
        pytest.param("hooks/post-receive", ("script",), id="a git hook"),
        pytest.param("app/.vscode/sftp.json", ("editor",), id="an editor's"),
    ],
)
def test_names_of_deploy_files(path: str, modules: tuple[str, ...]) -> None:
    assert files.modules(path) == modules


DOUBLES = "\n".join(f"a{number} = a{number - 1} + a{number - 1}" for number in range(1, 60))
CALLS = "\n".join(f"def f{number}():\n    return {' + '.join([f'f{number + 1}()'] * 40)}" for number in range(12))
ALIASES = "- hosts: a\n  tasks:\n    - block: &b0 [{copy: {content: a, dest: b}}]\n" + "".join(
    f"    - block: &b{number} [{{block: *b{number - 1}}}, {{block: *b{number - 1}}}]\n" for number in range(1, 40)
)
NAMED = "\n".join(f"set('a{number}', '{('{{a' + str(number + 1) + '}}') * 300}');" for number in range(6))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            "deploy.py", f"import subprocess\na0 = 'x' * 2\na0 = 'x'\n{DOUBLES}\nsubprocess.run(a59)\n", id="Python's texts double"
        ),
        pytest.param("deploy.py", f"import subprocess\na0 = ['x']\n{DOUBLES}\nsubprocess.run(a59)\n", id="Python's lists double"),
        pytest.param("deploy.py", f"import subprocess\n{CALLS}\nsubprocess.run(f0())\n", id="Python's functions multiply"),
        pytest.param("deploy.js", f"// rsync\nvar a0 = 'x'\n{DOUBLES.replace(chr(10), ';')}; exec(a59)", id="JavaScript's texts double"),
        pytest.param(
            "deploy.js", "// rsync\nvar a = ['x'];" + "a = [...a, ...a];" * 60 + "spawn('scp', a)", id="JavaScript's lists double"
        ),
        pytest.param("deploy.php", f"{PHP}{NAMED}\nrun('{{{{a0}}}}');", id="Deployer's names multiply"),
        pytest.param("site.yml", ALIASES, id="a playbook's aliases multiply"),
        pytest.param("deploy.js", "// ftp\n" + "gulp.src('a').pipe(conn.dest('b'))\n" * 5000, id="many streams"),
        pytest.param("Envoy.blade.php", "@task('a')\n" * 40_000, id="many tasks that do not end"),
        pytest.param("config/deploy.rb", GIT + "set :a, <<A\n" * 20_000, id="many documents that do not end"),
    ],
)
def test_work_is_bounded(path: str, text: str) -> None:
    begun = time.monotonic()
    tree = Tree([path, ".env"], lambda name: text.encode())
    made, why = files.read(path, tree)
    assert isinstance(why, str)
    assert len(made) < 20_000
    assert time.monotonic() - begun < 15
