"""A browser for tests: chromium without a window, driven over its own protocol by a pair of pipes. It needs nothing but the browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from select import select
from time import monotonic
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60.0  # seconds for one answer, on a machine that does much else


def installed() -> str:
    """The browser's path; "" where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


class Browser:
    """One browser with one page. Every method raises AssertionError where the browser says no, or nothing."""

    def __init__(self, profile: Path) -> None:
        down, self._write = os.pipe()
        self._read, up = os.pipe()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"]
        options += ["--disable-background-networking", "--disable-component-update", "--disable-extensions", "--remote-debugging-pipe"]

        def pipes() -> None:  # the protocol's pipes are file descriptors 3 and 4
            first, second = os.dup(down), os.dup(up)
            os.dup2(first, 3, inheritable=True)
            os.dup2(second, 4, inheritable=True)

        self._process = subprocess.Popen(
            (installed(), *options, f"--user-data-dir={profile}", "about:blank"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=pipes,
            close_fds=False,
            start_new_session=True,
        )
        os.close(down)
        os.close(up)
        self._left = b""
        self._number = 0
        self._session = ""
        self.events: list[Any] = []
        target = next(one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page")
        self._session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Accessibility"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        """Ends the browser and all that it started."""
        os.close(self._write)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        os.close(self._read)

    def ask(self, method: str, **parameters: Any) -> Any:
        """What the browser answers; what it tells meanwhile goes to `events`."""
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        said = json.dumps({"id": self._number, "method": method, "params": parameters, **session})
        os.write(self._write, said.encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, (method, message)
                return message["result"]
            self.events.append(message)

    def _next(self) -> Any:
        end = monotonic() + PATIENCE
        while b"\0" not in self._left:
            ready, _, _ = select([self._read], [], [], max(0.0, end - monotonic()))
            data = os.read(self._read, 1 << 20) if ready else b""
            assert data, "the browser says nothing"
            self._left += data
        message, _, self._left = self._left.partition(b"\0")
        return json.loads(message)

    def open(self, path: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Shows a file in a window of that size, and forgets what was told before."""
        self.events.clear()
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.scheme(dark)
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def scheme(self, dark: bool) -> None:
        """What the reader's system prefers."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def value(self, expression: str) -> Any:
        """The value of an expression, once its promise is kept."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str, code: int, text: str = "") -> None:
        """A key, as a person's keyboard sends it. `code`: its Windows virtual key code; `text`: what it types, if anything."""
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **shared, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **shared)

    def type(self, text: str) -> None:
        """Text into what has the focus."""
        self.ask("Input.insertText", text=text)

    def problems(self) -> list[str]:
        """Exceptions of scripts, and what the console calls an error: a policy that was broken, a file that was not loaded."""
        self.value("0")  # all that was told before is here now
        told = [event["params"]["exceptionDetails"]["text"] for event in self.events if event.get("method") == "Runtime.exceptionThrown"]
        entries = [event["params"]["entry"] for event in self.events if event.get("method") == "Log.entryAdded"]
        return told + [entry["text"] for entry in entries if entry["level"] in ("error", "warning")]
