"""From which syntaxes a value is read, and with which name and form; what it is worth is not asked here. Silence first."""

from __future__ import annotations

import time

import pytest
from stopgap.detect import assignments

V = "f3A9kq0Z" + "rT7bX2mN"  # as a generator makes them
LONG = V + "9c" + V[::-1]
BYTES = "31, 139, 8, 0, 255, 17, 4, 99, 201"


def read(text: str, path: str) -> list[tuple[str, str, str]]:
    """Name, value and form of what is extracted."""
    data = text.encode()
    pairs = assignments.pairs_at(data, assignments.places(data), path)
    return [(one.pair.key, data[one.start : one.end].decode(), one.pair.form) for one in pairs]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.py", "password = getpass()", id="call"),
        pytest.param("a.py", "token = self.token", id="attribute"),
        pytest.param("a.py", "login(password=password)", id="bare argument"),
        pytest.param("a.py", 'password = os.getenv("DB_PASSWORD")', id="getter"),
        pytest.param("a.py", 'password = decrypt("abc")', id="wrapper that changes the text"),
        pytest.param("a.py", 'token = "a" + name', id="concatenation"),
        pytest.param("a.py", 'token = "{}".format(name)', id="format"),
        pytest.param("a.py", "key = cache.get(name)", id="key of a mapping"),
        pytest.param("a.py", 'key = "user-list"', id="key that is short"),
        pytest.param("a.py", 'author = "' + V + '"', id="author"),
        pytest.param("a.py", 'monkey = "' + V + '"', id="monkey"),
        pytest.param("a.py", 'bypass = "' + V + '"', id="bypass"),
        pytest.param("a.py", 'inside = "' + V + '"', id="inside"),
        pytest.param("a.py", "from django.contrib.auth.models import User", id="module"),
        pytest.param("a.py", 'names = ["password", "token", "user"]', id="list of names"),
        pytest.param("a.py", 'raise ValueError("Missing password", 3)', id="message"),
        pytest.param("a.js", 'getToken("github")', id="getter's argument"),
        pytest.param("a.js", "const { password } = req.body;", id="destructuring"),
        pytest.param("a.js", 'if (user.password) { return "secret" }', id="condition"),
        pytest.param("a.go", "password := os.Args[1]", id="Go, subscript"),
        pytest.param("a.java", "private final String password;", id="declaration"),
        pytest.param("a.sh", 'curl -u "$USER" https://host', id="curl without a password"),
        pytest.param("a.sh", "mysql -p database", id="mysql asks for it"),
        pytest.param("a.sh", 'echo "${TOKEN}"', id="used"),
        pytest.param("a.yml", "password:\n  nested: x", id="mapping"),
        pytest.param("a.yml", "type: password", id="as value"),
        pytest.param("a.html", '<input type="password" name="a" value="b">', id="field"),
        pytest.param("a.xml", "<password/>", id="empty element"),
        pytest.param("a.xml", "<password><ref/></password>", id="element in an element"),
        pytest.param("a.md", "The password is stored in the vault.", id="prose"),
        pytest.param("a.md", "Press any key to continue, or use a token.", id="more prose"),
        pytest.param("a.md", "| password | string | the password |", id="table of types"),
        pytest.param("a.md", "basic authentication, bearer tokens", id="schemes in prose"),
        pytest.param("a.json", '"encrypted": {"password": {"type": "string"}}', id="schema"),
        pytest.param("a.yml", "Type: AWS::SecretsManager::Secret", id="type name"),
    ],
)
def test_nothing_is_read(path: str, text: str) -> None:
    assert read(text + "\n", path) == []


READ = [
    pytest.param("a.py", f'password == "{V}"', "password", "compare", id="comparison"),
    pytest.param("a.py", f'if ("{V}" == password):', "password", "compare", id="comparison, turned"),
    pytest.param("a.java", f'password.equals("{V}")', "password.equals", "compare", id="equals"),
    pytest.param("a.java", f'"{V}".equals(password)', "password", "compare", id="equals, turned"),
    pytest.param("a.java", f'assertEquals("{V}", user.password);', "user.password", "compare", id="assertion"),
    pytest.param("a.js", f"expect(user.password).toBe('{V}')", "user.password", "compare", id="expectation"),
    pytest.param("a.py", f"assert cfg['password'] == '{V}'", "password", "compare", id="assert"),
    pytest.param("a.pl", f"if ($password eq '{V}')", "password", "compare", id="Perl"),
    pytest.param("a.sh", f'if [ "${{password}}" == "{V}" ]; then', "password", "compare", id="shell"),
    pytest.param("a.rb", f":password => '{V}'", "password", "arrow", id="symbol"),
    pytest.param("a.rb", f"@password ||= '{V}'", "password", "assign", id="or-assign"),
    pytest.param("a.rb", f"let(:password) {{ '{V}' }}", "password", "call", id="let"),
    pytest.param("a.rb", f"cookies[:remember_token] = {{ value: '{V}' }}", "remember_token", "default", id="value of a hash"),
    pytest.param("a.php", f'$apiToken .= "{V}";', "apiToken", "assign", id="PHP, appended"),
    pytest.param("a.c", f'char pw[] = "{V}";', "pw", "assign", id="C array"),
    pytest.param("a.c", f'curl_easy_setopt(curl, CURLOPT_PASSWORD, "{V}");', "CURLOPT_PASSWORD", "argument", id="setopt"),
    pytest.param("a.cs", f'new Dictionary {{ {{ "Password", "{V}" }} }}', "Password", "argument", id="C#, dictionary"),
    pytest.param("a.java", f'String pw = new String("{V}");', "pw", "assign", id="wrapped"),
    pytest.param("a.java", f'char[] password = "{V}".toCharArray();', "password", "assign", id="toCharArray"),
    pytest.param("a.java", f'byte[] key = base64Decode("{LONG}");', "key", "assign", id="decoded"),
    pytest.param("a.java", f'props.setProperty("db.password", "{V}");', "db.password", "argument", id="setProperty"),
    pytest.param("a.m", f'[zip withPassword:@"{V}"];', "Password", "colon", id="Objective-C"),
    pytest.param("a.go", f"Password: `{V}`,", "Password", "colon", id="Go backticks"),
    pytest.param("a.go", f'var apiToken string = "{V}"', "apiToken", "typed", id="Go, typed"),
    pytest.param("a.go", f'{{Name: "API_TOKEN", Value: "{V}"}}', "API_TOKEN", "value", id="Go, name and value"),
    pytest.param("a.py", f'add_argument("--token", type=str, default="{V}")', "token", "default", id="default of an option"),
    pytest.param("a.tf", f'variable "db_password" {{\n  type = string\n  default = "{V}"\n}}', "db_password", "default", id="Terraform"),
    pytest.param("a.ps1", f'$p = ConvertTo-SecureString "{V}" -AsPlainText -Force', "password", "call", id="SecureString"),
    pytest.param("a.ps1", f'ConvertTo-SecureString -String "{V}"', "password", "call", id="SecureString, named"),
    pytest.param("a.json", f'"body": "{{\\\\\\"token\\\\\\": \\\\\\"{V}\\\\\\"}}"', "token", "json", id="JSON, twice escaped"),
    pytest.param("a.yml", f"body: '{{''token'': ''{V}''}}'", "token", "json", id="quotes doubled"),
    pytest.param("a.har", f'{{"name": "access_token", "value": "{V}"}}', "access_token", "value", id="name and value"),
    pytest.param("a.json", f'"key": "Authorization",\n"value": "Bearer {V}"', "Authorization", "header", id="header in JSON"),
    pytest.param("a.json", f'"tokens": ["{V}"]', "tokens", "list", id="list"),
    pytest.param("a.yml", f"tokens:\n  - {V}\n", "tokens", "list", id="YAML list"),
    pytest.param("a.yml", f"password:\n  {V}", "password", "yaml", id="YAML, next line"),
    pytest.param("a.yml", f"password: |\n  {V}", "password", "block", id="YAML block"),
    pytest.param("a.yml", f"- name: X_TOKEN\n  value: {V}", "X_TOKEN", "value", id="Kubernetes env"),
    pytest.param("a.yml", f"Authorization:\n  - Basic {V}", "Authorization", "header", id="recorded header"),
    pytest.param("a.ldif", f"userPassword: {V}", "userPassword", "colon", id="LDIF"),
    pytest.param("a.xml", f'<entry key="password">{V}</entry>', "password", "xml", id="entry"),
    pytest.param("a.xml", f'<string name="api_key">{V}</string>', "api_key", "xml", id="Android"),
    pytest.param("a.xml", f"<name>password</name>\n  <value>{V}</value>", "password", "xml", id="Hadoop"),
    pytest.param("a.xml", f'<password encrypted="false">{V}</password>', "password", "xml", id="element with attributes"),
    pytest.param("a.xml", f"<secret>{{AQAA{V}}}</secret>", "secret", "xml", id="Jenkins"),
    pytest.param("a.xml", f"<password>\n    {V}\n</password>", "password", "xml", id="element of three lines"),
    pytest.param("a.xml", f'<setting name="ApiToken" serializeAs="String">\n<value>{V}</value>', "ApiToken", "xml", id=".NET setting"),
    pytest.param("a.md", f"curl -H 'Authorization: Token {V}'", "Authorization", "header", id="header in a command"),
    pytest.param("a.md", f"Authorization: Bearer {V}", "Authorization", "header", id="header"),
    pytest.param("a.js", f'headers: "X-Api-Key: {V}"', "X-Api-Key", "header", id="header in a text"),
    pytest.param("a.py", f'x = "Bearer {V}"', "authorization", "header", id="scheme alone"),
    pytest.param("a.txt", f"Cookie: sessionid={V}; a=b", "sessionid", "assign", id="cookie"),
    pytest.param("a.py", f"'user=joe&password={V}&x=1'", "password", "query", id="form"),
    pytest.param("a.js", f"'https://h/?a=b&token%3D{V}'", "token", "query", id="percent-encoded"),
    pytest.param("a.py", f'"host=db password={V} port=1"', "password", "string", id="settings in a text"),
    pytest.param("a.py", f"# password: {V}", "password", "prose", id="comment"),
    pytest.param("a.md", f"id:joe pw:{V}", "pw", "prose", id="pw"),
    pytest.param("a.md", f"password for joe: {V}", "password", "prose", id="password for"),
    pytest.param("a.md", f'the password is "{V}"', "password", "prose", id="password is"),
    pytest.param("a.ini", f"# The admin password (default: {V})", "password", "default", id="default in a comment"),
    pytest.param("a.md", f"| admin | password | {V} |", "password", "table", id="table"),
    pytest.param("a.md", f"acme TOKEN {LONG}", "TOKEN", "near", id="near"),
    pytest.param("a.md", f"Secret Key: {LONG}", "Secret Key", "prose", id="two words"),
    pytest.param("a.md", f"\u5bc6\u7801: {V}", "\u5bc6\u7801", "prose", id="Chinese"),
    pytest.param("a.md", f"Contrase\u00f1a={V}".replace("\u00f1", "n"), "Contrasena", "assign", id="Spanish"),
    pytest.param("a.sh", f"mysql -u root -p{V} db", "password", "command", id="mysql"),
    pytest.param("a.sh", f"sshpass -p {V} ssh host", "password", "command", id="sshpass"),
    pytest.param("a.sh", f"curl -s -u admin:{V} https://h", "password", "command", id="curl"),
    pytest.param("a.sh", f"docker login -u joe -p {V} host", "password", "command", id="docker login"),
    pytest.param("a.sh", f"redis-cli -h host -a {V}", "password", "command", id="redis-cli"),
    pytest.param("a.bat", f"psexec \\\\host -u joe -p {V} cmd", "password", "command", id="psexec"),
    pytest.param("a.sh", f"openssl rsa -passin pass:{V} -in k", "pass", "colon", id="openssl"),
    pytest.param("a.sh", f"tool --password '{V}'", "password", "flag", id="flag"),
    pytest.param("Dockerfile", f"ENV A=b DB_PASSWORD={V} C=d", "DB_PASSWORD", "assign", id="ENV, several"),
    pytest.param("Dockerfile", f"ENV DB_PASSWORD {V}", "DB_PASSWORD", "env", id="ENV"),
    pytest.param("a.sql", f"ALTER USER 'a'@'%' IDENTIFIED WITH mysql_native_password BY '{V}';", "password", "sql", id="IDENTIFIED WITH"),
    pytest.param("a.sh", f"CREATE USER u WITH PASSWORD '{V}';", "PASSWORD", "sql", id="WITH PASSWORD"),
    pytest.param("a.sql", f"SET PASSWORD FOR 'a' = PASSWORD('{V}');", "PASSWORD", "call", id="SET PASSWORD"),
    pytest.param("a.txt", f"machine h\n  login joe\n  password {V}", "password", "netrc", id="netrc elsewhere"),
    pytest.param("a.go", f"authKey := []byte{{{BYTES}}}", "authKey", "bytes", id="Go bytes"),
    pytest.param("a.java", f"byte[] KEY = new byte[] {{{BYTES}}};", "KEY", "bytes", id="Java bytes"),
    pytest.param("a.py", 'KEY = "\\x05\\x78\\x1f\\x8b\\x08\\x00"', "KEY", "bytes", id="escaped bytes"),
]


@pytest.mark.parametrize(("path", "text", "key", "form"), READ)
def test_value_is_read_with_its_name_and_form(path: str, text: str, key: str, form: str) -> None:
    values = {V, LONG, BYTES, f"{{AQAA{V}}}", "\\x05\\x78\\x1f\\x8b\\x08\\x00"}
    assert [(name, kind) for name, value, kind in read(text + "\n", path) if value in values] == [(key, form)]


SAME = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "far into the file": lambda text: "x = 1\n" * 1000 + text,
    "at the end": lambda text: text.rstrip("\n"),
    "behind latin-1": lambda text: text,
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
@pytest.mark.parametrize(("path", "text", "key", "form"), READ)
def test_what_stands_around_changes_nothing(path: str, text: str, key: str, form: str, change) -> None:  # type: ignore[no-untyped-def]
    def values(text: str) -> set[tuple[str, str, str]]:
        return {(name, "".join(value.split()), kind) for name, value, kind in read(text, path)}

    assert values(change(text + "\n")) == values(text + "\n")


def test_pair_says_where_it_stands() -> None:
    text = "user = 'Joe'\n" + f'db_password = "{V}"  # of HOST\n'
    (found,) = assignments.pairs_at(text.encode(), assignments.places(text.encode()), "src/a.py")
    assert (found.pair.form, found.pair.path, found.pair.quoted, found.pair.operator) == ("assign", "src/a.py", True, "=")
    assert found.pair.around == b"user = 'joe'\n" + b'"  # of host\n'
    assert text[found.start : found.end] == V


def test_long_value_is_read_whole_and_judged_by_its_beginning() -> None:
    value = "eyJ" + V * 100
    (found,) = assignments.pairs_at(f'token = "{value}"'.encode(), [0], "a.py")
    assert found.end - found.start == len(value)
    assert found.pair.value == value[:512]


HOSTILE = {
    "value pairs": b'name: "password" type: x' + b" " * 50,
    "braces": b"password = {" + b"a " * 90,
    "numbers": b"key = {" + b"1, " * 300,
    "wrappers": b"token = String(String(String(",
    "escaped quotes": b"pw='" + b"\\'" * 200,
    "lists": b'tokens: ["a", "b", ',
    "dashes": b"tokens:\n" + b"  - a\n" * 9,
    "command": b"mysql ",
    "schemes": b"bearer basic ",
    "elements": b"<password><password>",
    "prose": b"password for password for ",
    "options": b'"--token", ' + b"a, " * 50,
    "types": b"password: [" + b"a" * 50,
    "signs": b"password" + b"=:" * 20,
    "comparisons": b'"a" == password ',
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("path", ["a.js", "a.yml", "a.md"])
def test_work_grows_no_faster_than_the_input(piece: bytes, path: str) -> None:
    def took(size: int) -> float:
        data = piece * (size // len(piece))
        places = assignments.places(data)
        began = time.process_time()
        for _ in assignments.pairs_at(data, places, path):
            pass
        return time.process_time() - began

    small = min(took(20_000) for _ in range(3))
    bound = min(4 * 2 * small + 0.05, 2.0)  # four times the input: quadratic work would be sixteen times; and seconds for 80 kB
    assert took(80_000) < bound or took(80_000) < bound


@pytest.mark.parametrize("key", ["db_password", "DB_PASSWORD", "dbPassword", "db-password", "Db.Password", "DbPassword"])
@pytest.mark.parametrize("text", ['{} = "{}"', "{}: '{}'", '"{}": "{}"', "{}={}", "--{} {}", "<{0}>{1}</{0}>", "set {} {}"])
def test_whatever_the_keys_case(key: str, text: str) -> None:
    assert [(name, value) for name, value, _ in read(text.format(key, V) + "\n", "a.ini")] == [(key, V)]
