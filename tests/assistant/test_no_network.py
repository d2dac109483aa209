"""Nothing leaves the machine while documents are read and questions answered, and no library is let to try."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HOOK = """
import os, sys

def local(address):
    if not isinstance(address, tuple):
        return True                                   # a Unix socket's path
    host = str(address[0] or "")
    return host in {"", "localhost", "::1"} or host.startswith("127.")

def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        address = (arguments[0],)
    else:
        return
    if not local(address):
        os.write(2, f"LEFT THE MACHINE: {event} {address}\\n".encode())
        os._exit(77)

sys.addaudithook(watch)
"""

WORK = """
from pathlib import Path
from assistant.answer.ask import ask
from assistant.library import Library
from ingest.encoder import find_model
from ingest.pipeline import ingest

documents, data = map(Path, sys.argv[1:])
report = ingest([documents], data_dir=data, model=find_model(), with_starter=False)
assert (report.added, report.failed) == (2, 0), report
answer = ask("Are visits made in pairs?", library=Library.open(data))
assert answer.citations or answer.nearest
print({name: os.environ.get(name) for name in ("ANONYMIZED_TELEMETRY", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")})
"""

QUIET = ("ANONYMIZED_TELEMETRY", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")


def run(code: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter without the settings that would keep the libraries quiet by themselves."""
    environment = {name: value for name, value in os.environ.items() if name not in QUIET}
    command = [sys.executable, "-c", HOOK + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_an_ingest_and_a_question_make_no_outbound_connection_and_telemetry_is_off(own_documents, tmp_path):
    done = run(WORK, own_documents, tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "LEFT THE MACHINE" not in done.stderr
    assert eval(done.stdout.splitlines()[-1]) == {
        "ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    }  # fmt: skip


def test_the_watch_sees_a_connection_a_look_up_and_a_datagram_that_would_leave():
    for attempt in (
        "s.connect(('192.0.2.1', 80))",
        "s.sendto(b'x', ('192.0.2.1', 53))",
        "socket.getaddrinfo('example.org', 443)",
    ):
        kind = "SOCK_DGRAM" if "sendto" in attempt else "SOCK_STREAM"
        done = run(f"import socket\ns = socket.socket(socket.AF_INET, socket.{kind})\n{attempt}")
        assert done.returncode == 77 and "LEFT THE MACHINE" in done.stderr, attempt


def test_the_watch_lets_this_machine_talk_to_itself():
    code = "import socket\ns = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(s.getsockname())"
    assert run(code).returncode == 0


def test_the_web_app_sends_no_usage_statistics():
    from assistant.web.theme import CONFIG

    assert CONFIG["browser.gatherUsageStats"] is False
