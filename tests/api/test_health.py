"""What a load balancer is told: whether the process and its store work."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette

from api.server import routes
from tests.support.api_client import ApiClient


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(Starlette(routes=routes(lambda: False)), host="10.0.0.7", server="10.0.0.8")


def test_anyone_may_ask_and_learns_only_that_it_works(api: ApiClient) -> None:
    response = api.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "store": "ok"})


def test_a_store_that_cannot_be_used_is_told_without_its_address(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEVELS_STORE", str(tmp_path))  # a folder
    response = api.get("/healthz")
    assert (response.status_code, response.json()) == (503, {"status": "degraded", "store": "unavailable"})
