"""audit-history as a hook under the real pre-commit: a push waits until history is accounted for, and stays quiet from then on."""

from __future__ import annotations

from collections.abc import Callable

from .clients import BIN, Client

pytest_plugins = ("tests.clients",)


def test_a_push_waits_until_history_is_accounted_for(start: Callable[[str], Client]) -> None:
    work = start("pre-commit")
    work.configure(("audit-history",))
    work.repo.commit("configured")
    work.remote()
    work.land(".env", work.secret("old").replace("token_old = ", "A_TOKEN=").replace('"', ""))
    work.repo.git("rm", "-q", ".env")
    work.repo.commit("gone")
    blob = work.repo.git("rev-parse", "HEAD^:.env").decode()[:12]
    done = work.git("push", "origin", "main").refused("- hook id: audit-history", ".env:1:1: history-secret: warning: A_TOKEN")
    assert f"--mark .env:A_TOKEN@{blob} revoked" in done.text
    mark = ("audit-history", "--mark", f".env:A_TOKEN@{blob}", "revoked", "--reason", "rotated with the incident")
    work.run(str(BIN / "stopgap"), *mark).passed()
    work.repo.add(".stopgap-rotations.toml")
    work.repo.commit("accounted for")
    work.git("push", "origin", "main").passed("history-settled: note: ")
    work.client("run", "--hook-stage", "manual", "audit-history").passed("Passed")
