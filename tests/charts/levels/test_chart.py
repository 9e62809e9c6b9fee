"""Tests of the levels chart: text that does not overlap, a legible price range, and outside text shown verbatim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page

from charts.levels.chart import MIN_PAGE_WIDTH_PX, levels_figure, levels_picture
from charts.options import OVERLAYS, PERIODS
from charts.text_width import text_width
from indicators import analyse
from indicators.analysis import Analysis
from market.sample import sample
from tests.support.browser_page import chromium_at
from tests.support.drawn_cases import DAY, drawn_case, far_off_case, hostile_case, invented_targets

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TEXTS, TARGET_MARKS = ".annotation text", ".subplot.x3y .points path.point"
DRAW_AND_MEASURE = """([json, width, selectors]) => {
    const frame = document.getElementById('frame'), figure = JSON.parse(json);
    frame.style.width = width + 'px';
    figure.layout.width = width;
    return Plotly.newPlot(frame, figure.data, figure.layout, {}).then(() => {
        const origin = frame.getBoundingClientRect();
        return selectors.map(selector => [...frame.querySelectorAll(selector)].map(element => {
            const box = element.getBoundingClientRect();
            return [element.textContent, box.left - origin.left, box.right - origin.left,
                    box.top - origin.top, box.bottom - origin.top];
        }));
    });
}"""


class Box(NamedTuple):
    """A piece of text or a mark, in pixels from the top left corner of the picture."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share more than the half pixel that rounding may cause."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


@pytest.fixture(scope="module")
def plotly_page(browser: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return a page of a real browser that can draw figures; it loads plotly.js as a file, at half the CPU time."""
    document = tmp_path_factory.mktemp("plotly") / "page.html"
    document.write_text(
        "<meta charset='utf-8'><body style='margin:0'><div id='frame'></div>"
        f"<script src='{PLOTLY_JS.as_uri()}'></script>"
    )
    with chromium_at(browser, viewport={"width": 1700, "height": 1000}) as viewer:
        page = viewer.new_page()
        page.goto(document.as_uri())
        yield page


def measured_texts(page: Page, figure: go.Figure, width: int) -> list[Box]:
    """Draw the figure and return the box of each text."""
    return measured_boxes(page, figure, width, TEXTS)[0]


def measured_boxes(page: Page, figure: go.Figure, width: int, *selectors: str) -> list[list[Box]]:
    """Draw the figure and return, for each selector, the box of each element that it matches."""
    matches = page.evaluate(DRAW_AND_MEASURE, [figure.to_json(), width, selectors])
    return [[Box(*box) for box in boxes] for boxes in matches]


def few_bars_case() -> Analysis:
    history = sample.history("CIFR")
    return analyse(replace(history, bars=history.bars.iloc[-9:]), invented_targets(history, 3), DAY)


CASES = {
    "no firm": lambda: drawn_case(0),
    "1 firm": lambda: drawn_case(1),
    "5 firms": lambda: drawn_case(5),
    "12 firms": lambda: drawn_case(12),
    "12 firms, log": lambda: drawn_case(12, "IREN", scale="log"),
    "40 firms": lambda: drawn_case(40),
    "55 firms": lambda: drawn_case(55, "MARA"),
    "penny": lambda: drawn_case(7, factor=0.003),
    "thousands": lambda: drawn_case(14, "RIOT", factor=700.0),
    "far off": far_off_case,
    "few bars": few_bars_case,
    "hostile": hostile_case,
}


@cache
def case_named(name: str) -> Analysis:
    return CASES[name]()


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
@pytest.mark.parametrize("width", [MIN_PAGE_WIDTH_PX, 1280, 1600])
@pytest.mark.parametrize("case", CASES)
def test_texts_never_overlap_and_none_is_cut_off(plotly_page: Page, case: str, width: int) -> None:
    """At the narrowest page width, on a wider page with the same figure, and in the picture."""
    analysis = case_named(case)
    figure = levels_picture(analysis, caption="A read. " * 40) if width == 1600 else levels_figure(analysis)
    texts = measured_texts(plotly_page, figure, width)
    assert len(texts) >= 4
    assert [(a.text, b.text) for a, b in combinations(texts, 2) if a.overlaps(b)] == []
    assert [text for text in texts if text.left < 0 or text.right > width or text.top < 0] == []
    assert [text for text in texts if text.bottom > figure.layout.height] == []


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
@pytest.mark.parametrize("firms", [1, 12, 40])
def test_texts_never_cover_a_target_mark(plotly_page: Page, firms: int) -> None:
    figure = levels_figure(drawn_case(firms))
    texts, marks = measured_boxes(plotly_page, figure, MIN_PAGE_WIDTH_PX, TEXTS, TARGET_MARKS)
    assert texts and len(marks) >= firms
    assert [(text.text, mark) for text in texts for mark in marks if text.overlaps(mark)] == []


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
def test_an_overlap_is_detected(plotly_page: Page) -> None:
    """Checks the check of the tests above: two texts moved to the same place."""
    figure = levels_figure(drawn_case(2))
    figure.layout.annotations[-1].update(x=0.0, y=1.0, xref="paper", yref="paper", xanchor="left", yshift=30)
    texts = measured_texts(plotly_page, figure, MIN_PAGE_WIDTH_PX)
    assert any(a.overlaps(b) for a, b in combinations(texts, 2))


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
def test_outside_text_is_shown_verbatim(plotly_page: Page) -> None:
    text = " ".join(box.text for box in measured_texts(plotly_page, levels_picture(hostile_case()), 1600))
    assert "<b>Cipher</b> <img src=x onerror=alert(1)> $x^2$" in text
    assert "javascript" in text
    active = ".main-svg a, .main-svg image, .main-svg foreignObject, #frame img, #frame script"
    assert plotly_page.locator(active).count() == 0


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
def test_estimated_text_widths_match_the_browser(plotly_page: Page) -> None:
    """The layout relies on estimates; a text wider than its estimate would run into the next one."""
    texts = ["$18.50", "+1,234%", "Cantor Fitzgerald", "Keefe, Bruyette & Woods", "WMW Wealth", "Tentative line 16.40"]
    measured = plotly_page.evaluate(
        """texts => texts.map(text => {
            const context = document.createElement('canvas').getContext('2d');
            context.font = '20px Arial, "Liberation Sans"';
            return context.measureText(text).width;
        })""",
        texts,
    )
    assert np.allclose([text_width(text, 20) for text in texts], measured, rtol=0.06)


def price_range(figure: go.Figure) -> tuple[float, float]:
    low, high = figure.layout.yaxis.range
    return float(low), float(high)


def candles(figure: go.Figure) -> go.Candlestick:
    return next(trace for trace in figure.data if trace.type == "candlestick")


def test_a_far_off_target_leaves_the_candles_legible() -> None:
    figure = levels_figure(far_off_case())
    low, high = price_range(figure)
    assert (max(candles(figure).high) - min(candles(figure).low)) / (high - low) > 0.3
    assert high < 100.0
    assert any("↑ <b>&#36;900</b>" in annotation.text for annotation in figure.layout.annotations)


def test_the_price_label_is_at_the_price_even_among_many_levels() -> None:
    figure = levels_figure(drawn_case(12, "CLSK"))
    label = next(annotation for annotation in figure.layout.annotations if annotation.text.startswith("<b>Price "))
    assert label.y == pytest.approx(drawn_case(0, "CLSK").price)


def test_zoom_is_kept_until_other_data_is_shown() -> None:
    analysis = drawn_case(2)
    revision = levels_figure(analysis, theme="dark").layout.uirevision
    assert levels_figure(analysis).layout.uirevision == revision
    assert levels_figure(analysis, "3m").layout.uirevision != revision


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_candles_fit_the_axis_at_every_period_and_scale(period: Any, scale: Any) -> None:
    figure = levels_figure(drawn_case(6, "IREN", scale=scale), period, frozenset(OVERLAYS))
    low, high = price_range(figure)
    extremes = np.array([min(candles(figure).low), max(candles(figure).high)])
    extremes = np.log10(extremes) if scale == "log" else extremes
    assert low <= extremes[0] and extremes[1] <= high


def test_days_without_a_session_take_no_room() -> None:
    figure = levels_figure(drawn_case(0), "1y")
    sessions = pd.DatetimeIndex(candles(figure).x)
    days = pd.date_range(sessions[0], sessions[-1], freq="D")
    breaks = figure.layout.xaxis.rangebreaks
    skipped = [pd.DatetimeIndex(rangebreak["values"]) for rangebreak in breaks if rangebreak["values"]]
    weekends_skipped = any(rangebreak["bounds"] == ("sat", "mon") for rangebreak in breaks)
    shown = days.difference(skipped[0]) if skipped else days
    assert weekends_skipped and list(shown[shown.day_of_week < 5]) == list(sessions)


def test_only_the_chosen_overlays_are_drawn() -> None:
    figure = levels_figure(drawn_case(4), overlays=frozenset())
    assert [trace.type for trace in figure.data] == ["candlestick"]
    assert [annotation for annotation in figure.layout.annotations if "EMA " in annotation.text] == []


def test_the_footer_says_how_the_figures_are_computed() -> None:
    text = " ".join(annotation.text for annotation in levels_figure(drawn_case(1)).layout.annotations)
    for part in ("Split-adjusted", "seeded with the mean", "population", "Demo data", "24 Nov 2025", "CIFR"):
        assert part in text


@pytest.mark.parametrize(("currency", "affixes"), [("CHF", ("CHF ", "")), ("ILA", ("", " ag.")), ("GBp", ("", "p"))])
def test_axis_ticks_separate_currency_and_figure_as_labels_do(currency: str, affixes: Any) -> None:
    history = replace(sample.history("CIFR"), currency=currency)
    axis = levels_figure(analyse(history)).layout.yaxis
    assert (axis.tickprefix, axis.ticksuffix) == affixes
