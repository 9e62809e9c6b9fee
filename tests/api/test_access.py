"""Who may ask the API: this computer, or the holder of a token, and nobody too often."""

from __future__ import annotations

import logging

import pytest

from api import access
from api.server import create_api
from tests.support.api_client import ApiClient

TOKENS = "first-token, second-token"


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVELS_API_TOKEN", TOKENS)
    access._limiter.cache_clear()


def client(host: str = "127.0.0.1", server: str = "localhost", open_here: bool = True) -> ApiClient:
    return ApiClient(create_api(lambda: open_here), host, server)


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1", "[::1]"])
def test_this_computer_needs_no_token(server: str) -> None:
    assert client(server=server).get("/watchlists").status_code == 200


@pytest.mark.parametrize(
    ("host", "server", "headers"),
    [
        ("10.0.0.7", "localhost", {}),
        ("10.0.0.7", "levels.example.com", {}),
        ("127.0.0.1", "levels.example.com", {}),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "10.0.0.7"}),
        ("127.0.0.1", "localhost", {"Forwarded": "for=10.0.0.7"}),
        ("no address", "localhost", {}),
    ],
)
def test_from_elsewhere_a_token_is_needed(host: str, server: str, headers: dict[str, str]) -> None:
    api = client(host, server)
    refused = api.get("/watchlists", headers)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    for token in ("first-token", "second-token"):
        assert api.get("/watchlists", headers | {"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer first", "Basic first-token", "Bearer x"])
def test_only_a_whole_token_lets_in(header: str) -> None:
    assert client("10.0.0.7").get("/watchlists", {"Authorization": header}).status_code == 401


def test_without_tokens_nobody_gets_in_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVELS_API_TOKEN", " , ")
    for header in ("Bearer ", "Bearer ,", ""):
        assert client("10.0.0.7").get("/watchlists", {"Authorization": header}).status_code == 401


def test_where_viewers_sign_in_this_computer_needs_a_token_too() -> None:
    api = client(open_here=False)
    assert api.get("/watchlists").status_code == 401
    assert api.get("/watchlists", {"Authorization": "bearer second-token"}).status_code == 200


@pytest.mark.parametrize("path", ["/openapi.json", "/widgets.json", "/apps.json", "/levels/CIFR", "/chart/CIFR.png"])
def test_nothing_is_told_without_a_token(path: str) -> None:
    assert client("10.0.0.7").get(path).status_code == 401


def test_a_holder_who_asks_too_often_is_told_when_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "REQUESTS_PER_MINUTE", 3)
    access._limiter.cache_clear()
    api = client("10.0.0.7")
    first, second = ({"Authorization": f"Bearer {token}"} for token in ("first-token", "second-token"))
    assert [api.get("/watchlists", first).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = api.get("/watchlists", first)
    assert refused.headers["retry-after"] == "60"
    assert refused.json()["detail"] == "More than 3 requests within a minute: ask again in a minute"
    assert api.get("/watchlists", second).status_code == 200


def test_no_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client("10.0.0.7").get("/watchlists", {"Authorization": "Bearer first-token"})
        client("10.0.0.7").get("/watchlists", {"Authorization": "Bearer wrong-token"})
    assert "-token" not in caplog.text
