"""A server on a free loopback port, a headless Chromium, and pages that record every address they ask for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import standin
from stand_in_runs import runs_of, watch

from assistant.web import service

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"wide": (1280, 800), "phone": (390, 844), "zoom400": (320, 256)}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def standins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hand-made library and ask flow in place of the real ones."""
    for name, function in standin.REPLACED.items():
        monkeypatch.setattr(service, name, function)


@contextmanager
def serving(command: list[str], folder: Path, **environment: str) -> Iterator[str]:
    """The app run by `command` with a free port as its last argument, from a folder that is not the project's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "server.log").open("w+")
    process = subprocess.Popen(
        [*command, str(port)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Any) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as reply:
                if reply.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.25)
    log.seek(0)
    pytest.fail(f"The server did not start: {log.read()}")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app over the hand-made library."""
    with serving([sys.executable, str(HERE / "standin.py")], tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


@pytest.fixture(scope="session")
def app_without_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app where nothing has been indexed."""
    command = [sys.executable, str(HERE / "standin.py"), "--no-index"]
    with serving(command, tmp_path_factory.mktemp("nothing")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium of this machine; without one, every test that needs it is skipped by name."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(CHROMIUM_NAMES)})")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens an address in a browser context of its own; afterwards no request may have left this machine."""
    contexts, asked = [], []

    def open_(address: str, size: str = "wide") -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.set_default_timeout(60_000)  # a bound, for a machine that is busy with other tests
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.get_by_role("heading", level=1).wait_for()
        settle(page)
        return page

    yield open_
    for context in contexts:
        context.close()
    away = [url for url in asked if urlsplit(url).scheme in {"http", "https", "ws", "wss"}
            and urlsplit(url).hostname != "127.0.0.1"]  # fmt: skip
    assert away == []


STATE = """() => ({
    script: document.querySelector('[data-testid=stApp]')?.dataset.testScriptState,
    moves: document.getAnimations().some(
        one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity),
})"""


def settle(page: Any) -> None:
    """Wait until the script has run and nothing moves any more. Asked from here: the policy forbids waiting inside.

    A page of `open_page` is watched: its runs are known from the moment the browser asks for one, so little waiting is
    needed to be sure. Of any other page it takes longer to see that no run is about to begin.
    """
    runs = runs_of(page)
    wanted, pause = (3, 40) if runs else (4, 100)
    still = 0
    for _ in range(60_000 // pause):
        state = page.evaluate(STATE)
        idle = state["script"] == "notRunning" and not state["moves"] and not (runs and runs.going)
        still = still + 1 if idle else 0
        if still == wanted:
            return
        page.wait_for_timeout(pause)
    pytest.fail("The page is still running after a minute.")


def eventually(page: Any, holds: Callable[[], bool], tenths: int = 100) -> bool:
    """Whether something holds within ten seconds: a busy machine lays a page out after the script has ended."""
    for _ in range(tenths):
        if holds():
            return True
        page.wait_for_timeout(100)
    return False


def pick(page: Any, box: str, option: str) -> None:
    """Choose from a list by the keyboard and the pointer.

    A page that is laid out again just then, as when a chart is drawn, takes the focus or the open list away: it is
    opened again.
    """
    from playwright.sync_api import TimeoutError as BrowserTimeout

    wanted = page.get_by_role("option", name=option, exact=True)

    def chosen() -> bool:
        try:
            if not wanted.is_visible():
                page.get_by_role("combobox", name=box).press("ArrowDown")
            wanted.click(timeout=2_000)
        except BrowserTimeout:
            return False
        return True

    assert eventually(page, chosen), f"{option!r} could not be chosen in {box!r}"
    settle(page)


def ask(page: Any, question: str) -> None:
    """Type a question, send it with Enter and wait for its heading and its end."""
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(question)
    box.press("Enter")
    page.locator("h2", has_text=question[:40]).wait_for()
    settle(page)


def said(page: Any) -> str:
    """The words of the said line."""
    return page.get_by_test_id("stAlertContentInfo").first.inner_text()


def serious_findings(page: Any) -> list[tuple[str, list[str]]]:
    """What axe-core finds serious or critical on the page as it is: the rule, and the beginnings of the elements."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags}).response["violations"]
    return [
        (finding["id"], [node["html"][:200] for node in finding["nodes"]])
        for finding in found
        if finding["impact"] in {"serious", "critical"}
    ]


def sideways_scroll(page: Any) -> int:
    """Pixels that the page or its main part could be scrolled sideways."""
    scrollers = ("html", "[data-testid=stMain]")
    return max(0, *(page.locator(one).evaluate("e => e.scrollWidth - e.clientWidth") for one in scrollers))
