"""What a name promises: silence first."""

from __future__ import annotations

import pytest
from stopgap.detect import keys


@pytest.mark.parametrize(
    "name",
    [
        "author",
        "monkey",
        "keyboard",
        "tokenizer",
        "bypass",
        "compass",
        "secretary",
        "public_key",
        "inside",
        "user",
        "",
        "keyword",
        "passport",
        "passenger",
        "api",
        "rapid",
    ],
)
def test_nothing_is_expected_of(name: str) -> None:
    assert keys.hint(name) == "none"


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "KEY",
        "sid",
        "session",
        "oauth_signature",
        "lastfm_key",
        "auth_data",
        "session_id",
        "password_field",
        "kerberos_authentication",
        "maps_api",
        "jsapi_ticket",
    ],
)
def test_only_what_looks_like_a_key_counts_under(name: str) -> None:
    assert (keys.kind(name), keys.hint(name)) == ("none", "maybe")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Authorization", "secret"),
        ("auth", "secret"),
        ("LASTFM_KEY", "key"),
        ("PRIMARY_KEY", "none"),
        ("MYSQLPASS", "password"),
        ("userPassword", "password"),
        ("pw", "password"),
        ("psswd", "password"),
        ("PSSWRD", "password"),
        ("passwrod", "password"),
        ("passworsd", "password"),
        ("db_passowrd", "password"),
        ("pssword2", "password"),
        ("-PasswordAny", "password"),
        ("passport", "none"),
        ("passage_id", "none"),
        ("secrete", "secret"),
        ("secret_do_not_commit", "secret"),
        ("secret_commit", "none"),
        ("authKeyBytes", "key"),
        ("heslo", "password"),
        ("\u5bc6\u7801", "password"),
        ("Secret Key", "key"),
        ("urlForToken", "none"),
        ("vault_to_store_secrets", "none"),
        ("token_for_auth", "secret"),
        ("key_to_api_token", "secret"),
    ],
)
def test_kind(name: str, kind: str) -> None:
    assert keys.kind(name) == kind


@pytest.mark.parametrize(
    ("name", "public"),
    [("NEXT_PUBLIC_API_KEY", True), ("VITE_MAP_TOKEN", True), ("REACT_APP_MAIL_PASSWORD", False), ("sitePassword", True)],
)
def test_what_every_browser_gets_is_public_but_a_password(name: str, public: bool) -> None:
    assert keys.is_public(name) is public
