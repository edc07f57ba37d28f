"""What each reader of settings gives: the key, the literal or None, and the line."""

from __future__ import annotations

from base64 import b64encode
from importlib import import_module

import pytest
from stopgap.deploy.yamls import Unreadable
from stopgap.drift import files, places, reads
from stopgap.drift.compose import reads as compose_reads
from stopgap.drift.env_file import commented
from stopgap.drift.setting import Raw
from stopgap.drift.workflow import reads as workflow_reads


def given(path: str, text: str) -> list[Raw]:
    """What the reader of a file of this name gives."""
    return list(import_module(f"stopgap.drift.{files.kind(path)}").read(path, text))


def plain(path: str, text: str) -> list[tuple[str, str | None, int]]:
    return [(raw.key, raw.value, raw.line) for raw in given(path, text)]


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


# ---- which files


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("app.py", id="code"),
        pytest.param("README.md", id="document"),
        pytest.param("tests/fixtures/.env", id="fixture"),
        pytest.param("docs/docker-compose.yml", id="docs"),
        pytest.param("examples/web/docker-compose.yml", id="example"),
        pytest.param("node_modules/x/.env", id="dependency"),
        pytest.param("{{cookiecutter.name}}/.env", id="folder of a project template"),
        pytest.param(".pre-commit-config.yaml", id="dot YAML"),
        pytest.param("mkdocs.yml", id="YAML of a tool"),
        pytest.param("config/locales/de.yml", id="translations"),
        pytest.param("roles/web/tasks/main.yml", id="Ansible"),
        pytest.param("package.json", id="other JSON"),
        pytest.param("pyproject.toml", id="other TOML"),
        pytest.param("composer.json", id="a name that begins alike"),
        pytest.param("profile.txt", id="a name that holds file"),
        pytest.param("env.ts", id="code named env"),
    ],
)
def test_what_is_not_opened(path: str) -> None:
    assert files.kind(path) == ""


@pytest.mark.parametrize(
    ("path", "module"),
    [
        (".env", "env_file"),
        ("apps/api/.env.production.local", "env_file"),
        (".env.example", "env_file"),
        ("env.example", "env_file"),
        ("docker/example.env", "env_file"),
        ("environments/test/.env", "env_file"),
        ("docker-compose.yml", "compose"),
        ("compose.prod.yaml", "compose"),
        ("dev.docker-compose.yml", "compose"),
        (".github/workflows/deploy.yml", "workflow"),
        (".gitlab-ci.yml", "workflow"),
        ("k8s/api.yaml", "kubernetes"),
        ("k8s/app-deployment.yaml", "kubernetes"),
        ("chart/values-prod.yaml", "helm"),
        ("infra/main.tf", "terraform"),
        ("environments/prod/terraform.tfvars", "terraform"),
        ("Dockerfile", "dockerfile"),
        ("docker/api.Dockerfile", "dockerfile"),
        ("Dockerfile.prod", "dockerfile"),
        ("fly.toml", "platforms"),
        ("fly.staging.toml", "platforms"),
        ("app.json", "platforms"),
        ("render.yaml", "platforms"),
        ("serverless.yml", "platforms"),
    ],
)
def test_what_is_read_by_which(path: str, module: str) -> None:
    assert files.kind(path) == module


def test_a_long_name_takes_no_time() -> None:
    hostile = ["a-/" * 1300 + "x.yml", "-" * 4000 + ".yml", "compose." * 500 + "yml", "a." * 2000 + "dockerfile"]
    assert {files.kind(path) for path in hostile} <= {"kubernetes", "compose", "dockerfile"}


# ---- literals, references and lines


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        pytest.param(".env", "# a comment\n\n", [], id="dotenv: nothing"),
        pytest.param(".env", "export A='1'\nB=\"2 #\" # c\n", [("A", "1", 1), ("B", "2 #", 2)], id="dotenv: quotes"),
        pytest.param(".env", "A=1\nB=2\nA=3\n", [("A", "3", 3), ("B", "2", 2)], id="dotenv: the last one counts"),
        pytest.param("compose.yml", "services: {web: {image: x}}\n", [], id="compose: no environment"),
        pytest.param(
            "compose.yml",
            "services:\n web:\n  environment:\n   A: 1\n   B:\n   C: ${C}\n",
            [("A", "1", 4), ("B", "", 5), ("C", None, 6)],
            id="compose: mapping",
        ),
        pytest.param(
            "compose.yml",
            'services:\n web:\n  environment:\n   - A=1=2\n   - B\n   - "C=a$$b"\n',
            [("A", "1=2", 4), ("B", None, 5), ("C", "a$b", 6)],
            id="compose: list",
        ),
        pytest.param(
            "compose.yml",
            "x-e: &e {A: '1'}\nservices:\n web:\n  environment:\n   <<: *e\n   B: b\n",
            [("A", "1", 1), ("B", "b", 6)],
            id="compose: anchor",
        ),
        pytest.param("compose.yml", "services:\n web:\n  environment:\n   A: !reset null\n", [("A", None, 4)], id="compose: reset"),
        pytest.param(
            ".github/workflows/x.yml",
            "env: {A: a}\njobs:\n j:\n  env: {B: '${{ secrets.B }}'}\n  steps:\n  - env: {C: c}\n",
            [("A", "a", 1), ("B", None, 4), ("C", "c", 6)],
            id="workflow: three levels",
        ),
        pytest.param(
            ".github/workflows/x.yml", "jobs:\n a: {env: {A: a}}\n b: {env: {A: b}}\n", [], id="workflow: a key that varies by job"
        ),
        pytest.param(
            ".gitlab-ci.yml",
            "variables: {A: a, B: {value: b}}\njob: {variables: {C: $A}}\n",
            [("A", "a", 1), ("B", "b", 1), ("C", None, 2)],
            id="gitlab",
        ),
        pytest.param("k8s/x.yaml", "a: 1\n", [], id="kubernetes: another YAML"),
        pytest.param("k8s/x.yaml", "kind: ConfigMap\ndata:\n  A: '1'\n", [("A", "1", 3)], id="kubernetes: ConfigMap"),
        pytest.param(
            "k8s/x.yaml",
            f"kind: Secret\ndata: {{A: {base64('abc')}, B: '${{B}}'}}\nstringData: {{C: c}}\n",
            [("A", "abc", 2), ("B", None, 2), ("C", "c", 3)],
            id="kubernetes: Secret",
        ),
        pytest.param(
            "k8s/x.yaml",
            "kind: Deployment\nspec:\n template:\n  spec:\n   containers:\n   - env:\n     - name: A\n       value: a\n"
            "     - name: B\n       valueFrom: {secretKeyRef: {name: s, key: b}}\n",
            [("A", "a", 8), ("B", None, 9)],
            id="kubernetes: Deployment",
        ),
        pytest.param(
            "k8s/x.yaml",
            "kind: List\nitems:\n- kind: ConfigMap\n  data: {A: a}\n---\nkind: ConfigMap\ndata: {B: b}\n",
            [("A", "a", 4), ("B", "b", 7)],
            id="kubernetes: several",
        ),
        pytest.param(
            "k8s/kustomization.yaml", "configMapGenerator:\n- name: x\n  literals:\n  - A=a\n", [("A", "a", 4)], id="kubernetes: kustomize"
        ),
        pytest.param(
            "chart/values.yaml",
            "env:\n  A_B: x\ndb:\n  host: h\nextraEnv:\n- name: C_D\n  value: y\n",
            [("A_B", "x", 2), ("db_host", "h", 4), ("C_D", "y", 7)],
            id="helm",
        ),
        pytest.param("a.tf", 'variable "a" {\n  type = string\n}\nresource "x" "y" { b = "c" }\n', [], id="terraform: no default"),
        pytest.param(
            "a.tf",
            'variable "a" {\n  default = "x\\"y" # c\n}\nvariable "n" { default = 5432 }\n',
            [("a", 'x"y', 2), ("n", "5432", 4)],
            id="terraform: defaults",
        ),
        pytest.param(
            "a.tf",
            'variable "a" {\n  default = { b = "c" }\n  validation { default = "d" }\n}\n',
            [("a", None, 2)],
            id="terraform: what is deeper",
        ),
        pytest.param(
            "x.tfvars",
            'a = "1"\nb = ["x"]\nc = {\n  d = "2"\n}\ne = "${f}"\ng = <<E\nh = "3"\nE\n',
            [("a", "1", 1), ("b", None, 2), ("c", None, 3), ("e", None, 6), ("g", None, 7)],
            id="terraform: tfvars",
        ),
        pytest.param("x.tfvars", '// a = "1"\n/* b = "2"\nc = "3" */\nd = "4//5"\n', [("d", "4//5", 4)], id="terraform: comments"),
        pytest.param("Dockerfile", "FROM x\nRUN A=1 b\n# ENV B=2\n", [], id="docker: no ENV"),
        pytest.param(
            "Dockerfile",
            "ENV A=1 \\\n  # why\n  B=\"2 3\" C='$x'\nENV D 4 5\nARG E=$A\nARG F\n",
            [("A", "1", 1), ("B", "2 3", 1), ("C", "$x", 1), ("D", "4 5", 4), ("E", None, 5)],
            id="docker: forms",
        ),
        pytest.param("Dockerfile", "# escape=`\nENV A=1 `\n B=2\n", [("A", "1", 2), ("B", "2", 2)], id="docker: escape directive"),
        pytest.param(
            "fly.toml", 'app = "x"\n[env]\n  A = "1"\n  B = 2\n[[services]]\n  A = "3"\n', [("A", "1", 3), ("B", "2", 4)], id="fly"
        ),
        pytest.param(
            "app.json",
            '{"env": {\n"A": "1",\n"B": {"value": "2"},\n"C": {"generator": "secret"}}}',
            [("A", "1", 2), ("B", "2", 3), ("C", None, 4)],
            id="heroku",
        ),
        pytest.param("app.yaml", "runtime: x\nenv_variables:\n  A: a\n", [("A", "a", 3)], id="App Engine"),
        pytest.param("app.yaml", "kind: ConfigMap\ndata: {A: a}\n", [("A", "a", 2)], id="another app.yaml"),
        pytest.param("app.json", '{"expo": {"name": "x"}}', [], id="another app.json"),
        pytest.param(
            "render.yaml",
            "services:\n- name: w\n  envVars:\n  - key: A\n    value: 1\n  - key: B\n    sync: false\n"
            "envVarGroups:\n- envVars: [{key: C, value: c}]\n",
            [("A", "1", 5), ("B", None, 6), ("C", "c", 9)],
            id="render",
        ),
        pytest.param(
            "serverless.yml",
            "provider:\n  environment:\n    A: a\n    B: ${env:B}\n    C: !Ref T\nfunctions:\n  f:\n    environment: {D: d}\n",
            [("A", "a", 3), ("B", None, 4), ("C", None, 5), ("D", "d", 8)],
            id="serverless",
        ),
    ],
)
def test_reads(path: str, text: str, found: list[tuple[str, str | None, int]]) -> None:
    assert plain(path, text) == found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("compose.yml", "services: [\n", id="no YAML"),
        pytest.param("compose.yml", "services:\n web:\n  environment: {A: 1, A: 2}\n", id="a key twice"),
        pytest.param("compose.yml", "services:\n web:\n  environment: {A: !odd x}\n", id="a tag of nobody knows what"),
        pytest.param("chart/values.yaml", "a: {{ .Values.x }}\n", id="a template"),
        pytest.param("chart/templates/x.yaml", "kind: Secret\nmetadata:\n  name: {{ .Release.Name }}\n", id="a Helm template"),
        pytest.param("fly.toml", "[env\n", id="no TOML"),
        pytest.param("app.json", "{,}", id="no JSON"),
        pytest.param("x.tfvars", 'a = "b\n', id="an open quote"),
        pytest.param("x.tf", "x = <<E\n", id="an open here-document"),
        pytest.param("x.tf", "/* x", id="an open comment"),
        pytest.param("compose.yml", "#" * (1 << 20) + "#", id="a MiB and more"),
    ],
)
def test_says_what_it_cannot_read(path: str, text: str) -> None:
    with pytest.raises(Unreadable):
        given(path, text)
    assert files.settings(path, text.encode(), lambda key: False).unknown


def test_many_aliases_are_counted() -> None:
    """Few lines that mean millions: an end is put to them, in time."""
    keys = "".join(f"  K{number}_URL: x\n" for number in range(3000))
    for form in ("*a", "{<<: *a}"):
        text = f"x: &a\n{keys}services:\n" + "".join(f" s{number}: {{environment: {form}}}\n" for number in range(3000))
        assert files.settings("compose.yml", text.encode(), lambda key: False).unknown
    ways = "a0: &a0 {A_URL: h.corp.net}\n" + "".join(f"a{n}: &a{n} {{x: *a{n - 1}, y: *a{n - 1}}}\n" for n in range(1, 50))
    assert len(files.settings("values.yaml", ways.encode(), lambda key: False).settings) == 1


# ---- whom they are for


def test_a_service_belongs_to_what_it_is_built_from() -> None:
    text = (
        "services:\n a: {build: ., environment: {K: 1}}\n b: {build: {context: ., dockerfile: apps/b/Dockerfile}, environment: {K: 2}}\n"
        " c: {image: x, environment: {K: 3}}\n d: {build: https://x/y.git, environment: {K: 4}}\n"
        " e: {build: ../../.., environment: {K: 5}}\n"
    )
    assert [(raw.unit, raw.unit_is_path) for raw in given("compose.yml", text)] == [
        ("", True),
        ("apps/b", True),
        ("c", False),
        ("d", False),
        ("e", False),
    ]


@pytest.mark.parametrize(
    ("path", "environment", "owner", "rest"),
    [
        (".env", "", (), ""),
        (".env.example", "", (), ""),
        (".env.production", "production", (), ""),
        (".env.production.local", "local+production", (), ""),
        (".env.redis", "", (), "redis"),
        ("prod/.env", "production", (), ""),
        ("environments/prod-eu/values.yaml", "production", ("eu",), ""),
        ("apps/api/config/.env", "", ("apps", "api"), ""),
        ("k8s/overlays/staging/cm.yaml", "staging", (), "cm"),
        ("docker-compose.yml", "", (), ""),
        ("docker-compose.prod.yml", "production", (), ""),
        ("docker-compose.override.yml", "override", (), ""),
        (".devcontainer/docker-compose.yml", "devcontainer", (), ""),
        ("charts/api/values-stg.yaml", "staging", ("api",), ""),
        ("dev-tools/.env", "", ("dev-tools",), ""),
        ("latest/product.env", "", ("latest",), "product"),
    ],
)
def test_places(path: str, environment: str, owner: tuple[str, ...], rest: str) -> None:
    assert places.place(path) == (environment, owner, rest)


@pytest.mark.parametrize(
    ("word", "environment"), [("production", "production"), ("shop-prod", "production"), ("products", ""), ("default", "")]
)
def test_words_of_namespaces(word: str, environment: str) -> None:
    assert places.of_word(word) == environment


# ---- reads


@pytest.mark.parametrize(
    "line",
    [
        'os.environ.get("A_KEY", "x")',
        'os.getenv("A_KEY", default)',
        'os.getenv("A_KEY") or "x"',
        'if os.getenv("A_KEY"):',
        'os.environ["A_KEY"] = "x"',
        'if "A_KEY" in os.environ:',
        'request.environ["A_KEY"]',
        'environ["A_KEY"]',
        "process.env.A_KEY || 'x'",
        "process.env.A_KEY ?? 'x'",
        "process.env.A_KEY ? 1 : 2",
        "process.env.A_KEY === 'x'",
        "process.env.A_KEY?.split(',')",
        "if (!process.env.A_KEY) {",
        "process.env.A_KEY = 'x'",
        "// process.env.A_KEY",
        "ENV['A_KEY'] ||= 'x'",
        "ENV.fetch('A_KEY', nil)",
        'env::var("A_KEY").unwrap_or_default()',
        'env("A_KEY", "x")',
        'this.env("A_KEY")',
        "import.meta.env.MODE",
        'os.environ["GITHUB_SHA"]',
        "process.env.lower",
        "my.process.envs.A_KEY",
    ],
)
def test_reads_that_can_do_without(line: str) -> None:
    assert reads.read("a.py", f"x\n{line}\n")[0] == []


@pytest.mark.parametrize(
    ("line", "hard"),
    [
        ('x = os.environ["A_KEY"]', True),
        ("os.environ['A_KEY']\nif x:", True),
        ('os.getenv("A_KEY")', False),
        ('os.environ.get("A_KEY")', False),
        ("from os import environ\nx = environ['A_KEY']", True),
        ("process.env.A_KEY", False),
        ("process.env['A_KEY']!", True),
        ("key: process.env.A_KEY!,", True),
        ("import.meta.env.A_KEY;", False),
        ("ENV['A_KEY']", False),
        ('ENV.fetch("A_KEY")', True),
        ('std::env::var("A_KEY").unwrap()', True),
        ('env::var("A_KEY")?;', True),
        ('os.Getenv("A_KEY")', False),
        ('System.getenv("A_KEY")', False),
        ("getenv('A_KEY')", False),
        ('Environment.GetEnvironmentVariable("A_KEY")', False),
        ("Deno.env.get('A_KEY')", False),
    ],
)
def test_reads_that_need_a_value(line: str, hard: bool) -> None:
    assert [(one.key, one.hard) for one in reads.read("a.py", line)[0]] == [("A_KEY", hard)]


def test_a_default_somewhere_is_noted() -> None:
    found, optional = reads.read("a.js", "f(process.env.A_KEY);\nprocess.env.B_KEY || 1\n")
    assert ([(one.key, one.line) for one in found], optional) == ([("A_KEY", 1)], {"B_KEY"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("if 'A_KEY' in os.environ:\n    x = os.environ['A_KEY']\n", id="asked for"),
        pytest.param("env['A_KEY'] = password\nrun(env)\nx = os.environ['A_KEY']\n", id="set for what it starts"),
    ],
)
def test_what_the_program_asks_for_or_sets_is_noted(text: str) -> None:
    assert "A_KEY" in reads.read("a.py", text)[1]


def test_a_comparison_sets_nothing() -> None:
    assert reads.read("a.py", "os.environ['B_KEY']\nx = os.environ['A_KEY'] == 'b'\ny['B_KEY'] == 1\n")[1] == {"A_KEY"}


def test_a_docstring_reads_nothing() -> None:
    text = 'import os\n\ndef f():\n    """Example.\n\n    x = os.environ["A_KEY"]\n    """\n    return os.environ["B_KEY"]\n'
    assert [(one.key, one.line) for one in reads.read("a.py", text)[0]] == [("B_KEY", 8)]


def test_compose_reads() -> None:
    text = "a: ${A}\nb: ${B:-x}\nc: ${C:?needed}\nd: $D\ne: $$E ${F-} ${G?x} ${H:+y}\n# ${I}\n"
    assert [(one.key, one.line, one.hard) for one in compose_reads("compose.yml", text)] == [
        ("A", 1, False),
        ("C", 3, True),
        ("D", 4, False),
        ("G", 5, True),
    ]


def test_ci_writes_an_env_file() -> None:
    text = (
        '- run: echo "A_KEY=${{ secrets.A }}" >> .env\n- run: echo B_KEY=1 >> notes.txt\n# echo C_KEY=1 > .env\n'
        "- run: printf 'D_KEY=%s\\n' \"$D\" > app/.env\n"
    )
    assert [(one.key, one.line) for one in workflow_reads("w.yml", text)] == [("A_KEY", 1), ("D_KEY", 4)]


def test_keys_that_a_template_only_tells_of() -> None:
    assert list(commented("# SENTRY_DSN=\n#export A_B=1\n# Some words: here\n  # C: x\n")) == ["SENTRY_DSN", "A_B"]
