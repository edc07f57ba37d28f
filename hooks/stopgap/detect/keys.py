"""Which key names say that their value is a secret. The last word decides: `db_password` is one, `password_field` is not."""

# ruff: noqa: SIM905 -- lists of words are easier to read and to merge as text

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from .keywords import OTHER_SCRIPTS

Kind = Literal["password", "secret", "key", "none"]

# A word of a name: `APIKey` is API and Key, `db2Password` is db, 2 and Password.
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
LONGEST = 100

PASSWORDS = frozenset(
    "password passwd passwrd passwords passwort kennwort contrasena senha motdepasse wachtwoord parola haslo heslo parool salasana "
    "sifre jelszo adgangskode sandi passphrase passcode pass pwd pw psw psswd passwds pswd paswd pasword paswrd psswrd psword passw pword "
    "userpass dbpass rootpass mypass smtppass userpassword keypass storepass pswrd psswd pssword pwrd".split()
)
SECRETS = frozenset(
    "secret secrets secrete secreto "
    "token tokens credential credentials creds apikey apikeys apitoken authtoken accesstoken refreshtoken auth "
    "authorization authorisation oauth".split()
)
# A compound written as one word: `dbpassword`, `clientsecret`, `githubtoken`.
PASSWORD_ENDS = ("password", "passwd", "passphrase", "passcode", "pwd", "pass")
SECRET_ENDS = ("secret", "apikey", "accesskey", "secretkey", "privatekey", "authtoken", "accesstoken", "apitoken", "authkey", "bottoken")

NO_PASSWORDS = frozenset("bypass compass encompass surpass trespass underpass overpass onepass lastpass keepass multipass subpass".split())

# What makes a key (`api_key`) a secret; alone, `key` is any key of a mapping.
KEY_KINDS = frozenset(
    "api apis access account application app auth authentication authorization authorisation secret private encryption encrypt "
    "decryption signing signature sign master service shared license session cipher crypto aes hmac jwt webhook storage deploy admin "
    "server preshared wpa wifi oauth consumer client customer subscription rest recovery integration maps firebase stripe openai "
    "sendgrid mailgun datadog mailchimp algolia google cookie instrumentation write ingest".split()
)
# What stands behind the deciding word and does not change it: `secret_key_base`, `PASSWORD_PROD`, `token2`.
TAILS = frozenset(
    "base value val values string str default dev develop development prod production test testing stage staging live local sandbox "
    "plain plaintext cleartext raw old new current previous primary secondary main backup b64 base64 hex env root admin user db const "
    "confirm confirmation repeat again check verify secure sec any bytes".split()
)
# Words before the deciding one that make it something else: a parser's token, a page's, a form's, a model's.
NO_SECRET_BEFORE = frozenset(
    "dkim csrf xsrf authenticity page next prev continuation cancel cancellation sync syntax lexer parser eos bos pad unk "
    "csrfmiddleware sep cls mask start end stop begin max min num total count prompt completion input output special design public "
    "publishable site forgot reset change show hide has is no use with without need require required invalid wrong missing empty "
    "bad unknown incorrect enter type primary foreign sort partition cache lookup index translation i18n image hash stopping "
    "idempotency idempotent lock verification update change action lifecycle forward backward starting comment keyword separator "
    "first last text vocab".split()
)
ABOUT = frozenset("to for of".split())
# `password` as people type it, and without its vowels: `psswd`, `passwrod`, `passswd`.
SHORTENED = re.compile(r"p[ao]?s{1,3}w[or]{0,3}d{1,2}")
# Words that promise a secret only if the value looks like one.
HINTS = frozenset(
    "key keys auth authorization authentication oauth session sid sessionid signature sig cookie cookies jwt bearer mac creds "
    "ticket".split()
)
HINT_ENDS = (*PASSWORD_ENDS, *SECRET_ENDS, "token", "key", "auth", "sid")
NO_HINTS = frozenset("resourcekey public pubkey publickey keyword keyboard monkey author keys partial fingerprint digest checksum".split())
PUBLIC = frozenset("public publishable pub site anon anonymous".split())
IDENTIFIERS = frozenset("id ids hash sha sha256 digest checksum fingerprint commit revision version arn etag nonce".split())
# A public key's name, or a prefix by which a framework ships the setting to every browser.
PUBLIC_PREFIXES = ("NEXT_PUBLIC_", "REACT_APP_", "VITE_", "NUXT_PUBLIC_", "PUBLIC_", "GATSBY_", "EXPO_PUBLIC_", "STORYBOOK_")


def words(name: str) -> list[str]:
    """The words of a name in lower case: `AWS_SECRET_accessKey2` gives aws, secret, access, key, 2."""
    return [word.lower() for word in WORD.findall(name[-LONGEST:])]


def kind(name: str) -> Kind:
    """What the name says of its value: a password, a secret (secret, token, credential), a key (API key and so on), or nothing."""
    if any(word in name for word in OTHER_SCRIPTS):
        return "password"
    parts = without_tails(words(name))
    if not parts:
        return "none"
    last, before = parts[-1], parts[:-1]
    if before and (before[-1] in NO_SECRET_BEFORE or is_about(before)):
        return "none"
    if last in PASSWORDS or (last.endswith(PASSWORD_ENDS) and last not in NO_PASSWORDS) or is_misspelt(last):
        return "password"
    if last in SECRETS or last.endswith(SECRET_ENDS):
        return "secret"
    told = KEY_KINDS.intersection(before[-2:]) or name.isupper()  # in capitals it is a setting: `LASTFM_KEY`
    if last in ("key", "keys") and before and told and not PUBLIC.intersection(before):
        return "key"
    return "none"


def without_tails(parts: list[str]) -> list[str]:
    """The words without those at the end that change nothing: `password, prod, 2`, and the warning of `secret, do, not, commit`."""
    if len(parts) > 3 and parts[-3:-1] == ["do", "not"]:
        parts = parts[:-3]
    while len(parts) > 1 and (parts[-1] in TAILS or parts[-1].isdigit()):
        parts.pop()
    return parts


def is_misspelt(word: str) -> bool:
    """`passwrod`, `psswrd`: `password` with a letter too many, too few, another, or two that changed places; or without its vowels."""
    if word[:1] != "p" or not 4 < len(word) < 10:
        return False
    return SHORTENED.fullmatch(word) is not None or is_nearly(word, "password")


def is_nearly(word: str, meant: str) -> bool:
    """Whether one slip of the finger leads from one to the other."""
    at = next((at for at, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    left, right = word[at:], meant[at:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def is_about(before: list[str]) -> bool:
    """`urlForToken`, `vault_to_store_secrets`: the words before the last say that the name is another thing's, and what that is for."""
    heads = [head for head, word in pairwise(before) if word in ABOUT]
    return bool(heads) and not any(head in HINTS or head in PASSWORDS or head in SECRETS for head in heads)


def is_hint(part: str) -> bool:
    """Whether a word of a name promises anything."""
    return part in HINTS or part in PASSWORDS or part in SECRETS or (part.endswith(HINT_ENDS) and part not in NO_PASSWORDS)


def is_of_an_api(parts: list[str]) -> bool:
    """`maps_api`: what opens an interface, where the value looks like it; `api` alone is its address."""
    return parts[-1:] == ["api"] and len(parts) > 1


def hint(name: str) -> Literal["named", "maybe", "none"]:
    """Whether a value under this name is looked at: always, only where it looks like key material, or never (`monkey`, `author`)."""
    if kind(name) != "none":
        return "named"
    parts = words(name)
    if not parts or not NO_HINTS.isdisjoint(parts):
        return "none"
    return "maybe" if is_of_an_api(parts) or any(map(is_hint, parts)) else "none"


def is_public(name: str) -> bool:
    """`STRIPE_PUBLISHABLE_KEY`, `NEXT_PUBLIC_API_KEY`: everyone who loads the page sees the value anyway; a password is not meant so."""
    return bool(PUBLIC.intersection(words(name))) or (name.upper().startswith(PUBLIC_PREFIXES) and kind(name) != "password")


def is_identifier(name: str) -> bool:
    """`AWS_ACCESS_KEY_ID`, `GIT_COMMIT`: a value that may look random and is no secret."""
    return not IDENTIFIERS.isdisjoint(words(name)[-1:])
