"""Stopgap: pre-commit hooks that keep config and secrets out of git, and the server's config out of the deploy."""

__version__ = "0.1.0"
