"""robots.txt is obeyed as RFC 9309 says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from publisher_stand_in import QUICK, hangs_for, leads_to, page, resets, sends

from ingest.syncing.errors import RobotsRefused, Unreachable

TEXT = page("<p>Words.</p>")


def rules(text: str, status: int = 200):
    return sends(text.encode(), status=status, type_="text/plain")


@pytest.fixture
def fetch(publisher, web):
    publisher.pages |= {"/open": sends(TEXT), "/closed/page": sends(TEXT)}
    fetcher = web()
    return lambda path, host="official.test": fetcher.get(publisher.url(path, host), "html")


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /closed/",
        "User-agent: *\nDisallow: /*/page$",
        "User-agent: *\nAllow: /open\nDisallow: /",
        "User-agent: safeguard-sync\nDisallow: /closed\n\nUser-agent: *\nDisallow:",
        "User-agent: *\nDisallow:\n\nuser-agent: Safeguard-Sync\ndisallow: /closed/page",
    ],
)
def test_a_page_that_is_disallowed_is_not_fetched_and_the_others_are(publisher, fetch, text):
    publisher.pages["/robots.txt"] = rules(text)
    assert fetch("/open").body == TEXT
    with pytest.raises(RobotsRefused, match="asks programs not to fetch /closed/page; open it in a browser"):
        fetch("/closed/page")
    assert publisher.requests("/closed/page") == 0


@pytest.mark.parametrize(
    "text", ["", "User-agent: other\nDisallow: /", "User-agent: *\nDisallow: /\nAllow: /closed/page"]
)
def test_a_page_that_is_not_disallowed_is_fetched(publisher, fetch, text):
    publisher.pages["/robots.txt"] = rules(text)
    assert fetch("/closed/page").body == TEXT


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_rules_everything_may_be_fetched(publisher, fetch, status):
    publisher.pages["/robots.txt"] = rules("User-agent: *\nDisallow: /", status)
    assert fetch("/open").body == TEXT


@pytest.mark.parametrize("status", [500, 503, 429])
def test_rules_that_cannot_be_read_because_the_server_is_at_fault_allow_nothing(publisher, fetch, status):
    publisher.pages["/robots.txt"] = rules("", status)
    with pytest.raises(RobotsRefused, match=f"it answered {status}.*nothing is fetched from there; try again later"):
        fetch("/open")
    with pytest.raises(RobotsRefused):
        fetch("/closed/page")
    assert (publisher.requests("/robots.txt"), publisher.requests("/open")) == (QUICK.attempts, 0)


def test_rules_that_are_cut_off_or_do_not_come_allow_nothing(publisher, web):
    publisher.pages |= {"/open": sends(TEXT), "/robots.txt": resets}
    with pytest.raises(RobotsRefused, match="broke off"):
        web().get(publisher.url("/open"), "html")
    publisher.pages["/robots.txt"] = hangs_for(0.5)
    with pytest.raises(RobotsRefused, match="did not come"):
        web(limits=replace(QUICK, read_s=0.1, attempts=1)).get(publisher.url("/open"), "html")
    assert publisher.requests("/open") == 0


def test_rules_with_a_fault_that_passes_are_read_at_the_second_try(publisher, fetch):
    publisher.pages["/robots.txt"] = [rules("", 500), rules("User-agent: *\nDisallow: /closed")]
    assert fetch("/open").body == TEXT
    with pytest.raises(RobotsRefused):
        fetch("/closed/page")


def test_a_host_that_cannot_be_reached_for_its_rules_is_out_of_reach_and_not_unfriendly(publisher, web):
    publisher.close()
    with pytest.raises(Unreachable):
        web().get(publisher.url("/open"), "html")


def test_rules_are_asked_for_once_and_hold_for_a_page_that_is_led_to(publisher, fetch):
    publisher.pages |= {"/robots.txt": rules("User-agent: *\nDisallow: /closed"), "/a": leads_to("/closed/page")}
    fetch("/open")
    fetch("/open")
    assert publisher.requests("/robots.txt") == 1
    with pytest.raises(RobotsRefused, match="/closed/page"):
        fetch("/a")


def test_rules_that_lead_on_are_followed_and_those_without_end_count_as_none(publisher, fetch):
    publisher.pages |= {"/robots.txt": leads_to("/rules"), "/rules": rules("User-agent: *\nDisallow: /closed")}
    with pytest.raises(RobotsRefused):
        fetch("/closed/page")
    publisher.pages["/robots.txt"] = leads_to("/robots.txt")
    assert fetch("/closed/page", "other.test").body == TEXT


def test_rules_that_lead_to_a_private_network_allow_nothing(publisher, fetch):
    publisher.pages["/robots.txt"] = leads_to("https://private.test/robots.txt")
    with pytest.raises(RobotsRefused, match="leads elsewhere"):
        fetch("/open")


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("86400", 30.0), ("0.1", 1.0)])
def test_a_crawl_delay_is_honoured_within_reason(publisher, fetch, time, asked, waited):
    publisher.pages["/robots.txt"] = rules(f"User-agent: *\nCrawl-delay: {asked}\nDisallow:")
    fetch("/open")
    fetch("/open")
    assert time.slept == [waited, waited]
