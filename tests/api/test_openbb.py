"""Widgets for OpenBB Workspace, held to its published reference: names, types and values that it knows."""

from __future__ import annotations

from typing import Any

import pytest

from api.openbb import APPS, WIDGETS
from api.server import create_api
from tests.support.api_client import ApiClient

SAMPLE = {"source": "sample", "asof": "2025-11-24"}

# docs.openbb.co, "widgets.json Reference" and "apps.json Reference"
WIDGET_FIELDS = {
    "name", "description", "endpoint", "wsEndpoint", "category", "subCategory", "imgUrl", "type", "raw", "runButton",
    "exportable", "gridData", "data", "params", "source", "mcp_tool", "refetchInterval", "dataUpdateDisplay",
    "staleTime",
}  # fmt: skip
WIDGET_TYPES = {
    "chart", "table", "table_ssrm", "markdown", "metric", "note", "multi_file_viewer", "live_grid", "newsfeed",
    "advanced-chart", "chart-highcharts", "chart-vegalite", "youtube",
}  # fmt: skip
PARAMETER_FIELDS = {
    "type", "paramName", "value", "label", "optionsEndpoint", "multiple", "optionsParams", "show", "description",
    "roles", "multiSelect", "style", "options",
}  # fmt: skip
PARAMETER_TYPES = {"date", "text", "ticker", "number", "boolean", "endpoint", "form", "tabs"}
COLUMN_FIELDS = {"field", "headerName", "cellDataType", "formatterFn", "renderFn", "pinned", "width"}
APP_FIELDS = {"name", "description", "img", "allowCustomization", "tabs", "groups", "prompts"}


@pytest.fixture(scope="module")
def api() -> ApiClient:
    return ApiClient(create_api(lambda: True))


@pytest.mark.parametrize("widget", WIDGETS.values(), ids=list(WIDGETS))
def test_a_widget_has_only_fields_and_values_that_workspace_knows(widget: dict[str, Any]) -> None:
    assert set(widget) <= WIDGET_FIELDS and {"name", "description", "endpoint"} <= set(widget)
    assert widget["type"] in WIDGET_TYPES and widget["refetchInterval"] >= 1000
    assert 10 <= widget["gridData"]["w"] <= 40 and widget["gridData"]["h"] <= 100
    for parameter in widget["params"]:
        assert set(parameter) <= PARAMETER_FIELDS and parameter["type"] in PARAMETER_TYPES
    for column in widget.get("data", {"table": {"columnsDefs": []}})["table"]["columnsDefs"]:
        assert set(column) <= COLUMN_FIELDS and column["cellDataType"] in {"text", "number"}


def test_the_app_places_every_widget_once_without_overlap() -> None:
    (app,) = APPS
    assert set(app) == APP_FIELDS
    placed = [place for tab in app["tabs"].values() for place in tab["layout"]]
    assert sorted(place["i"] for place in placed) == sorted(WIDGETS)
    for tab in app["tabs"].values():
        cells = [
            (x, y)
            for place in tab["layout"]
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 40
    assert set(app["groups"][0]["widgetIds"]) <= set(WIDGETS)


@pytest.mark.parametrize("widget", WIDGETS.values(), ids=list(WIDGETS))
def test_each_widget_gets_its_columns_from_its_endpoint(api: ApiClient, widget: dict[str, Any]) -> None:
    values = {parameter["paramName"]: parameter["value"] for parameter in widget["params"]}
    parameters = {name: value for name, value in values.items() if value is not None} | SAMPLE
    if "name" in values:
        parameters["name"] = "Miners"
    response = api.get(f"/{widget['endpoint'].removeprefix('api/')}", **parameters, theme="dark")
    assert response.status_code == 200, response.text
    content = response.json()
    if widget["type"] == "chart":
        assert set(content) == {"data", "layout"}
    else:
        shown = {column["field"] for column in widget["data"]["table"]["columnsDefs"]}
        assert content and all(shown <= set(row) for row in content)
        assert all(not isinstance(value, dict | list) for row in content for value in row.values())


def test_the_watchlists_are_options_of_their_parameter(api: ApiClient) -> None:
    (parameter, _) = WIDGETS["levelboard_watchlist"]["params"]
    options = api.get(f"/{parameter['optionsEndpoint'].removeprefix('api/')}").json()
    assert {"label": "Miners", "value": "Miners"} in options


@pytest.mark.parametrize(("origin", "allowed"), [("https://pro.openbb.co", True), ("https://example.com", False)])
def test_only_workspace_may_ask_from_a_page_of_its_own(api: ApiClient, origin: str, allowed: bool) -> None:
    response = api.get("/widgets.json", {"Origin": origin})
    assert (response.headers.get("access-control-allow-origin") == origin) is allowed
    assert response.json() == WIDGETS
