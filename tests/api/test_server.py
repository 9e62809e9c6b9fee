"""The API as a whole: mounted beside the pages, and described as OpenAPI."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from api.openbb import WIDGETS
from api.server import create_api, routes
from market.store.store import get_store
from tests.support.api_client import ApiClient
from tests.support.own_loop import run_in_own_loop


@pytest.fixture
def mounted() -> ApiClient:
    return ApiClient(Starlette(routes=routes(lambda: True)))


@pytest.mark.parametrize("path", ["/widgets.json", "/api/widgets.json"])
def test_workspace_finds_its_widgets_at_the_root(mounted: ApiClient, path: str) -> None:
    assert mounted.get(path).json() == WIDGETS


def test_the_endpoint_of_a_widget_starts_at_the_root(mounted: ApiClient) -> None:
    endpoint = WIDGETS["levelboard_ladder"]["endpoint"]
    assert mounted.get(f"/{endpoint}", symbol="CIFR", source="sample").status_code == 200


def test_prometheus_reads_calls_store_pictures_and_sessions() -> None:
    from prometheus_client.parser import text_string_to_metric_families

    from alerts.check import ALERTS
    from market.yahoo.session import CALLS

    ALERTS.labels("sent").inc()
    CALLS.labels("bars", "RateLimited").inc()
    get_store().watchlists()
    found = ApiClient(Starlette(routes=routes(lambda: True, lambda: 3))).get("/metrics")
    families = {family.name: family.samples for family in text_string_to_metric_families(found.text)}
    assert families["levelboard_sessions"][0].value == 3
    limited = {"subject": "bars", "outcome": "RateLimited"}
    assert any(sample.labels == limited and sample.value >= 1 for sample in families["levelboard_yahoo_calls"])
    outcomes = {sample.labels["outcome"] for sample in families["levelboard_alerts"] if sample.name.endswith("_total")}
    assert outcomes == {"listed", "sent", "failed", "given up"}
    assert "levelboard_picture_seconds" in families
    reads = [sample for sample in families["levelboard_store_seconds"] if sample.name.endswith("_count")]
    assert {sample.labels["operation"] for sample in reads} >= {"read"} and reads[0].value > 0


def test_every_route_is_described_with_its_parameters(mounted: ApiClient) -> None:
    described = mounted.get("/api/openapi.json").json()["paths"]
    assert {
        "/levels/{symbol}",
        "/chart/{symbol}.png",
        "/chart/{symbol}.json",
        "/watchlists",
        "/watchlists/{name}",
    } < set(described)
    parameters = {parameter["name"] for parameter in described["/chart/{symbol}.png"]["get"]["parameters"]}
    assert parameters == {"symbol", "asof", "scale", "interval", "source", "overlays", "period", "theme"}
    for path in described.values():
        assert path["get"]["description"].startswith("Return ")


def test_before_workspace_asks_it_may_ask_whether_it_may() -> None:

    import httpx

    async def preflight() -> httpx.Response:
        transport = httpx.ASGITransport(create_api(lambda: False), client=("10.0.0.7", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://levels.example.com") as client:
            asked = {"Origin": "https://pro.openbb.co", "Access-Control-Request-Method": "GET"}
            asked |= {"Access-Control-Request-Headers": "authorization"}
            return await client.options("/levels/CIFR", headers=asked)

    response = run_in_own_loop(preflight())
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "https://pro.openbb.co"
    assert "authorization" in response.headers["access-control-allow-headers"].lower()
