"""The words that a key must hold for its value to be looked at: literals, so that a text without any costs nothing more."""

from __future__ import annotations

KEYS_OF = (
    b"api access auth encryption encrypt decryption signing account master app license consumer service deploy session cipher aes hmac "
    b"storage shared private"
).split()
KEYWORDS: tuple[bytes, ...] = (
    *b"passw passphrase passcode pwd psw kennwort contrase secret token credential".split(),
    *(b"pass" + sign for sign in (b"=", b" =", b":", b" :", b'"', b"'", b">", b"\\", b"_", b"]")),
    *(b'auth"', b"auth="),
    *(word + join + b"key" for word in KEYS_OF for join in (b"", b"_", b"-")),
    b"identified by",
)
