"""What stands before everything: hosts, origins, sizes, users, limits, and a log that holds no question."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.serve.access import Access, decide
from assistant.serve.callers import COOKIE, Callers
from assistant.serve.guard import Guard, logged
from assistant.serve.login import inside
from assistant.serve.users import add, remove
from tests.serve.conftest import LOCAL, MAIN_JOB

PASSWORD = "three plain words"
Open = Callable[..., TestClient]
RULE = "/api/rules/restart"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    add(path, "ward-3", PASSWORD)
    return path


def both_languages(response: Any) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    for part in ("found", "allowed", "do"):
        assert error[part]["en"]
        assert error[part]["zh"]
    return error


# --- host and origin ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", ""])
def test_a_name_that_was_let_point_to_this_machine_reaches_nothing(opened: Open, host: str) -> None:
    response = opened(decide("127.0.0.1")).post(RULE, json=MAIN_JOB, headers={"host": host})

    assert response.status_code == 421
    assert "localhost" in both_languages(response)["allowed"]["en"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_the_names_of_this_machine_are_known(opened: Open, host: str) -> None:
    assert opened(decide("127.0.0.1")).post(RULE, json=MAIN_JOB, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", RULE), ("GET", "/api/rules"), ("POST", "/mcp"), ("POST", "/cds-services/restart")]
)
def test_a_page_of_another_site_reaches_nothing(opened: Open, method: str, path: str, headers: dict[str, str]) -> None:
    response = opened(decide("127.0.0.1")).request(method, path, json={}, headers=headers)

    assert response.status_code == 403
    both_languages(response)


def test_its_own_page_and_a_link_that_a_person_followed_are_served(opened: Open) -> None:
    client = opened(decide("127.0.0.1"))
    own = {"origin": LOCAL, "sec-fetch-site": "same-origin"}
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}

    assert client.post(RULE, json=MAIN_JOB, headers=own).status_code == 200
    assert client.get("/api/rules", headers=followed).status_code == 200
    assert client.post(RULE, json=MAIN_JOB, headers=followed).status_code == 403


def test_no_response_is_meant_for_another_origin(opened: Open) -> None:
    headers = opened(decide("127.0.0.1")).get("/api/rules").headers

    assert not [name for name in headers if name.startswith("access-control-")]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


# --- size -----------------------------------------------------------------------------------------------------------


def test_a_body_that_is_too_long_is_refused_by_what_it_says_and_by_what_it_is(opened: Open) -> None:
    client = opened(decide("127.0.0.1"))

    def parts() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 100_000

    said = client.post("/api/ask", content=b" " * 1_000_001, headers={"content-type": "application/json"})
    unsaid = client.post("/api/ask", content=parts(), headers={"content-type": "application/json"})

    assert (said.status_code, unsaid.status_code) == (413, 413)
    assert "1,000,000" in both_languages(unsaid)["allowed"]["en"]


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/proxy=https://example.org", "/gradio_api/run-history/connect"]
)
def test_what_the_page_does_not_use_is_not_served(opened: Open, path: str) -> None:
    assert opened(decide("127.0.0.1")).post(path).status_code == 404


# --- users ----------------------------------------------------------------------------------------------------------


def test_every_endpoint_wants_a_user_but_the_ones_for_operation(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users), follow_redirects=False)

    for method, path in [
        ("POST", "/api/ask"),
        ("GET", "/api/openapi.json"),
        ("POST", "/mcp"),
        ("GET", "/cds-services"),
    ]:
        response = client.request(method, path, json={})
        assert response.status_code == 401, path
        assert response.headers["www-authenticate"].startswith("Basic ")
        both_languages(response)
    assert client.get("/health").status_code == 200
    page = client.get("/?rule=restart", headers={"accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=%2F%3Frule%3Drestart"
    assert client.post("/gradio_api/queue/join", json={}).status_code == 401
    assert "www-authenticate" not in client.get("/config").headers


def test_a_program_sends_its_password_with_each_call(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users))

    assert client.post(RULE, json=MAIN_JOB, auth=("ward-3", PASSWORD)).status_code == 200
    assert client.post(RULE, json=MAIN_JOB, auth=("ward-3", "wrong password")).status_code == 401
    assert client.post(RULE, json=MAIN_JOB, auth=("ward-4", PASSWORD)).status_code == 401
    for odd in ("Basic", "Basic !!", "Basic d2FyZA==", f"Bearer {PASSWORD}", "Basic /w=="):
        assert client.post(RULE, json=MAIN_JOB, headers={"authorization": odd}).status_code == 401


def test_after_five_wrong_passwords_the_right_one_waits_too(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users))
    for _ in range(5):
        assert client.get("/api/rules", auth=("ward-3", "wrong password")).status_code == 401

    response = client.get("/api/rules", auth=("ward-3", PASSWORD))

    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 300
    both_languages(response)


def sign_in(client: TestClient, password: str = PASSWORD, **fields: str) -> Any:
    return client.post("/login", data={"name": "ward-3", "password": password, "next": "/", **fields})


def test_a_person_signs_in_and_out(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users), follow_redirects=False)

    shown = client.get("/login", headers={"accept-language": "zh-CN"})
    assert "登录" in shown.text
    assert "http" not in shown.text.replace("http-equiv", "")
    assert 'role="alert"' in sign_in(client, "wrong password").text
    entered = sign_in(client, next="/?rule=restart")

    assert (entered.status_code, entered.headers["location"]) == (303, "/?rule=restart")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie  # by plain HTTP it could not come back
    assert client.get("/api/rules").status_code == 200
    assert client.post("/logout", headers={"origin": LOCAL}).status_code == 303
    assert client.get("/api/rules").status_code == 401


def test_by_tls_the_cookie_never_goes_over_plain_http(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users), follow_redirects=False)
    data = {"name": "ward-3", "password": PASSWORD}

    assert (
        "secure"
        in client.post("/login", data=data, headers={"x-forwarded-proto": "https"}).headers["set-cookie"].lower()
    )


def test_a_session_changes_nothing_unless_the_browser_says_that_its_own_page_asks(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users), follow_redirects=False)
    sign_in(client)

    assert client.post(RULE, json=MAIN_JOB).status_code == 403
    assert client.post(RULE, json=MAIN_JOB, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post(RULE, json=MAIN_JOB, headers={"origin": LOCAL}).status_code == 200
    assert client.post(RULE, json=MAIN_JOB, headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_a_removed_user_is_signed_out_at_once(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users), follow_redirects=False)
    sign_in(client)
    assert client.get("/api/rules").status_code == 200

    add(users, "ward-4", PASSWORD)
    remove(users, "ward-3")

    assert client.get("/api/rules").status_code == 401


def test_a_made_up_cookie_is_nobody(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users))
    client.cookies.set(COOKIE, "x" * 43)

    assert client.get("/api/rules").status_code == 401


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/?rule=dose", "/?rule=dose"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\tx", "/"),
        ("", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(wanted: str, given: str) -> None:
    assert inside(wanted) == given


def test_without_a_users_file_there_is_no_sign_in_page(opened: Open) -> None:
    assert opened(decide("127.0.0.1")).get("/login").status_code == 404


# --- a proxy that vouches -------------------------------------------------------------------------------------------


def proxied(address: str) -> dict[str, Any]:
    return {"client": (address, 50000), "follow_redirects": False}


def test_the_name_in_the_header_counts_from_the_trusted_address_alone(opened: Open) -> None:
    access = decide("0.0.0.0", proxy_header="X-Remote-User", proxies=["10.0.0.1"])
    named = {"x-remote-user": "dr-li"}

    assert opened(access, **proxied("10.0.0.1")).post(RULE, json=MAIN_JOB, headers=named).status_code == 200
    stranger = opened(access, **proxied("10.0.0.2")).post(RULE, json=MAIN_JOB, headers=named)
    assert stranger.status_code == 403
    both_languages(stranger)
    forwarded = {**named, "x-forwarded-for": "10.0.0.1"}
    assert opened(access, **proxied("10.0.0.2")).post(RULE, json=MAIN_JOB, headers=forwarded).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [[], [("x-remote-user", "")], [("x-remote-user", "a"), ("x-remote-user", "b")], [("x-remote-user", "x" * 129)]],
)
def test_the_proxy_names_exactly_one_user(opened: Open, headers: list[tuple[str, str]]) -> None:
    access = decide("0.0.0.0", proxy_header="X-Remote-User", proxies=["10.0.0.1"])

    assert opened(access, **proxied("10.0.0.1")).post(RULE, json=MAIN_JOB, headers=headers).status_code == 403


def test_behind_a_proxy_alone_there_is_no_way_around_it_by_signing_in(opened: Open) -> None:
    client = opened(decide("0.0.0.0", proxy_header="X-Remote-User", proxies=["10.0.0.1"]), **proxied("10.0.0.2"))

    assert client.get("/login").status_code == 403
    assert client.post("/login", data={"name": "a", "password": "b"}).status_code == 403


def test_the_header_means_nothing_where_no_proxy_is_trusted(opened: Open, users: Path) -> None:
    client = opened(decide("0.0.0.0", users=users), **proxied("127.0.0.1"))

    assert client.post(RULE, json=MAIN_JOB, headers={"x-remote-user": "dr-li"}).status_code == 401


# --- limits ---------------------------------------------------------------------------------------------------------


def test_one_user_over_the_limit_waits_and_another_does_not(opened: Open) -> None:
    access = decide("0.0.0.0", proxy_header="X-Remote-User", proxies=["10.0.0.1"], per_minute=3)
    client = opened(access, **proxied("10.0.0.1"))

    codes = [client.post(RULE, json=MAIN_JOB, headers={"x-remote-user": "a"}).status_code for _ in range(4)]
    over = client.post("/gradio_api/queue/join", json={}, headers={"x-remote-user": "a"})

    assert codes == [200, 200, 200, 429]
    assert over.status_code == 429
    assert 1 <= int(over.headers["retry-after"]) <= 60
    both_languages(over)
    assert client.post(RULE, json=MAIN_JOB, headers={"x-remote-user": "b"}).status_code == 200
    assert client.get("/api/rules", headers={"x-remote-user": "a"}).status_code == 200


def test_on_ones_own_machine_nothing_is_counted(opened: Open) -> None:
    client = opened(decide("127.0.0.1", per_minute=1))

    assert {client.post(RULE, json=MAIN_JOB).status_code for _ in range(3)} == {200}


# --- the log --------------------------------------------------------------------------------------------------------


def test_the_log_holds_no_question_no_input_and_no_password(
    opened: Open, users: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = opened(decide("0.0.0.0", users=users))
    me = ("ward-3", PASSWORD)

    client.post("/api/ask", json={"question": "SECRET"}, auth=me)  # the stand-in fails with it
    client.post("/api/ask", json={"question": ["SECRET"]}, auth=me)
    client.post("/api/rules/SECRET", json={"SECRET": 1}, auth=me)
    client.get("/SECRET?SECRET=1", auth=me)
    client.get("/api/rules", auth=("SECRET", "SECRET"))
    client.post("/login", data={"name": "SECRET", "password": "SECRET"})

    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))]
    assert "POST /api/ask 500" in caplog.text
    assert not [record for record in ours if "SECRET" in record.getMessage() or PASSWORD in record.getMessage()]


def test_an_exception_is_answered_in_words_and_written_down_without_its_own(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.get("/api/fails")
    def fails() -> None:
        raise RuntimeError("SECRET question")

    app.add_middleware(Guard, callers=Callers(Access(host="127.0.0.1")))
    caplog.set_level(logging.INFO, "assistant.serve")

    response = TestClient(app, base_url=LOCAL).get("/api/fails")

    assert response.status_code == 500
    both_languages(response)
    assert "SECRET" not in response.text
    assert "RuntimeError at test_guard.py" in caplog.text
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/"),
        ("/api/ask", "/api/ask"),
        ("/api/rules/anything", "/api/rules"),
        ("/cds-services/anything", "/cds-services"),
        ("/gradio_api/heartbeat/abc", "/gradio_api/heartbeat"),
        ("/what-was-typed", "/…"),
    ],
)
def test_a_path_is_written_down_as_far_as_it_is_ours(path: str, shown: str) -> None:
    assert logged(path) == shown
