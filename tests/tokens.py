"""Secrets for tests, generated: none stands in a file of the project."""

from __future__ import annotations

from stopgap.detect.examples import expand

GITHUB = expand("ghp_<crc62:30>")
GITHUB_2 = expand("ghp_<crc62:30> ").strip()
PASSWORD = expand("<alnum:20>")
PEM = (
    "-----BEGIN RSA PRIVATE "
    + "KEY-----\n"
    + "\n".join(expand(f"<b64:64> {n}")[:64] for n in range(12))
    + "\n-----END RSA PRIVATE "
    + "KEY-----\n"
)
