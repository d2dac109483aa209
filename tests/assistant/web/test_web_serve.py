import socket
import urllib.request

import pytest

from assistant.web.headers import POLICY
from assistant.web.serve import serve
from assistant.web.theme import CONFIG


def test_a_port_that_is_taken_is_one_sentence_and_exit_code_2(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve(port, "127.0.0.1") == 2
    assert capsys.readouterr().err == (
        f"error: port {port} on 127.0.0.1 cannot be used (Address already in use); choose another port.\n"
    )


def test_every_option_we_set_is_one_that_streamlit_knows():
    from streamlit import config

    assert [key for key in CONFIG if key not in config._config_options_template] == []


def test_usage_statistics_are_off():
    assert CONFIG["browser.gatherUsageStats"] is False


def test_every_reply_carries_the_policy(app):
    for path in ("/", "/library", "/_stcore/health"):
        with urllib.request.urlopen(app + path) as reply:
            assert reply.headers["Content-Security-Policy"] == POLICY
            assert reply.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("directive", ["img-src 'self' data: blob:", "connect-src 'self'", "frame-ancestors 'none'"])
def test_the_policy_keeps_the_page_to_itself(directive):
    assert directive in POLICY.split("; ")
