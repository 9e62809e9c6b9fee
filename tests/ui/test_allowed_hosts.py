"""Under which names the dashboard answers."""

from __future__ import annotations

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.support.api_client import ApiClient
from ui.allowed_hosts import OnlyAllowedHosts


def served(name: str) -> ApiClient:
    pages = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("a page"))])
    return ApiClient(OnlyAllowedHosts(pages), server=name)


@pytest.mark.parametrize(
    ("allowed", "name", "is_served"),
    [
        (["localhost", "127.0.0.1", "::1"], "localhost", True),
        (["localhost", "127.0.0.1", "::1"], "127.0.0.1", True),
        (["localhost", "127.0.0.1", "::1"], "[::1]", True),
        (["localhost", "127.0.0.1", "::1"], "rebound.example.com", False),
        (["localhost"], "localhost.example.com", False),
        (["Levels.example.com"], "levels.EXAMPLE.com", True),
        (["*.example.com"], "levels.example.com", True),
        (["*.example.com"], "example.com", False),
        (["*.example.com"], "example.com.evil.net", False),
        (["*"], "rebound.example.com", True),
        ([], "rebound.example.com", True),
    ],
)
def test_another_name_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, allowed: list[str], name: str, is_served: bool
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.allowedHosts": allowed}.get)
    response = served(name).get("/watchlist")
    assert response.status_code == (200 if is_served else 421)
    assert is_served or response.text.startswith(f"Levelboard is not served under the name '{name}': open it by a name")


@pytest.mark.parametrize("path", ["/healthz", "/_stcore/health"])
def test_a_load_balancer_may_ask_by_address(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(st, "get_option", {"server.allowedHosts": ["levels.example.com"]}.get)
    assert served("10.0.0.7").get(path).status_code == 200
