"""A proxy on loopback in front of moto's server that breaks what it is told to: the faults are real ones, on a real connection."""

from __future__ import annotations

import contextlib
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal, NamedTuple

Fault = Callable[["Asked"], "Answer | Literal['cut', 'cut after'] | None"]


class Asked(NamedTuple):
    """A request: its number, from 1, the operation, and its body."""

    number: int
    operation: str
    body: dict[str, Any]


class Answer(NamedTuple):
    """What the proxy answers in place of the server."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def refusal(code: str, message: str = "", status: int = 400) -> Answer:
    """The service's error, in the protocol that it speaks (AWS JSON 1.1)."""
    return Answer(status, json.dumps({"__type": code, "Message": message}).encode())


class Proxy:
    """`url` stands for the server's; `fault` is asked for each request: None passes it on, "cut" closes the connection before the server
    has it, "cut after" once the server has done it. `asked` holds what came.
    """

    def __init__(self, server: str) -> None:
        self.server = server
        self.fault: Fault = lambda asked: None
        self.asked: list[Asked] = []
        self.url = ""

    def names(self) -> list[str]:
        return [asked.operation for asked in self.asked]


@contextlib.contextmanager
def proxy(server: str) -> Iterator[Proxy]:
    made = Proxy(server)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            operation = (self.headers["X-Amz-Target"] or "").rpartition(".")[2]
            asked = Asked(len(made.asked) + 1, operation, json.loads(data) if operation else {})
            made.asked.append(asked)
            fault = made.fault(asked)
            if fault == "cut":
                self.hang_up()
                return
            answer = fault if isinstance(fault, Answer) else passed_on(made.server, data, dict(self.headers))
            if fault == "cut after":
                self.hang_up()
                return
            self.send_response(answer.status)
            for name, value in (("Content-Type", "application/x-amz-json-1.1"), *answer.headers):
                self.send_header(name, value)
            if not any(name == "Content-Length" for name, _ in answer.headers):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def hang_up(self) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        made.url = f"http://127.0.0.1:{running.server_port}"
        Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield made
        finally:
            running.shutdown()


def passed_on(server: str, data: bytes, headers: dict[str, str]) -> Answer:
    """What the server answers."""
    request = urllib.request.Request(server, data, {key: value for key, value in headers.items() if key.lower() != "host"}, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return Answer(answer.status, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
