"""Where a browser may be sent: agreed hosts by https, and nowhere else."""

import pytest

from gateway.punchout.addresses import AddressError, origin_of, return_page, shop_page
from gateway.punchout.trading import Partner
from mappers.connection import Connection
from mappers.profile import Profile


def partner(setup_url: str | None, *hosts: str) -> Partner:
    connection = Connection(setup_url=setup_url, hosts=hosts)
    return Partner(name="osprey", profile=Profile(connection=connection))


SHOP = partner("https://shop.osprey.example/cxml", "login.osprey.example")


@pytest.mark.parametrize(
    "address",
    ["https://shop.osprey.example/start?x=1", "https://login.osprey.example/a"],
)
def test_a_shop_opens_on_its_own_hosts(address: str) -> None:
    assert shop_page(address, SHOP) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.osprey.example/start",
        "https://elsewhere.example/start",
        "https://shop.osprey.example.evil.example/",
        "https://evil.example/?https://shop.osprey.example/",
        "https://shop.osprey.example@evil.example/",
        "https://user:secret@shop.osprey.example/",
        "javascript:alert(1)//shop.osprey.example",
        "data:text/html,<script>alert(1)</script>",
        "//shop.osprey.example/start",
        "https:///start",
        "",
        "https://shop.osprey.example/" + "a" * 2000,
    ],
)
def test_anything_else_is_not_opened(address: str) -> None:
    with pytest.raises(AddressError):
        shop_page(address, SHOP)


def test_plain_http_is_for_who_agreed_on_it() -> None:
    plain = partner("http://shop.lan.example/cxml")
    assert shop_page("http://shop.lan.example/start", plain)
    with pytest.raises(AddressError):
        shop_page("http://other.lan.example/start", plain)


def test_a_cart_goes_back_by_https_to_the_hosts_that_are_agreed() -> None:
    assert return_page("https://buy.example/back", partner(None))
    assert return_page("http://127.0.0.1:8710/back", partner(None))  # a rehearsal on this machine
    with pytest.raises(AddressError):
        return_page("http://buy.example/back", partner(None))
    with pytest.raises(AddressError):
        return_page("https://other.example/back", partner(None, "buy.example"))


def test_an_origin_is_what_a_policy_names() -> None:
    assert origin_of("https://buy.example:8443/back?x=1") == "https://buy.example:8443"
