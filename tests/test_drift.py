"""check-drift: settings of one environment that stand in several places, and what templates hold and lack."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable

import pytest
from stopgap.checks import drift
from stopgap.checks.drift import Facts
from stopgap.detect.examples import expand
from stopgap.drift import files, places
from stopgap.drift.keys import matcher, nature, normal
from stopgap.drift.setting import Read, Template
from stopgap.model import Finding
from stopgap.report import FORMATS

from .conftest import Repo

ONE, OTHER = expand("<alnum:20> one").removesuffix(" one"), expand("<alnum:20> other").removesuffix(" other")
TOKEN = expand("ghp_<crc62:30>")


def found(tree: dict[str, str], keys: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Finding]:
    """The findings for these files, without git; templates' own values are left to the tests with a repository."""
    settings, templates, reads = [], [], []
    for path, text in tree.items():
        if files.kind(path):
            given = files.settings(path, text.encode(), matcher(keys))
            settings += given.settings
            reads += given.reads
            if files.kind(path) == "env_file" and places.is_template(path):
                templates.append(Template(path, given.names))
    return drift.check(Facts(tuple(settings), tuple(templates), (), tuple(reads), (), matcher(ignore)))


def said(tree: dict[str, str], **options: Iterable[str]) -> list[tuple[str, str, str, int]]:
    return sorted((one.rule, one.severity, one.path, one.line) for one in found(tree, **options))


def compose(**settings: str) -> str:
    return "services:\n  web:\n    build: .\n    environment:\n" + "".join(f"      {key}: '{value}'\n" for key, value in settings.items())


def services(how: str, **settings: tuple[str, str]) -> str:
    """Two services, each with a value of its own."""
    return "services:\n" + "".join(
        f" s{at}: {{{how}, environment: {{{key}: {pair[at]}}}}}\n" for key, pair in settings.items() for at in (0, 1)
    )


def config_map(name: str, **settings: str) -> str:
    return f"kind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n" + "".join(f"  {key}: '{value}'\n" for key, value in settings.items())


# ---- silence first


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({".env": f"DB_PASSWORD={ONE}\n"}, id="one place"),
        pytest.param({".env": f"DB_PASSWORD={ONE}\n", "compose.yml": compose(DB_PASSWORD="${DB_PASSWORD}")}, id="a reference"),
        pytest.param({".env": f"DB_PASSWORD={ONE}\n", "compose.yml": compose(DB_PASSWORD="changeme")}, id="a placeholder"),
        pytest.param({".env": f"DB_PASSWORD={ONE}\n", "compose.yml": compose(DB_PASSWORD="ENC[AES256_GCM,data:x]")}, id="encrypted"),
        pytest.param({".env": f"DB_PASSWORD={ONE}\n", ".env.production": f"DB_PASSWORD={OTHER}\n"}, id="two environments"),
        pytest.param({"prod/.env": f"DB_PASSWORD={ONE}\n", "staging/.env": f"DB_PASSWORD={OTHER}\n"}, id="environments as folders"),
        pytest.param({".env": f"DB_PASSWORD={ONE}\n", "tests/.env": f"DB_PASSWORD={OTHER}\n"}, id="a test's"),
        pytest.param({".env": f"DB_PASSWORD={ONE}\n", "examples/compose.yml": compose(DB_PASSWORD=OTHER)}, id="an example's"),
        pytest.param({".env": "NAME=a\nLOG_LEVEL=x\n", "compose.yml": compose(NAME="b", LOG_LEVEL="y")}, id="keys that tell nothing"),
        pytest.param({".env": "PORT=3000\nHOST=a.corp.net\n", "Dockerfile": "ENV PORT=80 HOST=b.corp.net\n"}, id="each process's own"),
        pytest.param({".env": "DB_HOST=localhost\n", "compose.yml": compose(DB_HOST="db")}, id="this machine and a container"),
        pytest.param(
            {".env": "DB_HOST=localhost\n", "k8s/c.yaml": config_map("app", DB_HOST="db.corp.net")}, id="this machine and a server"
        ),
        pytest.param(
            {".env": "DB_HOST=localhost\nDB_PORT=5433\n", "compose.yml": compose(DB_HOST="db", DB_PORT="5432")}, id="the ports of such"
        ),
        pytest.param({"apps/a/.env": f"API_SECRET={ONE}\n", "apps/b/.env": f"API_SECRET={OTHER}\n"}, id="two applications"),
        pytest.param(
            {".env": "API_URL=https://x.corp.net\n", "apps/a/.env": f"API_SECRET={ONE}\n", "apps/b/.env": f"API_SECRET={OTHER}\n"},
            id="two applications below one",
        ),
        pytest.param({"compose.yml": compose(DB_HOST="db"), "k8s/a.yaml": config_map("app", DB_HOST="pg")}, id="names of two networks"),
        pytest.param({".env": "DB_PORT=5433\n", "k8s/a.yaml": config_map("app", DB_PORT="5432")}, id="ports of two networks"),
        pytest.param({".env.redis": f"REDIS_PASSWORD={ONE}\n", ".env.cache": f"REDIS_PASSWORD={OTHER}\n"}, id="two parts"),
        pytest.param(
            {"k8s/a.yaml": config_map("a-config", DB_HOST="a.x.net"), "k8s/b.yaml": config_map("b-config", DB_HOST="b.x.net")},
            id="two objects",
        ),
        pytest.param({"eu.tfvars": 'db_host = "a.x.net"\n', "us.tfvars": 'db_host = "b.x.net"\n'}, id="two regions"),
        pytest.param({"compose.yml": compose(DB_HOST="a.x.net"), "compose.override.yml": compose(DB_HOST="b.x.net")}, id="an override"),
        pytest.param({"compose.yml": compose(DB_URL="mysql://db/x"), "compose.pg.yml": compose(DB_URL="postgres://pg/x")}, id="a variant"),
        pytest.param({".env.example": "DB_PASSWORD=postgres\n", ".env": f"DB_PASSWORD={ONE}\n"}, id="a template's sample"),
        pytest.param(
            {".env.example": "JWT_SECRET=supersecretjwt\n", "compose.yml": compose(JWT_SECRET="other4secret")}, id="a template's words"
        ),
        pytest.param(
            {
                ".env.example": "DATABASE_URL=postgres://joe:randompw9@localhost/x\n",
                "compose.yml": compose(DATABASE_URL="postgres://a:b7c8d9@db/x"),  # stopgap: allow[url-password] made up
            },
            id="a template's database",
        ),
        pytest.param({".env.example": "DB_HOST=db\n", ".env": "DB_HOST=db.corp.net\n"}, id="a template's host"),
        pytest.param({".github/workflows/ci.yml": "env: {DB_PASSWORD: postgres}\n", ".env": f"DB_PASSWORD={ONE}\n"}, id="CI's sample"),
        pytest.param({".github/workflows/ci.yml": "env: {APP_SECRET: not-so-secret}\n", ".env": f"APP_SECRET={ONE}\n"}, id="CI's words"),
        pytest.param({".env": "STRIPE_PUBLISHABLE_KEY=pk_a\n", "compose.yml": compose(STRIPE_PUBLISHABLE_KEY="pk_b")}, id="a public key"),
        pytest.param({".env": "DOCS_URL=https://a.x.net\n", "Dockerfile": "ENV DOCS_URL=https://b.x.net\n"}, id="a link for people"),
        pytest.param({".env": f"A_TOKEN={ONE}\nA_TOKEN={OTHER}\n"}, id="twice in one file: the last counts"),
    ],
)
def test_silent(tree: dict[str, str]) -> None:
    assert said(tree) == []


# ---- what disagrees

SECRET_PLACES = {
    ".env": f"DB_PASSWORD={OTHER}\n",
    "docker-compose.yml": compose(DB_PASSWORD=OTHER),
    "compose-list.yml": "",
    ".github/workflows/deploy.yml": f"jobs:\n  d:\n    env:\n      DB_PASSWORD: {OTHER}\n",
    "k8s/secret.yaml": f"kind: Secret\nmetadata: {{name: app}}\ndata:\n  DB_PASSWORD: {b64encode(OTHER.encode()).decode()}\n",
    "k8s/plain.yaml": f"kind: Secret\nmetadata: {{name: app}}\nstringData:\n  DB_PASSWORD: {OTHER}\n",
    "k8s/map.yaml": config_map("app", DB_PASSWORD=OTHER),
    "k8s/deployment.yaml": "kind: Deployment\nmetadata: {name: app}\nspec: {template: {spec: {containers: [{env: [{name: DB_PASSWORD, "
    f"value: {OTHER}}}]}}]}}}}}}\n",
    "chart/values.yaml": f"env:\n  DB_PASSWORD: {OTHER}\n",
    "infra/variables.tf": f'variable "db_password" {{\n  default = "{OTHER}"\n}}\n',
    "infra/terraform.tfvars": f'db_password = "{OTHER}"\n',
    "Dockerfile": f"FROM x\nENV DB_PASSWORD={OTHER}\n",
    "fly.toml": f'[env]\nDB_PASSWORD = "{OTHER}"\n',
    "app.json": f'{{"env": {{"DB_PASSWORD": {{"value": "{OTHER}"}}}}}}\n',
    "render.yaml": f"services:\n- name: w\n  envVars:\n  - key: DB_PASSWORD\n    value: {OTHER}\n",
    "serverless.yml": f"provider:\n  environment:\n    DB_PASSWORD: {OTHER}\n",
}


@pytest.mark.parametrize("path", [path for path, text in SECRET_PLACES.items() if text and path != ".env"])
def test_a_secret_differs_wherever_it_stands(path: str) -> None:
    tree = {".env": f"DB_PASSWORD={ONE}\n", path: SECRET_PLACES[path]}
    (one,) = found(tree)
    assert (one.rule, one.severity, one.key.upper()) == ("drift-differs", "error", "DB_PASSWORD")
    assert {one.path, *(name for name in tree if f"{name}:" in one.message)} == set(tree)
    assert ONE not in repr(one)
    assert OTHER not in repr(one)


@pytest.mark.parametrize("path", [path for path, text in SECRET_PLACES.items() if text and path != ".env"])
def test_a_secret_that_agrees_is_a_note(path: str) -> None:
    assert [(one.rule, one.severity) for one in found({".env": f"DB_PASSWORD={OTHER}\n", path: SECRET_PLACES[path]})] == [
        ("drift-copies", "note")
    ]


@pytest.mark.parametrize(
    ("tree", "severity", "path", "line"),
    [
        pytest.param({".env": "DB_HOST=a.x.net\n", "compose.yml": compose(DB_HOST="b.x.net")}, "error", "compose.yml", 5, id="a server"),
        pytest.param({".env": "DB_HOST=db\n", "compose.yml": compose(DB_HOST="pg")}, "error", "compose.yml", 5, id="a container"),
        pytest.param(
            {".env": "A_URL=http://localhost:1\n", "compose.yml": compose(A_URL="http://localhost:2")},
            "note",
            "compose.yml",
            5,
            id="this machine",
        ),
        pytest.param(
            {".env": "A_URL=https://a.x.net\n", "Dockerfile": "ENV A_URL=https://b.x.net\n"}, "note", "Dockerfile", 1, id="a default"
        ),
        pytest.param(
            {".env": "A_PASSWORD=postgres\n", "compose.yml": compose(A_PASSWORD="password")}, "note", "compose.yml", 5, id="two samples"
        ),
        pytest.param({".env": "DB_PORT=1\n", "compose.yml": compose(DB_PORT="2")}, "error", "compose.yml", 5, id="a port"),
        pytest.param(
            {".env.production": "DB_HOST=localhost\n", "k8s/prod/a.yaml": config_map("app", DB_HOST="db.x.net")},
            "error",
            "k8s/prod/a.yaml",
            4,
            id="this machine in production",
        ),
        pytest.param(
            {
                ".env": f"DATABASE_URL=postgres://u:{ONE}@db.x.net/a\n",
                "compose.yml": compose(DATABASE_URL=f"postgres://u:{OTHER}@db.x.net/a"),
            },
            "error",
            "compose.yml",
            5,
            id="a password in a URL",
        ),
        pytest.param(
            {"apps/a/.env": f"A_KEY={ONE}\n", "apps/a/Dockerfile": f"ENV A_KEY={OTHER}\n"},
            "error",
            "apps/a/Dockerfile",
            1,
            id="one application",
        ),
        pytest.param({".env": f"A_KEY={ONE}\n", "backend/.env": f"A_KEY={OTHER}\n"}, "error", "backend/.env", 1, id="the only one below"),
        pytest.param({"terraform.tfvars": f'db_password = "{ONE}"\n', "x.auto.tfvars": ""}, None, "", 0, id="an empty file beside"),
        pytest.param(
            {"compose.yml": services("build: .", A_KEY=(ONE, OTHER))},
            "error",
            "compose.yml",
            3,
            id="two services of one build",
        ),
        pytest.param(
            {"compose.yml": services("image: x", A_KEY=(ONE, OTHER))},
            None,
            "",
            0,
            id="two services of one image",
        ),
        pytest.param(
            {
                ".env.production": "A_URL=https://a.x.net\n",
                ".github/workflows/d.yml": "jobs: {d: {environment: production, env: {A_URL: 'https://b.x.net'}}}\n",
            },
            "error",
            ".github/workflows/d.yml",
            None,
            id="a job's environment",
        ),
    ],
)
def test_differs(tree: dict[str, str], severity: str | None, path: str, line: int | None) -> None:
    told = said(tree)
    if severity is None:
        assert told == []
    else:
        ((rule, level, where, number),) = told
        assert (rule, level) == ("drift-differs", severity)
        if line is not None:
            assert (where, number) == (path, line)


@pytest.mark.parametrize(("host", "count"), [("10.1.2.3", 0), ("localhost", 1)])
def test_passwords_of_another_machine_and_of_a_container_may_differ(host: str, count: int) -> None:
    tree = {".env": f"DB_HOST={host}\nDB_PASSWORD={ONE}\n", "docker-compose.yml": compose(DB_HOST="db", DB_PASSWORD=OTHER)}
    assert [one.key for one in found(tree) if one.rule == "drift-differs"].count("DB_PASSWORD") == count


def test_a_slash_at_the_end_changes_nothing() -> None:
    assert said({".env": "A_URL=https://a.x.net/\n", "Dockerfile": "ENV A_URL=https://a.x.net\n"}) == [
        ("drift-copies", "note", "Dockerfile", 1)
    ]


def test_the_message_names_the_places_and_the_environment() -> None:
    tree = {
        f"{folder}/prod/.env": f"A_KEY={value}\n"
        for folder, value in (("k8s", ONE), ("deploy", ONE), ("ops", OTHER), ("helm", ONE), ("infra", ONE))
    }
    (one,) = found(tree)
    assert one.message.startswith(
        "A_KEY has a different value here than in deploy/prod/.env:1, helm/prod/.env:1, infra/prod/.env:1 and 1 more"
    )
    assert "(environment production)" in one.message
    assert one.path == "ops/prod/.env"
    assert "[tool.stopgap.check-drift]" in one.fix


def test_each_application_is_told_of() -> None:
    tree = {
        f"apps/{name}/{file}": text for name in "ab" for file, text in ((".env", f"A_KEY={ONE}\n"), ("compose.yml", compose(A_KEY=OTHER)))
    }
    assert [where for _, _, where, _ in said(tree)] == ["apps/a/compose.yml", "apps/b/compose.yml"]


def test_a_name_that_holds_a_value_is_masked() -> None:
    odd = f"{ONE[:14]}.refresh_token"
    (one,) = found({"k8s/a.yaml": config_map("x", **{odd: OTHER}), "k8s/b.yaml": config_map("x", **{odd: ONE})})
    assert ONE[:8] not in repr(one)


def test_own_keys_and_ignored_ones() -> None:
    tree = {".env": "FEATURE_X=on\nDB_HOST=a.x.net\n", "compose.yml": compose(FEATURE_X="off", DB_HOST="b.x.net")}
    assert [one.key for one in found(tree)] == ["DB_HOST"]
    assert sorted(one.key for one in found(tree, keys=["feature_*"])) == ["DB_HOST", "FEATURE_X"]
    assert found(tree, ignore=["DB_*"]) == []


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("DB_PASSWORD", "secret"),
        ("db_password", "secret"),
        ("apiKey", "secret"),
        ("DATABASE_URL", "connection"),
        ("redis-host", "connection"),
        ("SENTRY_DSN", "connection"),
        ("PGHOST", "connection"),
        ("TF_VAR_db_port", "connection"),
        ("PORT", ""),
        ("HOST", ""),
        ("NEXT_PUBLIC_API_KEY", ""),
        ("AWS_ACCESS_KEY_ID", ""),
        ("IMAGE_URL", ""),
        ("LOG_LEVEL", ""),
        ("TRANSPORT", ""),
        ("PASSPORT_SUPPORT", ""),
    ],
)
def test_nature(key: str, kind: str) -> None:
    assert nature(key) == kind


@pytest.mark.parametrize("key", ["DB_PASSWORD", "db_password", "dbPassword", "db-password", "TF_VAR_db_password", "db.password"])
def test_one_spelling(key: str) -> None:
    assert normal(key) == "DB_PASSWORD"


# ---- what templates lack


@pytest.mark.parametrize(
    ("template", "read", "told"),
    [
        pytest.param("A_KEY=\n", Read("A_KEY", "src/a.py", 3, True), [], id="it is there"),
        pytest.param("# A_KEY=\n", Read("A_KEY", "src/a.py", 3, True), [], id="in a comment"),
        pytest.param(
            "B=\n", Read("A_KEY", "src/a.py", 3, True), [("drift-missing-key", "warning", "src/a.py", 3)], id="a secret that it needs"
        ),
        pytest.param(
            "B=\n", Read("A_KEY", "src/a.py", 3, False), [("drift-missing-key", "note", "src/a.py", 3)], id="a secret that it may need"
        ),
        pytest.param("B=\n", Read("FLAG", "src/a.py", 3, True), [("drift-missing-key", "note", "src/a.py", 3)], id="another setting"),
    ],
)
def test_missing_keys(template: str, read: Read, told: list[tuple[str, str, str, int]]) -> None:
    given = files.settings("src/.env.example", template.encode(), matcher(()))
    facts = Facts(templates=(Template("src/.env.example", given.names),), reads=(read,))
    assert [(one.rule, one.severity, one.path, one.line) for one in drift.check(facts)] == told
    elsewhere = facts._replace(reads=(read._replace(path="other/a.py"),))
    assert drift.check(elsewhere) == []


def test_missing_keys_that_are_notes_are_told_at_once() -> None:
    reads = tuple(Read(f"FLAG_{letter}", "a.py", number, False) for number, letter in enumerate("ABCDEFG", 1))
    (one,) = drift.check(Facts(templates=(Template(".env.example", frozenset()),), reads=reads))
    assert "FLAG_A, FLAG_B, FLAG_C, FLAG_D, FLAG_E and 2 more" in one.message


def test_what_compose_demands_is_missing() -> None:
    tree = {
        ".env.example": "A=\n",
        "compose.yml": "services: {w: {image: '${TAG:-x}', environment: {A: '${A}', DB_PASSWORD: '${DB_PASSWORD:?}'}}}\n",
    }
    assert said(tree) == [("drift-missing-key", "warning", "compose.yml", 1)]
    assert said({**{f"docker/{path}": text for path, text in tree.items() if path == "compose.yml"}, ".env.example": "A=\n"}) == []


# ---- in a repository


def report(repo: Repo, *argv: str) -> tuple[int, list[dict[str, object]], dict[str, object]]:
    done = repo.stopgap("check-drift", "--format", "json", *argv)
    assert done.returncode in (0, 1, 2), done.stderr
    data = json.loads(done.stdout)
    return done.returncode, data["findings"], data["scope"]


def rules(findings: list[dict[str, object]]) -> list[tuple[object, object, object, object]]:
    return [(one["rule"], one["severity"], one["path"], one["line"]) for one in findings]


@pytest.fixture
def drifted(repo: Repo) -> Repo:
    repo.write(".env", f"DB_PASSWORD={ONE}\n")
    repo.write("compose.yml", compose(DB_PASSWORD=OTHER))
    repo.add()
    return repo


def test_clean_is_quiet(repo: Repo) -> None:
    repo.write("a.py", "x = 1\n")
    repo.add()
    done = repo.stopgap("check-drift")
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_holds_a_value(drifted: Repo, form: str) -> None:
    drifted.write(".env.example", f"API_TOKEN={TOKEN}\n")
    drifted.add()
    done = drifted.stopgap("check-drift", "--format", form, "--verbose", "--strict")
    assert done.returncode == 1
    assert len(done.stdout) > 300
    for value in (ONE, OTHER, TOKEN):
        assert not any(value[at : at + 6].encode() in done.stdout + done.stderr for at in range(4, len(value) - 5))


def test_the_index_is_read(drifted: Repo) -> None:
    assert rules(report(drifted)[1]) == [("drift-differs", "error", "compose.yml", 5)]
    drifted.write("compose.yml", compose(DB_PASSWORD="${DB_PASSWORD}"))
    assert report(drifted)[0] == 1
    drifted.add("compose.yml")
    assert report(drifted)[:2] == (0, [])


def test_untracked_and_linked_files_are_no_places(repo: Repo) -> None:
    repo.write("a/.env", f"DB_PASSWORD={ONE}\n")
    (repo.path / ".env").symlink_to("a/.env")
    repo.add()
    repo.write("compose.yml", compose(DB_PASSWORD=OTHER))
    assert report(repo)[:2] == (0, [])


def test_settings_of_the_project(drifted: Repo) -> None:
    drifted.write("stopgap.toml", '[check-drift]\nignore = ["DB_*"]\n')
    assert report(drifted)[:2] == (0, [])
    drifted.write("stopgap.toml", 'exclude = ["compose.yml"]\n')
    assert report(drifted)[:2] == (0, [])
    drifted.write(".env", f"DB_PASSWORD={ONE}\nFLAG=on\n")
    drifted.write("compose.yml", compose(DB_PASSWORD=ONE, FLAG="off"))
    drifted.add(".env", "compose.yml")
    drifted.write("stopgap.toml", '[check-drift]\nkeys = ["FLAG"]\n')
    errors = [str(one["message"]) for one in report(drifted)[1] if one["severity"] == "error"]
    assert [message.split()[0] for message in errors] == ["FLAG"]
    drifted.write("stopgap.toml", '[check-drift]\nkey = ["DB_*"]\n')
    done = drifted.stopgap("check-drift")
    assert done.returncode == 2
    assert b"did you mean 'keys'" in done.stderr


def test_an_entry_allows_it(drifted: Repo) -> None:
    drifted.write(
        ".stopgap-allow.toml", '[[allow]]\nrule = "drift-differs"\npath = "compose.yml"\nkey = "DB_PASSWORD"\nreason = "two databases"\n'
    )
    assert report(drifted)[:2] == (0, [])
    drifted.write("compose.yml", "services: {}\n")
    drifted.add("compose.yml")
    assert b"two databases" in drifted.stopgap("check-drift").stderr or b"drift-differs" in drifted.stopgap("check-drift").stderr


def test_a_template_with_a_real_value(repo: Repo) -> None:
    repo.write(".env.example", f"A_TOKEN=<token>\nB_TOKEN={TOKEN}\nDB_PASSWORD=postgres\n")
    repo.add()
    assert rules(report(repo)[1]) == [("drift-template-value", "error", ".env.example", 2)]


def test_a_comment_allows_a_template_value(repo: Repo) -> None:
    repo.write(".env.example", f"B_TOKEN={TOKEN} # gitleaks:allow\n")
    repo.add()
    assert report(repo)[:2] == (0, [])


def test_code_that_reads_what_the_template_lacks(repo: Repo) -> None:
    repo.write(".env.example", "A_KEY=\n")
    repo.write(
        "src/a.py", 'import os\n\nA = os.environ["A_KEY"]\nB = os.environ["B_KEY"]\nC = os.environ["C_KEY"]\nD = os.environ["D_KEY"]\n'
    )
    repo.write("src/b.py", 'import os\nC = os.environ.get("C_KEY", "x")\n')
    repo.write("tests/t.py", 'import os\nE = os.environ["E_KEY"]\n')
    repo.write("Dockerfile", "FROM x\nENV D_KEY=dddd1\n")
    repo.add()
    assert rules(report(repo)[1]) == [("drift-missing-key", "warning", "src/a.py", 4)]
    repo.git("rm", "-q", "--cached", ".env.example")
    assert report(repo)[:2] == (0, [])


def test_what_cannot_be_read_is_said(repo: Repo) -> None:
    repo.write("chart/templates/a.yaml", "kind: Secret\nmetadata:\n  name: {{ .x }}\n")
    repo.write("chart/templates/b.yaml", "kind: Deployment\nmetadata:\n  name: {{ .x }}\n")
    repo.write("compose.yml", "services: [\n")
    repo.add()
    status, findings, scope = report(repo)
    assert status == 0
    assert rules(findings) == [("drift-unknown", "note", "chart/templates/a.yaml", 1), ("drift-unknown", "note", "compose.yml", 1)]
    assert [one["path"] for one in scope["incomplete"]] == ["chart/templates/a.yaml", "chart/templates/b.yaml", "compose.yml"]  # type: ignore[index]
    assert report(repo, "--strict")[0] == 2


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xff\xfe" + f"DB_PASSWORD={ONE}\n".encode("utf-16-le"), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf" + f"DB_PASSWORD={ONE}\r\n".encode(), id="BOM and CRLF"),
        pytest.param(f"A='\xe9\nb'\nexport DB_PASSWORD=\"{ONE}\" # c\n".encode(), id="several lines"),
        pytest.param(b"A=\xe9\n" + f"DB_PASSWORD={ONE}\n".encode(), id="Latin-1"),
    ],
)
def test_odd_env_files(repo: Repo, data: bytes) -> None:
    repo.write(".env", data)
    repo.write("compose.yml", compose(DB_PASSWORD=OTHER))
    repo.add()
    (one,) = report(repo)[1]
    assert ".env:" in str(one["message"])
    assert rules([one]) == [("drift-differs", "error", "compose.yml", 5)]


def test_names_that_are_not_utf8(repo: Repo) -> None:
    repo.write("é/.env", f"DB_PASSWORD={ONE}\n")
    repo.write("é/compose.yml", compose(DB_PASSWORD=OTHER))
    repo.add()
    assert rules(report(repo)[1]) == [("drift-differs", "error", "é/compose.yml", 5)]
