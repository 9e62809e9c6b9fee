"""One ticker's figures and pictures over HTTP: the same as from the terminal."""

from __future__ import annotations

import json
from datetime import date
from xml.etree import ElementTree

import pytest

from api.server import create_api
from charts.levels.chart import levels_picture
from tests.support.api_client import ApiClient
from tickers.json_document import analysis_document
from tickers.request import AnalysisRequest, load_analysis

DAY = date(2025, 11, 24)
SAMPLE = {"source": "sample", "asof": DAY.isoformat()}


@pytest.fixture(scope="module")
def api() -> ApiClient:
    return ApiClient(create_api(lambda: True))


def test_the_figures_are_those_that_a_scan_prints(api: ApiClient) -> None:
    analysis = load_analysis("CIFR", AnalysisRequest("sample", DAY, "log"))
    response = api.get("/levels/cifr", scale="log", **SAMPLE)
    assert response.json() == json.loads(json.dumps(analysis_document(analysis)))
    assert response.headers["content-type"] == "application/json"


def test_a_figure_for_plotly_has_the_period_theme_and_overlays_asked_for(api: ApiClient) -> None:
    analysis = load_analysis("CIFR", AnalysisRequest("sample", DAY))
    expected = levels_picture(analysis, "3m", frozenset(("emas",)), "dark")
    found = api.get("/chart/CIFR.json", period="3m", theme="dark", overlays="emas", **SAMPLE)
    assert found.json() == json.loads(expected.to_json())


def test_a_figure_of_weekly_bars_has_the_period_that_suits_them(api: ApiClient) -> None:
    analysis = load_analysis("CIFR", AnalysisRequest("sample", DAY, interval="1wk"))
    found = api.get("/chart/CIFR.json", interval="1wk", **SAMPLE)
    assert found.json() == json.loads(levels_picture(analysis, "5y").to_json())


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.xdist_group("pictures")
@pytest.mark.usefixtures("browser")
def test_a_picture_is_drawn_once_for_equal_requests(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import answers

    drawn = []
    render = answers.render_png
    monkeypatch.setattr(answers, "render_png", lambda figure: drawn.append(figure) or render(figure))
    responses = api.get_all(["/chart/IREN.png"] * 5, **SAMPLE)
    assert {response.content[:8] for response in responses} == {b"\x89PNG\r\n\x1a\n"}
    assert len({response.content for response in responses}) == len(drawn) == 1


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.xdist_group("pictures")
@pytest.mark.usefixtures("browser")
def test_the_picture_as_svg_is_drawn_once_for_equal_requests(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import answers

    drawn = []
    render = answers.render
    monkeypatch.setattr(answers, "render", lambda figure, format: drawn.append(format) or render(figure, format))
    responses = api.get_all(["/chart/IREN.svg"] * 5, **SAMPLE)
    (svg,) = {response.text for response in responses}
    assert drawn == ["svg"] and responses[0].headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and "EMA 200" in "".join(root.itertext())
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


def test_a_burst_of_equal_requests_is_computed_once(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import answers

    loaded = []
    monkeypatch.setattr(
        answers, "load_analysis", lambda symbol, request: loaded.append(symbol) or load_analysis(symbol, request)
    )
    responses = api.get_all(["/levels/RIOT"] * 50, **SAMPLE)
    assert [response.status_code for response in responses] == [200] * 50
    assert loaded == ["RIOT"]


@pytest.mark.parametrize("wrapped", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_caller_has_already_is_not_sent_again(api: ApiClient, wrapped: str) -> None:
    first = api.get("/levels/CIFR", **SAMPLE)
    again = api.get("/levels/CIFR", {"If-None-Match": wrapped.format(first.headers["etag"])}, **SAMPLE)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = api.get("/levels/CIFR", {"If-None-Match": first.headers["etag"]}, **SAMPLE, scale="log")
    assert other.status_code == 200


def test_an_answer_on_a_past_day_may_be_kept_for_a_day(api: ApiClient) -> None:
    assert api.get("/levels/CIFR", **SAMPLE).headers["cache-control"] == "private, max-age=86400"
    today = {"source": "sample", "asof": date.today().isoformat()}
    assert api.get("/levels/CIFR", **today).headers["cache-control"] == "private, max-age=60"
