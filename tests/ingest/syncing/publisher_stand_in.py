"""A publisher's web server on this machine, one that misbehaves on demand, and a clock that only moves when told."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers.markdown import read_markdown
from ingest.syncing.official import Official
from ingest.syncing.request import Limits

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HERE = {"official.test": ["127.0.0.1"], "other.test": ["127.0.0.1"], "private.test": ["10.0.0.7"]}
QUICK = Limits(connect_s=2, read_s=2, whole_s=5, attempts=3, first_wait_s=2, longest_wait_s=60, between_s=1)


PAGE = "<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
CERTIFICATE = Path(__file__).with_name("official-test.pem")
"""Key and certificate of official.test, made for these tests; it opens nothing."""

Answer = Callable[[BaseHTTPRequestHandler], None]


def look_up(host: str, port: int) -> list[str]:
    if host not in HERE:
        raise OSError("no such name")
    return HERE[host]


def page(body: str, title: str = "Guidance") -> bytes:
    """A web page."""
    return PAGE.format(title=title, body=body).encode()


def sends(
    body: bytes = b"", *, status: int = 200, type_: str = "text/html; charset=utf-8",
    headers: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    """An ordinary answer."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Type": type_, "Content-Length": str(len(body)), **(headers or {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def sends_with_etag(body: bytes, etag: str) -> Answer:
    """An answer that is 304 to whoever has it already."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("If-None-Match") == etag:
            sends(b"", status=304, headers={"ETag": etag})(request)
        else:
            sends(body, headers={"ETag": etag})(request)

    return answer


def leads_to(address: str, status: int = 302) -> Answer:
    """A redirect."""
    return sends(status=status, headers={"Location": address})


def hangs_for(seconds: float) -> Answer:
    """No answer for a while, then none at all."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        request.close_connection = True

    return answer


def trickles(pieces: int, pause: float) -> Answer:
    """One byte at a time, each in good time for a time-out of one read."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.send_header("Content-Length", str(pieces))
        request.end_headers()
        for _ in range(pieces):
            try:
                request.wfile.write(b"x")
            except OSError:
                return
            time.sleep(pause)

    return answer


def resets(request: BaseHTTPRequestHandler) -> None:
    """The connection is cut, without a word."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()
    request.close_connection = True


def breaks_off(body: bytes) -> Answer:
    """Half of what its Content-Length promises."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        sends(body[: len(body) // 2], headers={"Content-Length": str(len(body))})(request)
        request.close_connection = True

    return answer


def packed(body: bytes, **more: str) -> Answer:
    """An answer packed with gzip."""
    return sends(gzip.compress(body), headers={"Content-Encoding": "gzip", **more})


class Publisher:
    """Serves `pages`: path -> one answer, or a list of answers given one after the other, the last again and again.

    `asked` is every request as (path, headers). What has no page is 404.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self.pages: dict[str, Answer | list[Answer]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher.asked.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
                publisher._answer(self.path)(self)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, address: None  # type: ignore[method-assign]
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str, host: str = "official.test", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def requests(self, path: str) -> int:
        """How often a page was asked for."""
        return sum(asked == path for asked, _ in self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str) -> Answer:
        answers = self.pages.get(path, sends(b"not here", status=404))
        if not isinstance(answers, list):
            return answers
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Time:
    """A clock that moves only when somebody sleeps; `slept` is every sleep, in seconds."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds


def official(publisher: Publisher, path: str, /, *, id_: str = "", **more: object) -> Official:
    """An official text on the publisher's server; unlike those of corpus/official.yaml it need not be https."""
    given = {
        "id": id_ or path.strip("/"), "source_id": "care-act-2014-safeguarding", "title": f"Guidance {path}",
        "url": publisher.url(path), "format": "html", "licence": "Test licence", "checked_on": NOW.date(), **more,
    }  # fmt: skip
    return Official.model_construct(**given)  # type: ignore[arg-type]


def read_simply(data: bytes, name: str, format_: str) -> Document:
    """A reader for the pages of these tests: <h2>Heading [pinpoint]</h2> and <p>paragraph</p>, and nothing else."""
    text = data.decode()
    if "<h2>" not in text:
        raise CannotRead(f"{name} holds no text.")
    found = re.findall(r"<(h2|p)>(.*?)</\1>", text, re.DOTALL)
    lines = [f"## {words}" if tag == "h2" else words for tag, words in found]
    return read_markdown("\n\n".join(lines).encode(), name)
