"""Nobody else's machine without users."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingError
from assistant.serve.access import decide, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.5"])
def test_one_person_on_one_machine_needs_no_users(host: str) -> None:
    access = decide(host)

    assert not access.demands_users
    assert set(access.hosts) == {"localhost", "127.0.0.1", "[::1]"}


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.5", "10.0.0.2", "assistant.example.org", "localhost.example.org"]
)
def test_any_other_address_is_refused_without_users(host: str) -> None:
    with pytest.raises(SettingError) as refused:
        decide(host)

    assert "assistant users add" in refused.value.en
    assert "assistant users add" in refused.value.zh
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5"])
def test_users_or_a_trusted_proxy_open_it(host: str) -> None:
    assert decide(host, users=Path("users")).demands_users
    assert decide(host, proxy_header="X-Remote-User", proxies=["10.0.0.1"]).demands_users


def test_another_name_on_loopback_means_other_people_and_needs_users() -> None:
    with pytest.raises(SettingError, match="--allow-host"):
        decide("127.0.0.1", hosts=["assistant.example.org"])

    assert "assistant.example.org" in decide("127.0.0.1", users=Path("users"), hosts=["Assistant.example.org"]).hosts


@pytest.mark.parametrize("half", [{"proxy_header": "X-Remote-User"}, {"proxies": ["10.0.0.1"]}])
def test_a_header_without_an_address_or_the_reverse_is_refused(half: dict[str, object]) -> None:
    with pytest.raises(SettingError, match="both or none"):
        decide("0.0.0.0", users=Path("users"), **half)  # type: ignore[arg-type]


@pytest.mark.parametrize("proxy", ["proxy.example.org", "10.0.0.1/8", "everyone", ""])
def test_a_proxy_is_an_address_or_a_network(proxy: str) -> None:
    with pytest.raises(SettingError, match="--trusted-proxy"):
        decide("0.0.0.0", proxy_header="X-Remote-User", proxies=[proxy])


@pytest.mark.parametrize(
    ("address", "believed"),
    [
        ("10.0.0.1", True),
        ("10.0.0.2", False),
        ("192.168.7.9", True),
        ("192.168.8.9", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_only_the_named_proxies_are_believed(address: str, believed: bool) -> None:
    access = decide("0.0.0.0", proxy_header="X-Remote-User", proxies=["10.0.0.1", "192.168.7.0/24"])

    assert access.believes(address) is believed
