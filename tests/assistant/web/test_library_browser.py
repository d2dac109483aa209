"""Adding documents in a real browser: a good file, a bad one and a PDF; its page with the words marked; removing it."""

from __future__ import annotations

import io
import sys

import pytest
from conftest import eventually, said, serving, settle
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

pytestmark = pytest.mark.browser
SERVE = "import sys; from assistant.web.serve import serve; sys.exit(serve(int(sys.argv[1])))"
POLICY = b"# Gate policy\n\n## 4.2 At the gate\n\nA keeper must carry a lantern at the gate.\n"


def pdf() -> bytes:
    """Two pages; what is asked for stands on the second."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.setTitle("Lantern rota")
    canvas.setFont("Helvetica-Bold", 26)
    canvas.drawString(72, 780, "Lantern rota")
    for title, *lines in (
        ("1 Who keeps watch", "Every keeper stands one watch in three."),
        (
            "2 Oil for the lanterns",
            "The storekeeper hands out oil every Monday before the first",
            "watch, and notes it.",
        ),
    ):
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 740, title)
        canvas.setFont("Helvetica", 11)
        for n, line in enumerate(lines):
            canvas.drawString(72, 700 - 14 * n, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@pytest.fixture
def own_app(indexed, tmp_path):
    """The served app over a small index of its own, which a test may change."""
    with serving([sys.executable, "-c", SERVE], tmp_path, SAFEGUARD_DATA_DIR=str(indexed[0])) as address:
        yield address


def give(page, *files):
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]
    )
    page.get_by_role("button", name="Add to the library").click()
    page.locator(".st-key-upload-results").wait_for(timeout=90_000)
    settle(page)


def test_files_are_added_found_shown_at_their_page_and_removed(own_app, open_page):
    page = open_page(f"{own_app}/library")
    assert said(page).startswith("2 documents, ")
    give(
        page, ("policy.md", "text/markdown", POLICY), ("scan.pdf", "application/pdf", b"%PDF-1.7 nothing"),
        ("rota.pdf", "application/pdf", pdf()),
    )  # fmt: skip
    assert said(page) == "2 of 3 files added. Answers use them at once."
    results = page.locator(".st-key-upload-results").inner_text()
    assert "policy.md Added: 1 passage." in results and "rota.pdf Added: 2 passages." in results
    assert "scan.pdf Not added: scan.pdf is damaged" in results

    page.get_by_label("Search inside the library").fill("who hands out the oil")
    page.get_by_label("Search inside the library").press("Enter")
    page.get_by_role("heading", name="Passages found").wait_for()
    settle(page)
    page.locator("[class*=st-key-result-] a", has_text="Lantern rota").first.click()
    page.get_by_role("heading", level=1, name="Lantern rota").wait_for()
    settle(page)
    picture = page.locator(".st-key-page-picture img")
    assert picture.get_attribute("alt").startswith("Page 2 of 2, as printed.")
    assert eventually(
        page, lambda: page.evaluate("document.querySelector('.st-key-page-picture img').naturalWidth") > 500
    )

    page.goto(page.url + "&mark=0-50")
    page.locator(".st-key-page-picture img[alt*='quoted words marked']").wait_for()
    settle(page)
    assert page.locator(".st-key-passage mark").inner_text().startswith("The storekeeper hands out oil")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the PDF").click()
    assert download.value.suggested_filename == "rota.pdf"

    page.goto(f"{own_app}/library")
    settle(page)
    page.get_by_role("button", name="Remove rota.pdf").click()
    settle(page)
    page.get_by_role("button", name="Keep", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Remove rota.pdf").click()
    settle(page)
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("rota.pdf was removed.").wait_for(timeout=60_000)
    settle(page)
    assert page.get_by_role("link", name="Lantern rota").count() == 0
    assert page.get_by_role("link", name="Gate policy").count() == 1


@pytest.mark.parametrize("size", ["phone", "zoom400"])
def test_adding_documents_on_a_small_screen_has_no_serious_finding_and_nothing_sticks_out(own_app, open_page, size):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(f"{own_app}/library", size)
    give(page, ("scan.pdf", "application/pdf", b"%PDF-1.7 nothing"))
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_nothing_is_left_in_the_folder_of_uploads_when_nothing_could_be_read(own_app, open_page, indexed):
    page = open_page(f"{own_app}/library")
    give(page, ("scan.pdf", "application/pdf", b"%PDF-1.7 nothing"))
    assert said(page) == "0 of 1 file added. The library is as it was."
    assert list((indexed[0] / "uploads").iterdir()) == []
