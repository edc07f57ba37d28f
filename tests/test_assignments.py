"""Keyed values in the spellings of many languages: silence first. Values are put together here, so that none is a live secret."""

from __future__ import annotations

import random
import re
import string
import time

import pytest
from stopgap.detect import assignments, judgement

V = "f3A9kq0Z" + "rT7bX2mN"  # as a generator makes them
LONGER = "/" + "Vn7pGW3x" + "QW9/Kz4d" * 4  # base64 that begins like a path
TANGLE = "k{{w}o)p${" + "e]nib(ady[" + "fond>-_$#}}"
SIGNS = "B;.:-\xa7@*\xbf?!"
HASH = "sha256:" + "9f86d081" * 8
KEY_OF_64 = "9f86d081884c7d65" + "9a2feaa0c55ad015" + "a3bf4f1b2b0b822c" + "d15d6c15b0f00a08"
ROW = "0x4e, 0x27, 0x61, 0x9b, 0x15, 0x2c, 0xd3, 0x08, 0x41, 0x33, 0x83, 0x00, 0x77, 0x6a, 0x12, 0xfe"
SAMPLE_JWT = ".".join(("eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiJmb28ifQ", V + V + "x1"))
UUID = "6ba7b810-9dad-41d1-80b4-" + "00c04fd430c8"


def medium(text: str, path: str) -> list[tuple[str, str]]:
    """Key and value of what is found with confidence."""
    data = text.encode()
    found = assignments.find(data, 0, len(data), path)
    return [(item.key, data[item.start : item.end].decode()) for item in found if item.confidence == "medium"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.py", "password = getpass()", id="call"),
        pytest.param("a.py", 'token = request.headers["x"]', id="subscript"),
        pytest.param("a.py", "token = self.token", id="attribute"),
        pytest.param("a.py", f"password={V})", id="identifier in code"),
        pytest.param("a.py", 'password = os.environ["DB_PASSWORD"]', id="environment"),
        pytest.param("a.js", "const token = process.env.API_TOKEN;", id="environment in JavaScript"),
        pytest.param("a.py", 'getToken("x7Qk2Lm9Zp4R")', id="getter"),
        pytest.param("a.json", '"password": "Password"', id="label"),
        pytest.param("de.json", '"password": "Passwort eingeben"', id="translation"),
        pytest.param("zh.json", '"password": "\u5bc6\u7801\u5bc6\u7801\u5bc6\u7801"', id="other script"),
        pytest.param("a.html", '<input type="password" name="password">', id="field"),
        pytest.param("a.yml", "type: password", id="password as value"),
        pytest.param("a.yml", "secretName: my-secret", id="name of a secret"),
        pytest.param("a.yml", "password: ${DB_PASSWORD}", id="reference"),
        pytest.param("a.yml", "password: {{ db_password }}", id="template"),
        pytest.param("a.yml", "password: !vault |", id="tag"),
        pytest.param("a.yml", "password: *anchor", id="alias"),
        pytest.param("a.yml", "password:\n  nested: x7Qk2Lm9Zp4R", id="next line"),
        pytest.param("a.sh", "PASSWORD=$(pass show x)", id="command"),
        pytest.param("a.sh", 'PASSWORD="$1"', id="argument"),
        pytest.param("Makefile", "docker run -v $(PWD):/mnt9x", id="used"),
        pytest.param("a.md", "password: <password>", id="brackets"),
        pytest.param("a.py", 'password = "********"', id="masked"),
        pytest.param("a.py", 'password = "changeme"', id="placeholder"),
        pytest.param("a.py", 'password = "hunter2"', id="weak in code"),
        pytest.param("a.py", 'password = "abcd1234"', id="counted"),
        pytest.param("a.py", "password = None", id="none"),
        pytest.param("a.yml", "max_tokens: 100000", id="number"),
        pytest.param("a.json", f'"integrity_secret": "{HASH}"', id="hash"),
        pytest.param("a.json", f'"key": "{UUID}"', id="UUID under key"),
        pytest.param("a.json", f'"ClientRequestToken": "{UUID}"', id="request id"),
        pytest.param("a.json", f'"public_key": "{V}"', id="public key"),
        pytest.param("a.yml", "ssl_key_password_file: /etc/ssl/key9.pem", id="path"),
        pytest.param("a.yml", "token_url: https://host/oauth2/token", id="URL"),
        pytest.param("a.json", '"token_type": "bearer"', id="type of token"),
        pytest.param("a.py", 'password_field = "user_password9"', id="field name"),
        pytest.param("a.py", 'TOKEN_HEADER = "X-Auth-Token"', id="header name"),
        pytest.param("a.css", '.password { content: "f3A9kq0Z"; }', id="class"),
        pytest.param("a.py", 'csrf_token = "csrfmiddlewaretoken9"', id="CSRF field"),
        pytest.param("a.py", f'author = "{V}"', id="author"),
        pytest.param("a.py", f'monkey = "{V}"', id="monkey"),
        pytest.param("a.py", f'tokenizer = "{V}"', id="tokenizer"),
        pytest.param("a.yml", "password: ENC[AES256_GCM,data:x7Qk2Lm9,type:str]", id="encrypted"),
        pytest.param("a.yml", "password: $2b$12$" + "a1B" * 17, id="bcrypt"),
        pytest.param("a.py", '["password", "x7Qk2Lm9Zp4R", "token"]', id="list of names"),
        pytest.param("a.py", f'"AWS::Location::ApiKey": "{V}"', id="type name"),
        pytest.param("a.py", 'password = "secret" + name', id="concatenation"),
        pytest.param("a.py", 'token: "Optional[str]" = "f%s"', id="format"),
        pytest.param("a.md", f"![c](https://host/graph/badge.svg?token={V})", id="badge"),
        pytest.param("a.js", "const s = process.env.API_SECRET || 'none given'", id="fallback for people"),
        pytest.param("a.js", "const s = token || other", id="fallback that is a name"),
        pytest.param("a.yml", "password: >-\n  ${DB_PASSWORD}", id="reference in a block"),
        pytest.param("a.py", f"password: |\n  {V}", id="block that is no YAML"),
        pytest.param("a.yml", "password: hunter2", id="weak in some YAML"),
        pytest.param("tests/application.yml", "password: hunter2", id="weak in the settings of tests"),
        pytest.param("docker-compose.yml", "POSTGRES_PASSWORD: postgres", id="a product's default"),
        pytest.param("docker-compose.yml", "POSTGRES_PASSWORD: password1", id="says its key, and a digit"),
        pytest.param("application.properties", "app.token=hunter2hunter2", id="weak, and no password"),
        pytest.param("a.json", '"token": "' + SAMPLE_JWT + '"', id="the JWT of documentation"),
        pytest.param("a.md", "the --password flag is less safe than a file", id="prose"),
        pytest.param("a.js", r"formatTokens = /(\[[^\[]*\])|(\\)?(LTS|l{1,4})/g,", id="regular expression"),
        pytest.param("a.py", 'maps_api = "https://host/v3/f3A9kq0ZrT7bX2mN"', id="address of an interface"),
        pytest.param("a.json", '"jira_ticket": "OPS-1207"', id="ticket"),
        pytest.param("a.json", f'"secret_for_the_build": "{V}"', id="a name that promises hardly anything"),
        pytest.param("a.json", '"secret_path": "/srv/secrets/of/production/database/main2"', id="path"),
        pytest.param("a.yml", "password: !GetAtt Db2.Password", id="tag with a digit behind it"),
        pytest.param("a.yml", "password: !Ref", id="tag alone"),
        pytest.param("a.conf", "password=lookup(env)[0]", id="call that ends the line"),
        pytest.param("a.conf", "password=${A}/${B[0]}", id="references that end the line"),
        pytest.param("a.go", "key := []byte{" + ", ".join(map(str, range(120, 140))) + "}", id="bytes that count up"),
        pytest.param("a.go", "key := []byte{" + ", ".join(str(ord(sign)) for sign in "correct horse battery") + "}", id="bytes of a text"),
        pytest.param("a.js", "token: [0, 3, 4, 9, 11, 12, 18, 20, 33, 41, 58, 77, 90, 133, 150, 171]", id="index of a search"),
        pytest.param("tests/a.go", f"key := []byte{{{ROW}}}", id="bytes of a test"),
        pytest.param("a.py", 'password = os.getenv("MAIL_SETTING", "changeme")', id="placeholder where nothing is set"),
        pytest.param("a.py", "key = '''", id="text of several lines"),
        pytest.param("a.py", "key_text = '''The-first-line-of-a-text-2-3-4\nand more'''", id="words in several lines"),
        pytest.param("a.go", "token := MakeTokenProviderForVersion2Of3WithKey4", id="name in a program"),
    ],
)
def test_is_silent(path: str, text: str) -> None:
    assert medium(text + "\n", path) == []


@pytest.mark.parametrize(
    ("path", "text", "key"),
    [
        pytest.param("a.py", f'password = "{V}"', "password", id="Python"),
        pytest.param("a.py", f"self.password: str = '{V}'", "self.password", id="annotated"),
        pytest.param("a.py", f'password: Optional[str] = "{V}"', "password", id="annotated, long"),
        pytest.param("a.py", f'login(password=b"{V}")', "password", id="argument"),
        pytest.param("a.py", f'config["api_key"] = "{V}"', "api_key", id="subscript"),
        pytest.param("a.py", f'if password == "{V}":', "password", id="comparison"),
        pytest.param("a.py", f'password = (\n    "{V}"\n)', "password", id="next line in brackets"),
        pytest.param("a.py", f'os.environ.get("DB_PASSWORD", "{V}")', "DB_PASSWORD", id="default"),
        pytest.param("a.py", f'["--token", "{V}"]', "--token", id="argument list"),
        pytest.param("a.py", f"'USER=joe\\nPASS={V}'", "PASS", id="escaped newline"),
        pytest.param("a.js", f'{{apiKey: "{V}"}}', "apiKey", id="JavaScript"),
        pytest.param("a.ts", f'const apiKey: string = "{V}"', "apiKey", id="TypeScript"),
        pytest.param("a.js", f"fetch(`/x?access_token={V}&y=1`)", "access_token", id="query"),
        pytest.param("a.go", f'password := "{V}"', "password", id="Go"),
        pytest.param("a.go", f'const ClientSecret string = "{V}"', "ClientSecret", id="Go, typed"),
        pytest.param("a.go", f'Password: "{V}",', "Password", id="Go struct"),
        pytest.param("a.rb", f"'password' => '{V}'", "password", id="Ruby, PHP"),
        pytest.param("a.php", f"define('DB_PASSWORD', '{V}');", "DB_PASSWORD", id="PHP define"),
        pytest.param("a.java", f'builder.setPassword("{V}")', "builder.setPassword", id="setter"),
        pytest.param("a.kt", f'.password("{V}")', "password", id="builder"),
        pytest.param("a.scala", f'password = Some("{V}"),', "password", id="wrapped"),
        pytest.param("a.cs", f'string password = @"{V}";', "password", id="C#"),
        pytest.param("a.m", f'NSString *apiToken = @"{V}";', "apiToken", id="Objective-C"),
        pytest.param("a.json", f'"password": "{V}"', "password", id="JSON"),
        pytest.param("a.json", f'"body": "{{\\"password\\": \\"{V}\\"}}"', "password", id="escaped JSON"),
        pytest.param("a.html", f"{{&quot;password&quot;: &quot;{V}&quot;}}", "password", id="HTML entities"),
        pytest.param("a.xml", f"<password>{V}</password>", "password", id="element"),
        pytest.param("a.xml", f'<db password="{V}"/>', "password", id="attribute"),
        pytest.param("a.config", f'<add key="Password" value="{V}"/>', "Password", id="key and value"),
        pytest.param("a.plist", f"<key>apiKey</key>\n<string>{V}</string>", "apiKey", id="plist"),
        pytest.param("a.yml", f"password: {V}", "password", id="YAML, bare"),
        pytest.param("a.yml", f"password: '{V}'  # rotate", "password", id="YAML, quoted"),
        pytest.param("a.yml", f"db_password: {V}  # rotate", "db_password", id="YAML, comment"),
        pytest.param("a.yml", f"- DB_PASSWORD={V}", "DB_PASSWORD", id="compose list"),
        pytest.param("a.yml", f"- name: DB_PASSWORD\n  value: {V}", "DB_PASSWORD", id="name and value"),
        pytest.param("a.toml", f'api-key = "{V}"', "api-key", id="TOML"),
        pytest.param("a.ini", f"password = {V}", "password", id="INI"),
        pytest.param("a.properties", f"spring.datasource.password={V}", "spring.datasource.password", id="properties"),
        pytest.param("a.tf", f'client_secret = "{V}"', "client_secret", id="Terraform"),
        pytest.param("a.sh", f"export API_TOKEN={V}", "API_TOKEN", id="export"),
        pytest.param("a.sh", f"PGPASSWORD={V} psql", "PGPASSWORD", id="prefix of a command"),
        pytest.param("a.sh", f"mysql --password={V} db", "--password", id="flag"),
        pytest.param("a.sh", f"tool --api-token {V} run", "--api-token", id="flag, blank"),
        pytest.param("a.fish", f"set -x API_TOKEN {V}", "API_TOKEN", id="fish"),
        pytest.param("Dockerfile", f"ENV DB_PASSWORD {V}", "DB_PASSWORD", id="ENV, blank"),
        pytest.param("Dockerfile", f"ENV DB_PASSWORD={V}", "DB_PASSWORD", id="ENV"),
        pytest.param("Dockerfile", f"ARG NPM_TOKEN={V}", "NPM_TOKEN", id="ARG"),
        pytest.param("a.sql", f"CREATE USER a IDENTIFIED BY '{V}';", "password", id="SQL"),
        pytest.param("a.sql", f"ALTER ROLE a PASSWORD '{V}';", "PASSWORD", id="SQL role"),
        pytest.param("a.yml", f"password: >-\n  {V}", "password", id="YAML, folded"),
        pytest.param("a.yml", f"client_secret: |\n    {V}\nx: y", "client_secret", id="YAML, block"),
        pytest.param("a.js", f"const s = process.env.JWT_SECRET || '{V}';", "process.env.JWT_SECRET", id="fallback"),
        pytest.param("a.ts", f'const s = process.env.JWT_SECRET ?? "{V}"', "process.env.JWT_SECRET", id="fallback, TypeScript"),
        pytest.param("a.rb", f"ENV['API_TOKEN'] || '{V}'", "API_TOKEN", id="fallback, Ruby"),
        pytest.param("a.py", f'os.environ.get("API_TOKEN") or "{V}"', "API_TOKEN", id="fallback, Python"),
        pytest.param("a.gradle", f'credentials {{ username "x"; password "{V}" }}', "password", id="Gradle"),
        pytest.param(".netrc", f"machine h login l password {V}", "password", id="netrc"),
    ],
)
def test_finds(path: str, text: str, key: str) -> None:
    data = f"{text}\n".encode()
    found = assignments.pairs_at(data, assignments.places(data), path)
    assert (key.lstrip("-"), V) in [(one.pair.key, one.pair.value) for one in found]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        pytest.param("a.conf", f'secret "{TANGLE}";', TANGLE, id="brackets that cross"),
        pytest.param("a.go", f"db_pass := {TANGLE}", TANGLE, id="brackets that cross, bare"),
        pytest.param("a.go", f"passwd = {TANGLE},", TANGLE, id="brackets that cross, comma"),
        pytest.param("a.conf", f"secret = {SIGNS}", SIGNS, id="signs"),
        pytest.param("a.conf", f"passwd={TANGLE}", TANGLE, id="brackets that cross, no blanks"),
        pytest.param(
            "a.js", f'my_password_super_safe = "{TANGLE}"', TANGLE, id="brackets that cross, and a name that promises hardly anything"
        ),
        pytest.param("a.cls", f"db_pass: '{SIGNS}'", SIGNS, id="signs, quoted"),
        pytest.param("a.txt", "password:!Kf7G" + "2s8", "!Kf7G" + "2s8", id="sign first"),
        pytest.param("a.txt", f"ID={V} ANY_TOKEN={V}", V, id="given as the user's too"),
        pytest.param("a.txt", f"PSSWRD:={V}", V, id="misspelt"),
        pytest.param("a.json", f'"kerberos_authentication": "{V}"', V, id="authentication"),
        pytest.param("a.toml", f'geo_maps_api = "{V}"', V, id="api"),
        pytest.param("a.py", f'secret_for_linux_2 = "{LONGER}"', LONGER, id="secret first, and a slash"),
        pytest.param("a.txt", f"secret_do_not_commit = {V}", V, id="warning in the name"),
        pytest.param("a.sh", f'curl --oauth2-bearer "{V}" https://h/', V, id="curl's bearer"),
        pytest.param("a.sh", f'curl --user "{{me}}":"{{{V}}}" https://h/', V, id="curl's user in braces"),
        pytest.param("a.toml", f"# see\nToken-> MyToken: {V + V} <- for me", V + V, id="no syntax"),
        pytest.param("a.h", f"#define AESKEY {{{ROW}}}", ROW, id="bytes in a macro"),
        pytest.param("a.go", f"Secret: []byte{{{ROW}}},", ROW, id="bytes in Go"),
        pytest.param("a.py", f"private_key = '''{V + V}\n{V}'''", V + V, id="key in several lines"),
        pytest.param("a.py", f'token = os.getenv("MAIL_SETTING", "{V}")', V, id="default of a setting"),
        pytest.param("a.java", f'manager.setCipherKey(Base64.decode("{V}=="));', V + "==", id="cipher key"),
        pytest.param("a.txt", f"WPA2_PASSWORD: {KEY_OF_64}", KEY_OF_64, id="key of a wireless network"),
        pytest.param("a.config", '<add key="MailPassword" value="Prestidigito$"/>', "Prestidigito$", id="coined"),
    ],
)
def test_is_taken_for_a_credential(path: str, text: str, value: str) -> None:
    assert value in [found for _, found in medium(text + "\n", path)]


def test_rule_and_offsets_are_absolute() -> None:
    data = f'junk\ndb_password = "{V}"\napi_key = "{V}"\n'.encode()
    first, second = assignments.find(data, 5, len(data), "a.py")
    assert (first.rule, second.rule) == ("keyed-password", "keyed-secret")
    assert data[first.start : first.end] == data[second.start : second.end] == V.encode()


def test_name_that_begins_like_identified_by_keeps_its_name() -> None:
    assert medium(f'bypass_token = "{V}"\n', "a.py") == [("bypass_token", V)]


@pytest.mark.parametrize("value", ["postgres", "hunter2", "abcd1234", "$2b$12$" + "a1B" * 17])
def test_weak_and_hashed_are_low(value: str) -> None:
    data = f'password = "{value}"\n'.encode()
    assert [item.confidence for item in assignments.find(data, 0, len(data), "a.py")] == ["low"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("application.properties", "spring.datasource.password={}"),
        ("src/main/resources/application-prod.yml", "  password: {}"),
        ("config/database.yml", "  password: {}"),
        ("docker-compose.yml", "      - POSTGRES_PASSWORD={}"),
        ("appsettings.json", '"Password": "{}"'),
        ("etc/my.cnf", "password={}"),
        ("app.ini", "password = {}"),
    ],
)
@pytest.mark.parametrize("value", ["hunter2", "Summer2024!"])
def test_what_people_choose_counts_in_settings(path: str, text: str, value: str) -> None:
    assert [found for _, found in medium(text.format(value) + "\n", path)] == [value]
    assert medium(text.format(value) + "\n", f"tests/{path}") == []


def test_words_run_together_are_none_behind_a_comma() -> None:
    assert medium('if key in ("identified", "securestring", "correcthorse"):\n', "src/login.py") == []


@pytest.mark.parametrize(("value", "found"), [("dzPr121Gg!", 2), ("monitor", 0)])
def test_the_users_own_name_is_no_password_but_what_is_no_name_is_given_twice(value: str, found: int) -> None:
    assert len(medium(f"account:{value} password:{value} pw:{value}\n", "notes.txt")) == found


@pytest.mark.parametrize("text", ['password = "super$ecret"', 'if password == "P4ssw0rd9":', 'db_pass != "correcthorse"'])
def test_what_people_choose_counts_where_no_samples_are_kept(text: str) -> None:
    assert [found for _, found in medium(text + "\n", "src/login.py")] == [text.split('"')[1]]
    assert medium(text + "\n", "tests/login.py") == medium(text.replace("password", "token").replace("pass", "key") + "\n", "a.py") == []


def test_keywords_are_lower_case_and_not_short() -> None:
    assert [word for word in assignments.KEYWORDS if word != word.lower() or len(word) < 2] == []


def test_places_give_what_windows_give() -> None:
    text = f'token = "{V}"\nx = 1\n"client_secret_key": "{V}",\nENV DB_PASSWORD {V}\npassword: str = "{V}"\n' * 3
    data = text.encode()
    low = data.lower()
    places = sorted({hit.start() for word in assignments.KEYWORDS for hit in re.finditer(re.escape(word), low)})
    assert list(assignments.find_at(data, places, "a.sh")) == list(assignments.find(data, 0, len(data), "a.sh"))
    assert len(list(assignments.find(data, 0, len(data), "a.sh"))) == 12


def test_latin_1_and_nul_bytes_do_no_harm() -> None:
    data = b'\xe9\xff\x00 password = "' + V.encode() + b'" \xfc\n'
    assert [data[item.start : item.end] for item in assignments.find(data, 0, len(data), "a.py")] == [V.encode()]


HOSTILE = {
    "quotes": b'"',
    "equals": b"=",
    "keyword": b"password",
    "assignment": b"password=",
    "quoted assignment": b'password="',
    "escapes": b'password="\\"',
    "blanks": b"password" + b" " * 60,
    "colon": b"token: a",
    "backslashes": b"secret\\\\\\",
    "flag": b"--token ",
    "path": b"password=/" + b"a" * 400 + b"!;",
    "name": b"a_",
    "hosts": b"password: " + b"a." * 200 + b"\n",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("path", ["a.py", "a.yml"])
def test_work_grows_no_faster_than_the_input(piece: bytes, path: str) -> None:
    def took(size: int) -> float:
        data = piece * (size // len(piece))
        began = time.process_time()
        for _ in assignments.find(data, 0, len(data), path):
            pass
        return time.process_time() - began

    small = min(took(20_000) for _ in range(3))
    bound = 4 * 2 * small + 0.05  # four times the input: quadratic work would be sixteen times
    assert took(80_000) < bound or took(80_000) < bound


def test_judgement_is_quick_on_long_values() -> None:
    letters = random.Random(1)
    value = "".join(letters.choices(string.ascii_letters + "/.-_ ", k=512))
    began = time.process_time()
    for kind in ("code", "config", "docs", "shell"):
        judgement.judge(judgement.Assignment("password", "/" + value + "!", False, "=", kind))  # type: ignore[arg-type]
    assert time.process_time() - began < 0.5
