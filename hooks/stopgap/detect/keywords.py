"""The words that a key must hold for its value to be looked at: literals, so that a text without any costs nothing more.

They are short, so that one stands for many names: `token` for `access_token` and `TokenValue`, `key=` for `api_key=` and `privateKey=`. The
shortest, which are parts of many other words (`author`, `keyboard`, `inside`), count only before a sign that can follow a name.
"""

from __future__ import annotations

from .commands import COMMANDS

NAMES = (
    "passw passphrase passcode pasw paswd psw pssw passow passsw paassw pw "
    "secret token credential creds jwt access_code accesscode access-code securestring "
    "identified apikey api_key api-key accesskey access_key access-key authorization sessionid session_id session-id keydata keybytes "
    "keyvalue keystring authdata authkey authvalue"
)
# German, Spanish, Portuguese, Dutch, Polish, Czech, Estonian, Finnish, Italian, Turkish, Hungarian, Indonesian, Danish
ABROAD = "kennwort contrase senha wachtwoord haslo heslo parool salasana parola sifre jelszo sandi adgangskode"
OTHER_SCRIPTS = ("密码", "密碼", "口令", "パスワード", "비밀번호", "пароль", "Пароль")
SCHEMES = (b"bearer ", b"basic ")  # of the Authorization header, where a text holds the header's value alone
PARTS = b"key auth authentication pass session sid cookie signature ticket _api -api".split()
SIGNS = (*(bytes((sign,)) for sign in b"\"'`=:>)],_[\\<&%\t}"), b" =", b" :", b" !", b"  ")
BEFORE_A_BLANK = (b"_key ", b"-key ", b"_key\n", b"_key\r", b"key string", b"key {0x", b"setkey(", b"cipherkey(", b"keys[", b"_auth ")

KEYWORDS: tuple[bytes, ...] = tuple(
    dict.fromkeys(
        (
            *(NAMES + " " + ABROAD).encode().split(),
            *(word.encode() for word in OTHER_SCRIPTS),
            *(part + sign for part in PARTS for sign in SIGNS),
            *BEFORE_A_BLANK,
            *SCHEMES,
            *(command.encode() for command in COMMANDS),
        )
    )
)
