"""Fetching, with every way a publisher's server can fail; a real server on this machine."""

from __future__ import annotations

import gzip
import socket
import ssl
import time as real_time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from publisher_stand_in import (
    CERTIFICATE,
    HERE,
    NOW,
    QUICK,
    Publisher,
    breaks_off,
    hangs_for,
    leads_to,
    packed,
    page,
    resets,
    sends,
    sends_with_etag,
    trickles,
)

from ingest.syncing.addresses import Addresses
from ingest.syncing.errors import AddressRefused, FetchFailed, NotThere, TooLong, Unreachable
from ingest.syncing.fetch import Fetcher

TEXT = page("<h1>Guidance</h1><p>A board must act.</p>")


def test_a_page_comes_with_its_headers_and_the_request_names_the_project(publisher, web):
    publisher.pages["/a"] = sends(TEXT, headers={"ETag": '"1"'})
    reply = web().get(publisher.url("/a"), "html")
    assert (reply.body, reply.headers["etag"], reply.url) == (TEXT, '"1"', publisher.url("/a"))
    path, headers = publisher.asked[-1]
    assert path == "/a" and headers["host"] == f"official.test:{publisher.port}"
    assert headers["user-agent"].startswith("safeguard-sync/") and "safeguarding" in headers["user-agent"]
    assert "cookie" not in headers and headers["accept-encoding"] == "gzip, deflate"


def test_an_unchanged_page_is_asked_for_with_its_validators_and_is_not_sent_again(publisher, web):
    publisher.pages["/a"] = sends_with_etag(TEXT, '"1"')
    assert (
        web().get(publisher.url("/a"), "html", {"etag": '"1"', "last-modified": "Thu, 26 Nov 2026 09:00:00 GMT"})
        is None
    )
    assert publisher.asked[-1][1]["if-modified-since"] == "Thu, 26 Nov 2026 09:00:00 GMT"
    assert web().get(publisher.url("/a"), "html", {"etag": '"0"'}).body == TEXT


def test_not_modified_to_somebody_who_has_nothing_is_a_failure(publisher, web):
    publisher.pages["/a"] = sends(status=304)
    with pytest.raises(FetchFailed, match="answered 304"):
        web().get(publisher.url("/a"), "html")


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_says_so_and_is_asked_for_once(publisher, web, status):
    publisher.pages["/a"] = sends(status=status)
    with pytest.raises(NotThere, match=f"{status}.*look for its new address") as found:
        web().get(publisher.url("/a"), "html")
    assert (found.value.status, publisher.requests("/a")) == (status, 1)


@pytest.mark.parametrize("status", [400, 401, 403, 451, 204, 206])
def test_any_other_refusal_is_a_failure_and_is_not_tried_again(publisher, web, status):
    publisher.pages["/a"] = sends(status=status)
    with pytest.raises(FetchFailed, match=f"answered {status}"):
        web().get(publisher.url("/a"), "html")
    assert publisher.requests("/a") == 1


# Trying again


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_fault_of_the_server_is_tried_again_with_growing_pauses(publisher, web, time, status):
    publisher.pages["/a"] = [sends(status=status), sends(status=status), sends(TEXT)]
    assert web().get(publisher.url("/a"), "html").body == TEXT
    assert publisher.requests("/a") == 3
    assert time.slept == [1.0, 2.0, 4.0]  # after robots.txt, then 2 s and twice that


def test_jitter_takes_up_to_half_of_a_pause(publisher, web, time):
    publisher.pages["/a"] = [sends(status=500), sends(TEXT)]
    web(jitter=lambda: 1.0).get(publisher.url("/a"), "html")
    assert time.slept == [1.0, 1.0]


def test_a_server_that_goes_on_failing_is_given_up(publisher, web):
    publisher.pages["/a"] = sends(status=503)
    with pytest.raises(FetchFailed, match="answered 503"):
        web().get(publisher.url("/a"), "html")
    assert publisher.requests("/a") == QUICK.attempts


@pytest.mark.parametrize("value", ["17", format_datetime(NOW + timedelta(seconds=17), usegmt=True)])
def test_too_many_requests_waits_as_long_as_the_server_asks(publisher, web, time, value):
    publisher.pages["/a"] = [sends(status=429, headers={"Retry-After": value}), sends(TEXT)]
    assert web().get(publisher.url("/a"), "html").body == TEXT
    assert time.slept == [1.0, 17.0]


def test_a_server_that_asks_for_an_hour_is_left_alone(publisher, web, time):
    publisher.pages["/a"] = sends(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(FetchFailed, match="left alone for 60 minutes; try again after that"):
        web().get(publisher.url("/a"), "html")
    assert (publisher.requests("/a"), time.slept) == (1, [1.0])


@pytest.mark.parametrize("value", ["soon", "-5", "", "²"])
def test_a_retry_after_without_sense_falls_back_to_the_usual_pause(publisher, web, time, value):
    publisher.pages["/a"] = [sends(status=503, headers={"Retry-After": value.encode().decode("latin-1")}), sends(TEXT)]
    assert web().get(publisher.url("/a"), "html").body == TEXT
    assert time.slept == [1.0, 2.0]


def test_a_server_that_does_not_answer_is_tried_again_and_then_given_up(publisher, web):
    publisher.pages["/a"] = [hangs_for(0.5), sends(TEXT)]
    quick = replace(QUICK, read_s=0.1)
    assert web(limits=quick).get(publisher.url("/a"), "html").body == TEXT
    publisher.pages["/b"] = hangs_for(0.5)
    with pytest.raises(TooLong, match=r"did not come in 0\.1 s; try again later"):
        web(limits=replace(quick, attempts=2)).get(publisher.url("/b"), "html")
    for _ in range(200):  # a busy machine takes up the second request after we have given it up
        if publisher.requests("/b") == 2:
            break
        real_time.sleep(0.05)
    assert publisher.requests("/b") == 2


def test_a_trickle_is_cut_off_when_the_whole_takes_too_long(publisher, web):
    publisher.pages["/a"] = trickles(1000, 0.02)
    limits = replace(QUICK, whole_s=0.2, attempts=1)
    with pytest.raises(TooLong, match=r"did not come whole in 0\.2 s"):
        web(limits=limits, clock=real_time.monotonic).get(publisher.url("/a"), "html")


def test_a_connection_that_is_cut_is_named_and_not_tried_again(publisher, web):
    publisher.pages["/a"] = resets
    with pytest.raises(FetchFailed, match="broke off before its end"):
        web().get(publisher.url("/a"), "html")
    assert publisher.requests("/a") == 1


# What comes


@pytest.mark.parametrize("chunk", [b"", b"\x00"])
def test_a_page_that_breaks_off_is_not_kept(publisher, web, chunk):
    publisher.pages["/a"] = breaks_off(TEXT + chunk)
    with pytest.raises(FetchFailed, match="broke off before its end"):
        web().get(publisher.url("/a"), "html")


def test_a_packed_page_is_unpacked_and_one_that_breaks_off_inside_is_not_kept(publisher, web):
    publisher.pages["/a"] = packed(TEXT)
    assert web().get(publisher.url("/a"), "html").body == TEXT
    half = gzip.compress(TEXT)[:-12]
    publisher.pages["/b"] = sends(half, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="broke off before its end"):
        web().get(publisher.url("/b"), "html")
    publisher.pages["/c"] = sends(b"this is no gzip", headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="came damaged"):
        web().get(publisher.url("/c"), "html")


def test_a_small_packed_answer_that_unpacks_to_much_is_stopped_at_the_limit(publisher, web):
    bomb = gzip.compress(TEXT + b" " * 60_000_000)
    assert len(bomb) < 100_000
    publisher.pages["/a"] = sends(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="over 1 MB, packed or unpacked"):
        web(limits=replace(QUICK, largest_bytes=2**20)).get(publisher.url("/a"), "html")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_packing_that_was_not_asked_for_is_refused(publisher, web, encoding):
    publisher.pages["/a"] = sends(TEXT, headers={"Content-Encoding": encoding})
    with pytest.raises(FetchFailed, match="was not asked for"):
        web().get(publisher.url("/a"), "html")


def test_a_page_that_says_it_is_too_large_is_refused_before_it_is_read(publisher, web):
    publisher.pages["/a"] = sends(b"x" * 10, headers={"Content-Length": str(2**40)})
    with pytest.raises(FetchFailed, match="over 25 MB"):
        web().get(publisher.url("/a"), "html")


def test_a_page_that_grows_too_large_while_it_comes_is_stopped(publisher, web):
    def endless(request):
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.end_headers()
        request.close_connection = True
        for _ in range(100):
            try:
                request.wfile.write(b"<html>" * 10_000)
            except OSError:
                return

    publisher.pages["/a"] = endless
    with pytest.raises(FetchFailed, match="over 1 MB"):
        web(limits=replace(QUICK, largest_bytes=2**20)).get(publisher.url("/a"), "html")


@pytest.mark.parametrize(
    ("format_", "type_", "body"),
    [
        ("html", "text/html", TEXT),
        ("html", "application/xhtml+xml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'),
        ("html", "text/html", b"\xef\xbb\xbf\n<!-- made by hand --><HTML lang='en'><p>x"),
        ("pdf", "application/pdf", b"%PDF-1.7\n..."),
        ("xml", "text/xml", b"<Legislation/>"),
        ("xml", "application/akn+xml; charset=utf-8", b'<?xml version="1.0"?><a/>'),
        ("xml", "application/xml", "\ufeff<a/>".encode("utf-16-le")),
    ],
)
def test_a_page_of_its_format_is_kept(publisher, web, format_, type_, body):
    publisher.pages["/a"] = sends(body, type_=type_)
    assert web().get(publisher.url("/a"), format_).body == body


@pytest.mark.parametrize(
    ("format_", "type_", "body", "says"),
    [
        ("html", "application/pdf", b"%PDF-1.7", "came as application/pdf where html was expected"),
        ("pdf", "text/html", TEXT, "came as text/html where pdf was expected"),
        ("xml", "text/html", TEXT, "came as text/html where xml was expected"),
        ("html", "", TEXT, "came as nothing named"),
        ("html", "text/plain", TEXT, "came as text/plain"),
        ("pdf", "application/pdf", TEXT, "says it is pdf and is no PDF"),
        ("html", "text/html", b"%PDF-1.7 <html>", "says it is html and is a PDF"),
        ("html", "text/html", b"MZ\x90\x00<html>", "says it is html and is binary data"),
        ("html", "text/html", b"only words", "says it is html and is no web page"),
        ("xml", "application/xml", TEXT, "says it is xml and is a web page"),
        ("xml", "text/xml", b"{}", "says it is xml and is no XML"),
        ("html", "text/html", b"  \n", "came empty"),
        ("pdf", "application/pdf", b"", "came empty"),
    ],
)
def test_a_page_of_another_format_is_refused(publisher, web, format_, type_, body, says):
    publisher.pages["/a"] = sends(body, type_=type_)
    with pytest.raises(FetchFailed, match=says):
        web().get(publisher.url("/a"), format_)


# Redirects and addresses


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_the_page_says_where_it_came_from(publisher, web, status):
    publisher.pages |= {
        "/a": leads_to("b", status),
        "/b": leads_to(publisher.url("/c#part", "other.test")),
        "/c": sends(TEXT),
    }
    assert web().get(publisher.url("/a"), "html").url == publisher.url("/c", "other.test")
    assert publisher.requests("/robots.txt") == 2  # one for each host


@pytest.mark.parametrize(
    "target",
    [
        "https://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "https://private.test/x",
        "https://[fd00::1]/",
        "file:///etc/passwd",
        "ftp://official.test/",
        "http://93.184.216.34/",
    ],
)
def test_a_redirect_to_where_nothing_may_be_fetched_is_refused(publisher, web, target):
    publisher.pages["/a"] = leads_to(target)
    with pytest.raises(AddressRefused):
        web().get(publisher.url("/a"), "html")


def test_redirects_in_a_circle_or_without_end_are_given_up(publisher, web):
    publisher.pages |= {"/a": leads_to("/b"), "/b": leads_to("/a")}
    with pytest.raises(FetchFailed, match="round in a circle"):
        web().get(publisher.url("/a"), "html")
    publisher.pages |= {f"/{n}": leads_to(f"/{n + 1}") for n in range(20)}
    with pytest.raises(FetchFailed, match="leads on more than 5 times"):
        web().get(publisher.url("/0"), "html")
    assert publisher.requests("/5") == 1 and publisher.requests("/6") == 0


def test_a_redirect_that_names_no_place_is_a_failure(publisher, web):
    publisher.pages["/a"] = sends(status=302)
    with pytest.raises(FetchFailed, match="leads on to nothing"):
        web().get(publisher.url("/a"), "html")


def test_the_connection_goes_where_the_check_looked_and_no_name_is_looked_up_again(publisher, web, monkeypatch):
    publisher.pages["/a"] = sends(TEXT)
    looked_up = []
    original = socket.getaddrinfo

    def watched(host, *arguments, **more):
        looked_up.append(host)
        return original(host, *arguments, **more)

    monkeypatch.setattr("socket.getaddrinfo", watched)
    assert web().get(publisher.url("/a"), "html").body == TEXT
    assert set(looked_up) == {"127.0.0.1"}


def test_a_name_that_leads_elsewhere_the_next_time_is_refused_the_next_time(publisher):
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.7"]])
    publisher.pages["/a"] = leads_to(publisher.url("/b", scheme="https"))
    fetcher = Fetcher(Addresses(lambda host, port: next(answers), loopback=True), sleep=lambda seconds: None)
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.7"):
        fetcher.get(publisher.url("/a"), "html")
    assert publisher.requests("/a") == 1 and publisher.requests("/b") == 0


def test_an_address_that_nothing_listens_at_is_passed_over_for_the_next(publisher, web, monkeypatch):
    publisher.pages["/a"] = sends(TEXT)
    monkeypatch.setitem(HERE, "official.test", ["::1", "127.0.0.1"])  # the publisher listens at the second only
    assert web().get(publisher.url("/a"), "html").body == TEXT


def test_a_server_that_nothing_listens_at_is_out_of_reach(publisher, web):
    port = publisher.port
    publisher.close()
    with pytest.raises(Unreachable, match=r"official\.test could not be reached"):
        web().get(f"http://official.test:{port}/a", "html")


def test_settings_of_the_environment_cannot_send_requests_elsewhere(publisher, web, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    publisher.pages["/a"] = sends(TEXT)
    assert web().get(publisher.url("/a"), "html").body == TEXT


# TLS


@pytest.fixture
def secure():
    server = Publisher(tls=True)
    yield server
    server.close()


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_a_certificate_is_checked_for_the_hosts_name_although_the_connection_goes_to_a_number(secure, web):
    secure.pages["/a"] = sends(TEXT)
    assert web(tls=trusting()).get(secure.url("/a", scheme="https"), "html").body == TEXT
    with pytest.raises(FetchFailed, match=r"other\.test could not prove that it is other\.test"):
        web(tls=trusting()).get(secure.url("/a", "other.test", "https"), "html")


def test_a_certificate_that_nobody_vouches_for_is_refused(secure, web):
    secure.pages["/a"] = sends(TEXT)
    with pytest.raises(FetchFailed, match="could not prove"):
        web().get(secure.url("/a", scheme="https"), "html")
    assert secure.asked == []


# Pace


def test_one_host_is_asked_once_a_second_and_another_is_not_kept_waiting(publisher, web, time):
    publisher.pages |= {"/a": sends(TEXT), "/b": sends(TEXT)}
    fetcher = web()
    fetcher.get(publisher.url("/a"), "html")
    fetcher.get(publisher.url("/b"), "html")
    assert time.slept == [1.0, 1.0]  # between robots.txt and /a, between /a and /b
    publisher.pages["/robots.txt"] = sends(b"", type_="text/plain")
    fetcher.get(publisher.url("/a", "other.test"), "html")
    assert time.slept == [1.0, 1.0, 1.0]  # between the other host's robots.txt and its page only
    time.seconds += 100
    fetcher.get(publisher.url("/a"), "html")
    assert time.slept == [1.0, 1.0, 1.0]
