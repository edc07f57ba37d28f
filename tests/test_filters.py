"""What a value is by itself: silence first."""

from __future__ import annotations

import pytest
from stopgap.detect import filters, keys, words

# A value as a generator makes one, and pieces that would be a known sample if they stood together.
RANDOM = "f3A9kq0Z" + "rT7bX2mN"
SAMPLE_ID = "AKIA" + "IOSFODNN7" + "EXAMPLE"
SAMPLE_KEY = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLE" + "KEY"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("<password>", id="angle brackets"),
        pytest.param("[token]", id="square brackets"),
        pytest.param("xxxxxxxx", id="x"),
        pytest.param("sk-xxxxxxxx", id="x behind a prefix"),
        pytest.param("********", id="stars"),
        pytest.param("--------", id="one sign"),
        pytest.param("...", id="dots"),
        pytest.param("changeme", id="changeme"),
        pytest.param("CHANGE_ME", id="change me"),
        pytest.param("changeMe", id="changeMe"),
        pytest.param("your-api-key", id="your"),
        pytest.param("YOUR_TOKEN_HERE", id="your, in capitals"),
        pytest.param("insert-your-key-here", id="insert"),
        pytest.param("replace_with_real_key", id="replace"),
        pytest.param("null", id="null"),
        pytest.param("None", id="None"),
        pytest.param("true", id="true"),
        pytest.param("foobar", id="metasyntactic"),
        pytest.param("dummy-value-12", id="dummy"),
        pytest.param("00000000-0000-0000-0000-000000000000", id="the empty UUID"),
        pytest.param(SAMPLE_ID, id="documented id"),
        pytest.param(SAMPLE_KEY, id="documented key"),
        pytest.param("postgres://user:pw@db.example.com/x", id="example domain"),
    ],
)
def test_is_a_placeholder(value: str) -> None:
    assert filters.is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("hunter2", id="weak"),
        pytest.param("password", id="weaker"),
        pytest.param("1111", id="digits"),
        pytest.param(RANDOM, id="random"),
        pytest.param("-----BEGIN " + "PRIVATE KEY-----", id="armour has dashes"),
        pytest.param("settings", id="a word that begins like set"),
    ],
)
def test_is_no_placeholder(value: str) -> None:
    assert not filters.is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        "${DB_PASSWORD}",
        "$DB_PASSWORD",
        "$(pass show db)",
        "{{ token }}",
        "<%= token %>",
        "%DB_PASSWORD%",
        "%(token)s",
        "#{token}",
        "prefix-${TOKEN}",
        "op://vault/item/field",
        "vault:secret/data/db#password",
        "os.environ['TOKEN']",
        "process.env.TOKEN",
        "/run/secrets/token",
        "__TOKEN__",
        "`pass show db`",
    ],
)
def test_is_a_reference(value: str) -> None:
    assert filters.is_reference(value)


@pytest.mark.parametrize("value", ["hunter2", "pa$$w0rd!", RANDOM, "50%off99", "k{{w}7)p${e]b}}", "`12quDRmple"])
def test_is_no_reference(value: str) -> None:
    assert not filters.is_reference(value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("DB_PASSWORD", "", id="empty"),
        pytest.param("DB_PASSWORD", "${OTHER}", id="reference"),
        pytest.param("DB_PASSWORD", "changeme", id="placeholder"),
        pytest.param("DB_PASSWORD", "encrypted:" + "BEw" * 20, id="encrypted"),
        pytest.param("ADMIN_PASSWORD", "$2b$12$" + "a1B" * 18, id="hash"),
        pytest.param("DB_PASSWORD_FILE", "/run/secrets/db", id="a file's name"),
        pytest.param("PWD", "/srv/app", id="working directory"),
        pytest.param("DATABASE_URL", "postgres://user@host/db", id="URL without password"),
        pytest.param("DATABASE_URL", "postgres://user:${PW}@host/db", id="URL with reference"),
        pytest.param("NEXT_PUBLIC_API_KEY", RANDOM, id="public by prefix"),
        pytest.param("STRIPE_PUBLISHABLE_KEY", RANDOM, id="publishable"),
        pytest.param("AWS_ACCESS_KEY_ID", "AKIA" + "Q4R5S6T7" + "U2V3W4X5", id="key id"),
        pytest.param("GIT_COMMIT", "0f3a9c" * 6 + "abcd", id="commit"),
        pytest.param("MAX_TOKENS", "100000", id="number of tokens"),
        pytest.param("TOKEN_URL", "https://host/oauth/token", id="URL of tokens"),
        pytest.param("PORT", "8080", id="number"),
        pytest.param("APP_ENV", "production", id="word"),
        pytest.param("MONKEY", "banana", id="key in a word"),
    ],
)
def test_env_value_is_no_secret(key: str, value: str) -> None:
    assert not filters.is_env_secret(key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("DB_PASSWORD", "hunter2", id="weak password"),
        pytest.param("DB_PASSWORD", "123456", id="digits"),
        pytest.param("MYSQL_PWD", "root", id="word"),
        pytest.param("SMTP_PASS", "'a b c'", id="blanks"),
        pytest.param("APP_SECRET", "opensesame", id="weak secret"),
        pytest.param("stripe.api-key", RANDOM, id="API key"),
        pytest.param("DATABASE_URL", "postgres://user:hunter2@host/db", id="URL with password"),  # stopgap: allow[url-password] a sample
        pytest.param("DATABASE_DSN", "user:hunter2@tcp(host:3306)/db", id="Go DSN"),
        pytest.param("DB", "Server=db;User=sa;Pwd=hunter2;", id="connection string"),
        pytest.param("SOMETHING", RANDOM, id="random under a neutral key"),
    ],
)
def test_env_value_is_a_secret(key: str, value: str) -> None:
    assert filters.is_env_secret(key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("DB_PASSWORD", "hunter2", id="short"),
        pytest.param("DB_PASSWORD", "correcthorsebatterystaple", id="words"),
        pytest.param("DB_PASSWORD", "my-secret-password", id="joined words"),
        pytest.param("DB_PASSWORD", "one of many things 42", id="prose"),
        pytest.param("API_TOKEN", "1234567890123", id="number"),
        pytest.param("API_TOKEN", "db7.internal.host.net", id="host"),
        pytest.param("APP_SECRET", "/srv/app/secret-file-9", id="path"),
        pytest.param("APP_SECRET", "2026-01-02T10:11:12Z", id="date"),
        pytest.param("SITE_URL", "https://host/a1b2c3d4e5f6", id="URL"),
    ],
)
def test_value_is_not_looked_for(key: str, value: str) -> None:
    assert not filters.is_own_value(key, value)


def test_value_is_looked_for() -> None:
    assert filters.is_own_value("DB_PASSWORD", RANDOM)
    assert filters.is_own_value("DATABASE_URL", f"postgres://user:{RANDOM}@host/db")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("password", "password"),
        ("dbPassword", "password"),
        ("DB_PASS", "password"),
        ("mysqlpwd", "password"),
        ("PASSWORD_PROD", "password"),
        ("client_secret", "secret"),
        ("secret_key_base", "key"),
        ("accessToken2", "secret"),
        ("AWS_SECRET_ACCESS_KEY", "key"),
        ("apiKey", "key"),
        ("APIKEY", "secret"),
        ("password_field", "none"),
        ("passwordLabel", "none"),
        ("token_type", "none"),
        ("max_tokens", "none"),
        ("csrf_token", "none"),
        ("next_page_token", "none"),
        ("secretName", "none"),
        ("secretary", "none"),
        ("tokenizer", "none"),
        ("author", "none"),
        ("keyboard", "none"),
        ("key", "none"),
        ("primary_key", "none"),
        ("public_key", "none"),
        ("", "none"),
    ],
)
def test_kind_of_key(name: str, kind: str) -> None:
    assert keys.kind(name) == kind


@pytest.mark.parametrize("value", ["hunter2", "correcthorse", "P4ssw0rd!", "user_password", "Wachtwoord", "testpw"])
def test_is_words(value: str) -> None:
    assert words.is_words(value)


@pytest.mark.parametrize("value", [RANDOM, "kqzjdxwv", "9f86d081884c7d65", "x7#kQ!2p"])
def test_is_no_words(value: str) -> None:
    assert not words.is_words(value)


@pytest.mark.parametrize("value", ["P4ssw0rd!", "super$ecret", "adm1nistrator99", "s3cr3t"])
def test_is_disguised(value: str) -> None:
    assert words.is_disguised(value)


@pytest.mark.parametrize("value", ["password2", "new_password1", "sha256-base64", "user_1", RANDOM, "swordfish", "P4ssw0rd" * 4])
def test_is_not_disguised(value: str) -> None:
    assert not words.is_disguised(value)


@pytest.mark.parametrize("value", ["letmein", "correcthorse", "openwindow"])
def test_is_compound_from_eight_letters_on(value: str) -> None:
    assert words.is_compound(value) == (len(value) >= 8)


@pytest.mark.parametrize("value", ["required", "connectAs", "correct-horse", "kqzjdxwvbn", "correcthorse1"])
def test_is_no_compound(value: str) -> None:
    assert not words.is_compound(value)


def test_word_list_is_small_and_clean() -> None:
    assert all(word.isalpha() and word.islower() and len(word) > 2 for word in words.dictionary())
    assert 4000 < len(words.dictionary()) < 10000
