"""The levels chart: words that stand clear of one another, a legible price range, and nothing that reads as markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page

from charts.levels.chart import NARROW, levels_figure, levels_picture
from charts.options import OVERLAYS, PERIODS
from charts.palette import PALETTES, Palette
from charts.text_width import text_width
from indicators import analyse
from indicators.analysis import Analysis
from market.sample import sample
from tests.support.browser_page import chromium_at
from tests.support.drawn_cases import DAY, drawn_case, far_off_case, hostile_case, invented_targets

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
DRAWN = """([figure, width, selector]) => {
    const frame = document.getElementById('frame');
    frame.style.width = width + 'px';
    figure.layout.width = width;
    return Plotly.newPlot(frame, figure.data, figure.layout, {}).then(() => {
        const origin = frame.getBoundingClientRect();
        return [...frame.querySelectorAll(selector)].map(each => {
            const box = each.getBoundingClientRect();
            return [each.textContent, box.left - origin.left, box.right - origin.left,
                    box.top - origin.top, box.bottom - origin.top];
        });
    });
}"""


class Box(NamedTuple):
    text: str
    left: float
    right: float
    top: float
    bottom: float

    def covers(self, other: Box) -> bool:
        """They share more than the half pixel that rounding may."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


@pytest.fixture(scope="module")
def easel(browser: Path) -> Iterator[Page]:
    """A page that draws figures in a real browser."""
    with chromium_at(browser, viewport={"width": 1700, "height": 1000}) as viewer:
        page = viewer.new_page()
        page.set_content("<body style='margin:0'><div id='frame'></div>")
        page.add_script_tag(path=str(PLOTLY_JS))
        yield page


WORDS, MARKS = ".annotation text", ".subplot.x3y .points path.point"


def boxes(page: Page, figure: go.Figure, width: int, selector: str = WORDS) -> list[Box]:
    """Each piece of words as the browser has set it, in pixels from the picture's corner; or each firm's marks."""
    return [Box(*each) for each in page.evaluate(DRAWN, [json.loads(figure.to_json()), width, selector])]


def few_bars() -> Analysis:
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
    "few bars": few_bars,
    "hostile": hostile_case,
}


@pytest.mark.browser
@pytest.mark.parametrize("width", [NARROW, 1280, 1600])
@pytest.mark.parametrize("case", CASES)
def test_words_never_cover_one_another_and_none_is_cut(easel: Page, case: str, width: int) -> None:
    """At the width a page has at least, in a wider page that was drawn for it, and in the picture."""
    analysis = CASES[case]()
    figure = levels_picture(analysis, caption="A read. " * 40) if width == 1600 else levels_figure(analysis)
    set_ = boxes(easel, figure, width)
    assert len(set_) >= 4
    assert [(a.text, b.text) for a, b in combinations(set_, 2) if a.covers(b)] == []
    assert [each for each in set_ if each.left < 0 or each.right > width or each.top < 0] == []
    assert [each for each in set_ if each.bottom > figure.layout.height] == []


@pytest.mark.browser
@pytest.mark.parametrize("firms", [1, 12, 40])
def test_no_words_stand_on_a_mark(easel: Page, firms: int) -> None:
    figure = levels_figure(drawn_case(firms))
    marks = boxes(easel, figure, NARROW, MARKS)
    assert len(marks) >= firms
    words = boxes(easel, figure, NARROW)
    assert [(word.text, mark) for word in words for mark in marks if word.covers(mark)] == []


@pytest.mark.browser
def test_a_covered_word_would_be_noticed(easel: Page) -> None:
    """The judge of the test above: two words put on one spot."""
    figure = levels_figure(drawn_case(2))
    figure.layout.annotations[-1].update(x=0.0, y=1.0, xref="paper", yref="paper", xanchor="left", yshift=30)
    assert any(a.covers(b) for a, b in combinations(boxes(easel, figure, NARROW), 2))


@pytest.mark.browser
def test_outside_text_is_shown_to_the_letter(easel: Page) -> None:
    words = " ".join(box.text for box in boxes(easel, levels_picture(hostile_case()), 1600))
    assert "<b>Cipher</b> <img src=x onerror=alert(1)> $x^2$" in words
    assert "javascript" in words
    assert (
        easel.locator(".main-svg a, .main-svg image, .main-svg foreignObject, #frame img, #frame script").count() == 0
    )


@pytest.mark.browser
def test_words_take_about_the_width_that_is_reckoned_with(easel: Page) -> None:
    """Room is given by reckoning; a word wider than reckoned would run into the next."""
    words = ["$18.50", "+1,234%", "Cantor Fitzgerald", "Keefe, Bruyette & Woods", "WMW Wealth", "Tentative line 16.40"]
    measured = easel.evaluate(
        """words => words.map(word => {
            const pen = document.createElement('canvas').getContext('2d');
            pen.font = '20px Arial, "Liberation Sans"';
            return pen.measureText(word).width;
        })""",
        words,
    )
    assert np.allclose([text_width(word, 20) for word in words], measured, rtol=0.06)


def contrast(colour: str, ground: str) -> float:
    """The contrast ratio of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

    def luminance(code: str) -> float:
        parts = np.array([int(code[each : each + 2], 16) / 255 for each in (1, 3, 5)])
        return float(
            np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)
        )

    light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_words_stand_out_from_their_ground(palette: Palette) -> None:
    colours = (
        palette.ink,
        palette.muted,
        palette.faint,
        palette.rise,
        palette.fall,
        palette.consensus,
        palette.warning,
    )
    for colour in (*colours, *palette.ema_words):
        assert contrast(colour, palette.ground) >= 4.5, colour


def axis_range(figure: go.Figure) -> tuple[float, float]:
    low, high = figure.layout.yaxis.range
    return float(low), float(high)


def test_a_target_far_off_leaves_the_candles_legible() -> None:
    figure = levels_figure(far_off_case())
    low, high = axis_range(figure)
    candles = next(each for each in figure.data if each.type == "candlestick")
    assert (max(candles.high) - min(candles.low)) / (high - low) > 0.3
    assert high < 100.0
    assert any("↑ <b>&#36;900</b>" in annotation.text for annotation in figure.layout.annotations)


def test_the_price_tag_stands_at_the_price_however_many_levels_crowd_it() -> None:
    figure = levels_figure(drawn_case(12, "CLSK"))
    tag = next(annotation for annotation in figure.layout.annotations if annotation.text.startswith("<b>Price "))
    assert tag.y == pytest.approx(drawn_case(0, "CLSK").price)


def test_a_zoomed_picture_is_kept_until_something_else_is_shown() -> None:
    analysis = drawn_case(2)
    same = levels_figure(analysis, theme="dark").layout.uirevision
    assert levels_figure(analysis).layout.uirevision == same
    assert levels_figure(analysis, "3m").layout.uirevision != same


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_period_and_scale_is_drawn_within_its_axis(period: Any, scale: Any) -> None:
    figure = levels_figure(drawn_case(6, "IREN", scale=scale), period, frozenset(OVERLAYS))
    low, high = axis_range(figure)
    candles = next(each for each in figure.data if each.type == "candlestick")
    ends = np.array([min(candles.low), max(candles.high)])
    ends = np.log10(ends) if scale == "log" else ends
    assert low <= ends[0] and ends[1] <= high


def test_closed_days_take_no_room() -> None:
    analysis = drawn_case(0)
    figure = levels_figure(analysis, "1y")
    shown = pd.DatetimeIndex(next(each for each in figure.data if each.type == "candlestick").x)
    days = pd.date_range(shown[0], shown[-1], freq="D")
    left_out = [
        pd.DatetimeIndex(rangebreak["values"]) for rangebreak in figure.layout.xaxis.rangebreaks if rangebreak["values"]
    ]
    weekends = any(rangebreak["bounds"] == ("sat", "mon") for rangebreak in figure.layout.xaxis.rangebreaks)
    open_days = days.difference(left_out[0]) if left_out else days
    assert weekends and list(open_days[open_days.day_of_week < 5]) == list(shown)


def test_nothing_is_drawn_that_is_not_asked_for() -> None:
    figure = levels_figure(drawn_case(4), overlays=frozenset())
    assert [each.type for each in figure.data] == ["candlestick"]
    assert [annotation for annotation in figure.layout.annotations if "EMA " in annotation.text] == []


def test_the_footer_names_what_the_figures_rest_on() -> None:
    said = " ".join(annotation.text for annotation in levels_figure(drawn_case(1)).layout.annotations)
    for words in ("Split-adjusted", "seeded with the mean", "population", "Constructed sample", "24 Nov 2025", "CIFR"):
        assert words in said


@pytest.mark.parametrize(("currency", "affixes"), [("CHF", ("CHF ", "")), ("ILA", ("", " ag.")), ("GBp", ("", "p"))])
def test_on_the_axis_a_blank_parts_a_currency_from_its_figure_as_in_the_labels(currency: str, affixes: Any) -> None:
    history = replace(sample.history("CIFR"), currency=currency)
    axis = levels_figure(analyse(history)).layout.yaxis
    assert (axis.tickprefix, axis.ticksuffix) == affixes
