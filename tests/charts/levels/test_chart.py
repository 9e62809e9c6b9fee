"""Tests of the levels chart: text that does not overlap, a legible price range, and outside text shown verbatim."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page

from charts.levels.chart import (
    MIN_PAGE_WIDTH_PX,
    PHONE_WIDTH_PX,
    PICTURE_HEIGHT_PX,
    PICTURE_WIDTH_PX,
    levels_figure,
    levels_picture,
)
from charts.options import DEFAULT_OVERLAYS, OVERLAYS, PERIODS, Overlay, Period
from charts.palette import Theme
from charts.text_width import text_width
from indicators import analyse
from indicators.analysis import Analysis, Scale
from indicators.intervals.bar_units import Interval
from market import PriceTarget
from market.events.company_events import Dividend, Earnings, EarningsDates
from market.sample import sample
from tests.support.browser_page import chromium_at
from tests.support.drawn_cases import DAY, drawn_case, far_off_case, hostile_case, invented_targets

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# Draws a figure in a container of some width, and returns the boxes of all its texts and the width of its price panel
DRAW_AND_MEASURE = """([json, width]) => {
    const frame = document.getElementById('frame'), figure = JSON.parse(json);
    frame.style.width = width + 'px';
    figure.layout.width = width;
    return Plotly.newPlot(frame, figure.data, figure.layout, {}).then(() => {
        const origin = frame.getBoundingClientRect();
        const texts = [...frame.querySelectorAll('.main-svg text')].filter(text => text.textContent.trim());
        const boxes = texts.map(text => {
            const box = text.getBoundingClientRect();
            return [text.textContent, box.left - origin.left, box.right - origin.left,
                    box.top - origin.top, box.bottom - origin.top];
        });
        return [boxes.filter(box => box[2] > box[1]), frame._fullLayout.xaxis._length];
    });
}"""


class Box(NamedTuple):
    """A piece of text, in pixels from the top left corner of the picture."""

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
    """Draw the figure and return the box of each text: titles, labels, rows, ticks, legend and footer."""
    return measure(page, figure, width)[0]


def measure(page: Page, figure: go.Figure, width: int) -> tuple[list[Box], float]:
    """Draw the figure and return the box of each text, and the share of the width that the price panel has."""
    boxes, panel_width = page.evaluate(DRAW_AND_MEASURE, [figure.to_json(), width])
    return [Box(*box) for box in boxes], panel_width / width


def sample_case(scale: Scale = "linear") -> Analysis:
    return analyse(sample.history("CIFR"), sample.targets("CIFR"), DAY, scale)


def few_bars_case() -> Analysis:
    history = sample.history("CIFR")
    return analyse(replace(history, bars=history.bars.iloc[-5:]), invented_targets(history, 3), DAY)


def events_case(interval: Interval = "1d") -> Analysis:
    """Return a ticker that paid a dividend each month, splits, reported each quarter and will in five weeks."""
    history = sample.history("CIFR")
    days = [day.date() for day in history.bars.index]
    paid = tuple(Dividend(day, 0.1) for day in days[::21])
    reports = tuple(Earnings(day, 0.2, 0.18, 11.1) for day in (*days[5::63], days[-1]))
    to_come = Earnings(DAY + timedelta(weeks=5), eps_estimate=0.2, day_is_estimate=True)
    earnings = EarningsDates((*reports, to_come), datetime(2025, 11, 24, 21, tzinfo=UTC))
    splits = pd.Series([20.0], index=history.bars.index[-30:-29])
    known = replace(history, dividends=paid, splits=splits)
    return analyse(known, invented_targets(history, 9), interval=interval, earnings=earnings)


ALL_OVERLAYS = frozenset(OVERLAYS)
CASES = {
    "sample": sample_case,
    "sample, log": lambda: sample_case("log"),
    "no firm": lambda: drawn_case(0),
    "5 firms": lambda: drawn_case(5),
    "12 firms": lambda: drawn_case(12),
    "12 firms, log": lambda: drawn_case(12, "IREN", scale="log"),
    "40 firms": lambda: drawn_case(40),
    "40 firms, log": lambda: drawn_case(40, scale="log"),
    "55 firms": lambda: drawn_case(55, "MARA"),
    "penny": lambda: drawn_case(7, factor=0.003),
    "thousands": lambda: drawn_case(14, "RIOT", factor=700.0),
    "far off": far_off_case,
    "few bars": few_bars_case,
    "hostile": hostile_case,
    "events": events_case,
    "events, weekly": lambda: events_case("1wk"),
}


@cache
def case_named(name: str) -> Analysis:
    return CASES[name]()


@dataclass(frozen=True)
class Place:
    """Where a chart is drawn: a part of the page in a window of some size, or the picture."""

    width: int
    height: int
    figure_width: int


PLACES = {
    "1280x800": Place(920, 520, MIN_PAGE_WIDTH_PX),
    "1440x900": Place(1080, 620, MIN_PAGE_WIDTH_PX),
    "1920x1080": Place(1560, 780, MIN_PAGE_WIDTH_PX),
    "390x844": Place(358, 560, PHONE_WIDTH_PX),
    "picture": Place(PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX, PICTURE_WIDTH_PX),
}
State = tuple[str, str, Period, frozenset[Overlay], Theme]
FEW_STATES: list[State] = [
    *((case, "1280x800", "1y", DEFAULT_OVERLAYS, "light") for case in CASES),
    ("40 firms", "1280x800", "3m", ALL_OVERLAYS, "dark"),
    ("40 firms", "1440x900", "6m", ALL_OVERLAYS, "light"),
    ("40 firms, log", "1920x1080", "2y", ALL_OVERLAYS, "dark"),
    ("40 firms, log", "390x844", "3m", ALL_OVERLAYS, "light"),
    ("sample", "390x844", "1y", DEFAULT_OVERLAYS, "dark"),
    ("events", "390x844", "max", DEFAULT_OVERLAYS - {"volume"}, "light"),
    ("events", "picture", "max", ALL_OVERLAYS, "light"),
    ("events, weekly", "390x844", "5y", ALL_OVERLAYS, "light"),
    ("no firm", "390x844", "max", ALL_OVERLAYS, "light"),
    ("few bars", "390x844", "5y", ALL_OVERLAYS, "dark"),
    ("thousands", "390x844", "1y", ALL_OVERLAYS, "light"),
    ("55 firms", "picture", "5y", ALL_OVERLAYS, "dark"),
    ("sample, log", "picture", "1y", ALL_OVERLAYS, "light"),
    ("few bars", "picture", "1y", DEFAULT_OVERLAYS, "light"),
    ("hostile", "picture", "1y", DEFAULT_OVERLAYS, "light"),
    ("far off", "picture", "3m", DEFAULT_OVERLAYS, "light"),
]
ALL_STATES: list[State] = list(product(CASES, PLACES, PERIODS, (DEFAULT_OVERLAYS, ALL_OVERLAYS), ("light",)))


def assert_well_set(page: Page, state: State) -> None:
    """Check that no text covers another or is cut off, and that the price panel has its share of the width."""
    case, place_name, period, overlays, theme = state
    place, analysis = PLACES[place_name], case_named(case)
    if place_name == "picture":
        figure = levels_picture(analysis, period, overlays, theme, caption="A read. " * 40)
    else:
        figure = levels_figure(analysis, period, overlays, theme, place.height, place.figure_width)
    texts, price_panel_share = measure(page, figure, place.width)
    assert len(texts) >= 8, state
    assert price_panel_share >= 0.6, state
    assert [(a.text, b.text) for a, b in combinations(texts, 2) if a.overlaps(b)] == [], state
    cut = [text for text in texts if text.left < 0 or text.right > place.width or text.top < 0]
    assert cut == [], state
    assert [text for text in texts if text.bottom > figure.layout.height] == [], state


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
@pytest.mark.parametrize("state", FEW_STATES, ids=lambda state: " ".join(map(str, state[:3])))
def test_texts_never_overlap_and_none_is_cut_off(plotly_page: Page, state: State) -> None:
    assert_well_set(plotly_page, state)


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.xdist_group("charts")
@pytest.mark.parametrize("case", CASES)
def test_texts_never_overlap_in_any_state(plotly_page: Page, case: str) -> None:
    """Every size, period and choice of overlays; the theme changes colors only."""
    for state in ALL_STATES:
        if state[0] == case:
            assert_well_set(plotly_page, state)


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


@pytest.mark.parametrize("analysis", [drawn_case(2), hostile_case(), far_off_case()], ids=["usual", "hostile", "far"])
def test_plotly_checks_and_keeps_every_attribute(analysis: Analysis) -> None:
    """The chart itself is made without Plotly's checks."""
    figure = levels_figure(analysis, "max", frozenset(OVERLAYS))
    checked = go.Figure(figure.to_plotly_json())
    assert json.loads(checked.to_json()) == json.loads(figure.to_json())


HOVER_AT_THE_MIDDLE = """() => {
    const frame = document.getElementById('frame'), drag = frame.querySelector('.nsewdrag').getBoundingClientRect();
    return [drag.left + drag.width * 0.9, drag.top + drag.height / 2];
}"""


def hovered_text(page: Page, x: float, y: float) -> list[str]:
    """Return the texts of what appears when the mouse rests at a place, after what was there before."""
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.locator(".hoverlayer text").first.wait_for()
    return page.locator(".hoverlayer text").all_text_contents()


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
@pytest.mark.parametrize("overlays", [ALL_OVERLAYS, DEFAULT_OVERLAYS], ids=["all", "default"])
def test_one_box_tells_day_price_emas_bands_lines_and_volume_in_this_order(
    plotly_page: Page, overlays: frozenset[Overlay]
) -> None:
    measure(plotly_page, levels_figure(sample_case(), overlays=overlays), MIN_PAGE_WIDTH_PX)
    day, *lines = hovered_text(plotly_page, *plotly_page.evaluate(HOVER_AT_THE_MIDDLE))
    assert re.fullmatch(r"\w{3} \d{1,2} \w{3} 2025", day)
    patterns = (
        r"Price [\d.]+open [\d.]+, high [\d.]+, low [\d.]+",
        *(rf"EMA {span} [\d.]+" for span in (20, 50, 100, 200)),
        r"Upper band [\d.]+",
        r"Lower band [\d.]+",
        r"Support line [\d.]+",
        r"Volume [\d.]+M",
    )
    assert len(lines) >= len(patterns)
    for line, pattern in zip(lines, patterns, strict=False):
        assert re.fullmatch(pattern, line)


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
@pytest.mark.parametrize(
    ("interval", "day"), [("1wk", r"Week to Fri \d{1,2} \w{3} 2025"), ("1mo", r"[A-Z][a-z]+ 2025")]
)
def test_the_box_names_the_week_or_the_month(plotly_page: Page, interval: Interval, day: str) -> None:
    figure = levels_figure(events_case(interval), {"1wk": "1y", "1mo": "2y"}[interval])
    measure(plotly_page, figure, MIN_PAGE_WIDTH_PX)
    named, price, *lines = hovered_text(plotly_page, *plotly_page.evaluate(HOVER_AT_THE_MIDDLE))
    assert re.fullmatch(day, named) and price.startswith("Price ")
    assert len({line.split()[0] for line in lines} & {"EMA", "Volume"}) == 2


@pytest.mark.browser
@pytest.mark.xdist_group("charts")
def test_a_target_tells_all_about_it_where_its_mark_is(plotly_page: Page) -> None:
    figure = levels_figure(sample_case())
    measure(plotly_page, figure, MIN_PAGE_WIDTH_PX)
    index = annotation_texts(figure).index(" ")
    box = plotly_page.locator(f".annotation[data-index='{index}'] .bg").bounding_box()
    assert box is not None
    text = " ".join(hovered_text(plotly_page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    assert "JPMorgan" in text and "24 Nov 2025" in text and "$18 from $12" in text


def test_a_theme_changes_nothing_but_colors() -> None:
    """So that texts that keep apart in one theme do so in the other."""

    def without_colors(theme: Theme) -> str:
        text = levels_figure(case_named("40 firms"), overlays=ALL_OVERLAYS, theme=theme).to_json()
        return re.sub(r"#[0-9a-f]{6}|rgba\([\d.,]*\)", "color", text)

    assert without_colors("dark") == without_colors("light")


def price_range(figure: go.Figure) -> tuple[float, float]:
    low, high = figure.layout.yaxis.range
    return float(low), float(high)


def candles(figure: go.Figure) -> go.Candlestick:
    return next(trace for trace in figure.data if trace.type == "candlestick")


def annotation_texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


def test_targets_beyond_the_axis_are_pinned_at_its_end() -> None:
    history = sample.history("CIFR")
    targets = [PriceTarget("CIFR", firm, DAY, figure) for firm, figure in (("A", 60.0), ("B", 65.5), ("C", 18.0))]
    figure = levels_figure(analyse(history, targets, DAY), "3m")
    low, high = price_range(figure)
    assert (max(candles(figure).high) - min(candles(figure).low)) / (high - low) > 0.55
    assert "↑ 2 above, to 65.50" in annotation_texts(figure)


def test_every_mark_of_a_target_tells_all_about_it_on_hover() -> None:
    target = PriceTarget("CIFR", "JPMorgan", DAY, 18.0, 12.0, "Overweight", "Neutral", analyst="R. Smith")
    figure = levels_figure(analyse(sample.history("CIFR"), [target], DAY))
    hovers = [annotation.hovertext or "" for annotation in figure.layout.annotations]
    hovers = [hover for hover in hovers if "JPMorgan" in hover]
    assert len(hovers) == 2, "the mark and its row"
    facts = "R. Smith", "24 Nov 2025", "Overweight from Neutral", "&#36;18 from &#36;12", "Touch by Nov 2026: 95 to 98%"
    for hover in hovers:
        for part in facts:
            assert part in hover


def test_every_level_tells_on_hover_how_likely_it_is_touched() -> None:
    figure = levels_figure(drawn_case(0))
    labels = [note for note in figure.layout.annotations if note.text.startswith(("EMA", "Upper", "Zone", "Tentative"))]
    assert len(labels) > 6
    assert all(note.hovertext.startswith("Touch by 25 Dec 2025: ") for note in labels)
    assert not any(note.hovertext for note in figure.layout.annotations if "Price" in note.text)


def test_the_title_promises_targets_only_where_there_are_some() -> None:
    def subtitle(analysis: Analysis) -> str:
        return next(text for text in annotation_texts(levels_figure(analysis)) if text.startswith("Levels"))

    assert subtitle(drawn_case(5)) == "Levels and analyst targets as of 24 Nov 2025"
    assert subtitle(drawn_case(0)) == "Levels as of 24 Nov 2025, no live analyst targets"
    unknown = replace(drawn_case(0), targets_known=False)
    assert subtitle(unknown) == "Levels as of 24 Nov 2025, analyst targets could not be fetched"


def test_rating_marks_look_unlike_targets_are_in_the_legend_and_keep_apart() -> None:
    for period in ("1y", "max"):
        figure = levels_figure(drawn_case(40), period, frozenset({"ratings", "targets"}))
        marks = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]
        assert figure.layout.showlegend
        symbols = {trace.name: trace.marker.symbol for trace in marks if trace.showlegend}
        assert symbols["Upgraded or initiated"] == "circle-cross-open"
        assert period == "max" or symbols["Downgraded"] == "circle-x-open"
        days = np.sort(np.concatenate([trace.x for trace in marks]))
        sessions = np.searchsorted(candles(figure).x, days)
        plot_width = MIN_PAGE_WIDTH_PX - figure.layout.margin.l - figure.layout.margin.r
        assert np.diff(sessions).min() * plot_width / len(candles(figure).x) > 11


def test_volumes_of_billions_are_in_b() -> None:
    history = sample.history("CIFR")
    bars = history.bars.assign(volume=history.bars["volume"] * 1000.0)
    figure = levels_figure(analyse(replace(history, bars=bars)))
    volume = next(trace for trace in figure.data if trace.type == "bar")
    assert volume.hovertemplate == "Volume %{y:,.3~r}B<extra></extra>"
    assert volume.y[-1] == pytest.approx(bars["volume"].iloc[-1] / 1e9)
    assert all(text.endswith("B") for text in figure.layout.yaxis2.ticktext)


def test_support_and_resistance_lines_are_named_apart() -> None:
    texts = annotation_texts(levels_picture(drawn_case(0, "MARA", "log")))
    assert any(text.startswith("Tentative resistance <b>") for text in texts)
    assert any(text.startswith("Support line <b>") for text in annotation_texts(levels_picture(drawn_case(0))))


def test_a_chart_names_the_levels_nearest_to_the_price_where_not_all_have_room() -> None:
    low = levels_figure(drawn_case(5), overlays=ALL_OVERLAYS, height=320)
    high = levels_figure(drawn_case(5), overlays=ALL_OVERLAYS, height=900)
    named = [
        {text for text in annotation_texts(figure) if re.match(r"(EMA|Zone|52-week)", text)} for figure in (low, high)
    ]
    assert named[0] < named[1]
    assert any("EMA 20 " in text for text in named[0])


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
    sessions = pd.to_datetime(candles(figure).x, unit="ms")
    days = pd.date_range(sessions[0], sessions[-1], freq="D")
    breaks = figure.layout.xaxis.rangebreaks
    skipped = [pd.DatetimeIndex(rangebreak["values"]) for rangebreak in breaks if rangebreak["values"]]
    weekends_skipped = any(rangebreak["bounds"] == ("sat", "mon") for rangebreak in breaks)
    shown = days.difference(skipped[0]) if skipped else days
    assert weekends_skipped and list(shown[shown.day_of_week < 5]) == list(sessions)


def test_only_the_chosen_overlays_are_drawn() -> None:
    figure = levels_figure(drawn_case(4), overlays=frozenset())
    assert [trace.type for trace in figure.data] == ["candlestick"]
    assert [text for text in annotation_texts(figure) if "target" in text] == []
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
