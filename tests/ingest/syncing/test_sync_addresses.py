"""Only https on the public internet is fetched; every address a name has is looked at."""

from __future__ import annotations

import pytest

from ingest.syncing.addresses import Addresses, is_public
from ingest.syncing.errors import AddressRefused, Unreachable

PUBLIC_4, PUBLIC_6 = "151.101.0.144", "2a04:4e42::144"
NOT_PUBLIC = [
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "::ffff:151.101.0.144",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:a00:1::1",
]


def addresses(*found: str, **settings: bool) -> Addresses:
    return Addresses(lambda host, port: list(found), **settings)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_on_the_public_internet_is_refused(address: str):
    assert not is_public(address)
    with pytest.raises(AddressRefused, match="not on the public internet"):
        addresses(address).check("https://www.gov.uk/guidance")


@pytest.mark.parametrize("address", [PUBLIC_4, PUBLIC_6, "64:ff9b::9765:90"])
def test_a_public_address_is_allowed(address: str):
    checked = addresses(address).check("https://www.gov.uk/guidance")
    assert (checked.addresses, checked.host, checked.origin) == ((address,), "www.gov.uk", "https://www.gov.uk")


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_one_bad_address_among_good_ones_refuses_the_host(address: str):
    with pytest.raises(AddressRefused):
        addresses(PUBLIC_4, PUBLIC_6, address).check("https://www.gov.uk/")


@pytest.mark.parametrize(
    "url",
    [
        "http://www.gov.uk/",
        "ftp://www.gov.uk/",
        "file:///etc/passwd",
        "data:text/html,x",
        "//www.gov.uk/",
        "www.gov.uk",
        "https:///nowhere",
        "https://www.gov.uk:8443/",
        "https://user:secret@www.gov.uk/",
        "https://www.gov.uk\x00/",
        "https://[::1/",
        "",
    ],
)
def test_anything_but_a_plain_https_address_is_refused_before_its_name_is_looked_up(url: str):
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(AddressRefused) as refused:
        Addresses(never).check(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.1.2.3/"]
)
def test_an_address_written_as_numbers_is_looked_at_too(url: str):
    with pytest.raises(AddressRefused, match="not on the public internet"):
        addresses(PUBLIC_4).check(url)


@pytest.mark.parametrize("url", ["https://2130706433/", "https://0x7f.1/", "https://127.1/"])
def test_other_ways_of_writing_numbers_are_what_the_system_makes_of_them(url: str):
    with pytest.raises(AddressRefused, match="127.0.0.1"):
        addresses("127.0.0.1").check(url)


def test_a_name_that_does_not_resolve_is_out_of_reach():
    def none(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    for resolve in (none, lambda host, port: []):
        with pytest.raises(Unreachable, match=r"www\.gov\.uk could not be found; check the network"):
            Addresses(resolve).check("https://www.gov.uk/")


def test_this_machine_is_allowed_by_an_explicit_setting_only_and_other_private_ones_never():
    assert addresses("127.0.0.1", loopback=True).check("http://official.test:8000/x").addresses == ("127.0.0.1",)
    for found in (["127.0.0.1", PUBLIC_4], ["10.0.0.1"], [PUBLIC_4]):
        with pytest.raises(AddressRefused):
            addresses(*found, loopback=True).check("http://official.test:8000/x")
    with pytest.raises(AddressRefused):
        addresses("10.0.0.1", loopback=True).check("https://official.test/x")
