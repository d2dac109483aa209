"""Which runs of a page's script were asked for and have not ended, read from the browser's own web socket."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_WATCHED: WeakKeyDictionary[Any, Runs] = WeakKeyDictionary()


class Runs:
    """The runs of one page. `going` is true from the moment the browser asks for one until the server ends it."""

    def __init__(self, page: Any) -> None:
        self._asked = self._running = False
        page.on("websocket", self._opened)

    @property
    def going(self) -> bool:
        """Whether a run was asked for that has not begun, or has begun and not ended."""
        return self._asked or self._running

    def _opened(self, socket: Any) -> None:
        self._asked = self._running = False  # a page that was left behind ends nothing any more
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self._asked = True

    def _received(self, frame: str | bytes) -> None:
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._asked, self._running = False, True
        elif kind == "script_finished":
            # A run that stops early is followed by another without being asked for.
            self._running = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


def watch(page: Any) -> None:
    """Follow a page's runs from here on; call it before the page opens an address."""
    _WATCHED[page] = Runs(page)


def runs_of(page: Any) -> Runs | None:
    """The runs of a watched page; None for a page nobody watches."""
    return _WATCHED.get(page)
