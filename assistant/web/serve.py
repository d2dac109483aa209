"""Serves the app on this machine."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from assistant.settings import settings
from assistant.web.theme import CONFIG

SCRIPT = Path(__file__).with_name("app.py")
LOOPBACK = "127.0.0.1"
_MOST_MESSAGE_BYTES = 32 * 1024 * 1024


def serve(port: int, address: str | None = None) -> int:
    """Serve the app until it is stopped; returns the exit code: 0, or 2 when the port cannot be had.

    `address` is the setting SAFEGUARD_ADDRESS unless given. `/_stcore/health` answers "ok" once the app runs.
    """
    address = address or settings().address
    try:
        listening = _listen(address, port)
    except OSError as error:
        print(f"error: port {port} on {address} cannot be used ({error.strerror}); choose another port.",
              file=sys.stderr)  # fmt: skip
        return 2
    import uvicorn

    with closing(listening):
        shown = f"http://{'localhost' if address == LOOPBACK else address}:{listening.getsockname()[1]}"
        print(f"Open {shown} in a browser. Press Ctrl+C to stop.", file=sys.stderr, flush=True)
        config = uvicorn.Config(
            application(address),
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=_MOST_MESSAGE_BYTES,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            logging.getLogger(__name__).info("stopped")
    return 0


def application(address: str = LOOPBACK):  # type: ignore[no-untyped-def]  # noqa: ANN201 (Streamlit is imported late)
    """The ASGI application, with Streamlit set up by us whatever folder the process runs in."""
    from starlette.middleware import Middleware
    from streamlit.starlette import App
    from streamlit.web import bootstrap

    from assistant.web.headers import SafeHeaders

    bootstrap.load_config_options({**CONFIG, **_addresses(address)})
    return App(SCRIPT, middleware=[Middleware(SafeHeaders)], lifespan=_warm, on_script_error=_say_error)


@asynccontextmanager
async def _warm(_app: object) -> AsyncIterator[None]:
    """Open the library beside the starting server, so that the first question does not wait for it."""
    from assistant.web import service

    threading.Thread(target=service.warm, name="open-library", daemon=True).start()
    yield


def _addresses(address: str) -> dict[str, object]:
    """On the loopback address only the loopback names are answered, so that no other site can reach the app."""
    hosts = [LOOPBACK, "localhost"] if address == LOOPBACK else []
    return {"server.address": address, "server.allowedHosts": hosts}


def _say_error(error: Exception) -> bool:
    """Streamlit's own error box and log would carry the error's words; ours do not."""
    from assistant.web import frame

    frame.say_error(error)
    return True


def _listen(address: str, port: int) -> socket.socket:
    """A listening socket; OSError when the port is taken or not ours to take."""
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(128)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening
