"""Tests of the chart of one firm's targets across a sector."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import plotly.graph_objects as go
import pytest

from charts.coverage.firm_refresh_chart import Refresh, firm_refresh_figure, firm_refresh_file_stem, firm_refresh_height
from charts.palette import PALETTES
from indicators import analyse
from indicators.analysts.rating_changes import rating_changes
from indicators.analysts.split_adjustment import AdjustedTarget
from market.sample import sample

DAY = date(2025, 11, 24)
HOSTILE = "<script>alert(1)</script> $x^2$ \u202egnp.exe"


@pytest.fixture(scope="module")
def jpmorgan() -> list[Refresh]:
    """Return the sample's newest rating change of each ticker, all by JPMorgan."""
    analyses = [analyse(sample.history(symbol), sample.targets(symbol)) for symbol in sample.SYMBOLS]
    return [Refresh(rating_changes(analysis.published, analysis.as_of)[0], analysis) for analysis in analyses]


def texts(figure: go.Figure) -> list[str]:
    return [html.unescape(re.sub(r"<[^>]*>", " ", annotation.text)) for annotation in figure.layout.annotations]


def mark_traces(figure: go.Figure) -> list:
    """Return the marks of the prior targets and those of the new ones."""
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_targets_are_in_percent_of_each_price_with_the_highest_upside_first(jpmorgan):
    prior, new = mark_traces(firm_refresh_figure("JPMorgan", jpmorgan))
    upside = {"CLSK": 14 / 11.15, "RIOT": 17 / 13.88, "MARA": 13 / 11.21, "CIFR": 18 / 16.77, "IREN": 39 / 48.16}
    assert list(new.x) == pytest.approx([100 * (ratio - 1) for ratio in upside.values()])
    prior_ratios = [14 / 11.15, 19 / 13.88, 20 / 11.21, 12 / 16.77, 28 / 48.16]
    assert list(prior.x) == pytest.approx([100 * (ratio - 1) for ratio in prior_ratios])
    text = " | ".join(texts(firm_refresh_figure("JPMorgan", jpmorgan)))
    positions = [text.index(f" {symbol} ") for symbol in upside]
    assert positions == sorted(positions)
    for expected in ("$18", "$12", "$14", "kept", "+7.3%", "−19.0%", "▲ Overweight", "from Neutral", "24 Nov 2025"):
        assert expected in text


def test_shapes_repeat_what_colors_say(jpmorgan):
    _, new = mark_traces(firm_refresh_figure("JPMorgan", jpmorgan))
    assert list(new.marker.symbol) == ["circle", "triangle-left", "triangle-left", "triangle-right", "triangle-right"]
    palette = PALETTES["light"]
    assert list(new.marker.color) == [palette.kept, palette.fall, palette.fall, palette.rise, palette.rise]


def test_only_changed_targets_have_a_stem(jpmorgan):
    stems = [trace for trace in firm_refresh_figure("JPMorgan", jpmorgan).data if trace.mode == "lines"]
    assert [stem.y[0] for stem in stems] == [1, 2, 3, 4]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_background_is_opaque_and_sample_data_is_named(jpmorgan, theme):
    figure = firm_refresh_figure("JPMorgan", jpmorgan, theme)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == PALETTES[theme].ground
    assert re.fullmatch(r"#[0-9a-f]{6}", figure.layout.paper_bgcolor)
    assert sum("Demo data, not market prices" in text for text in texts(figure)) == 2


def test_a_far_off_target_is_drawn_at_the_end_of_the_axis(jpmorgan):
    far_off = replace(jpmorgan[0], news=replace(jpmorgan[0].news, target=5_000.0))
    figure = firm_refresh_figure("JPMorgan", [far_off, *jpmorgan[1:]])
    low, high = figure.layout.xaxis.range
    assert high - low < 300
    _, new = mark_traces(figure)
    assert all(low <= upside <= high for upside in new.x)
    assert any("$5,000" in text and "→" in text for text in texts(figure))
    assert any("+29,715.1%" in text for text in texts(figure))


@pytest.mark.parametrize("target", [1e-6, 1e9])
def test_a_single_absurd_target_can_be_drawn(jpmorgan, target):
    figure = firm_refresh_figure("JPMorgan", [replace(jpmorgan[0], news=replace(jpmorgan[0].news, target=target))])
    assert 2 <= len(figure.layout.xaxis.tickvals) <= 9
    assert "0%" in figure.layout.xaxis.ticktext


def test_forty_tickers_have_a_row_each(jpmorgan):
    refreshes = [
        replace(jpmorgan[row % 5], news=replace(jpmorgan[row % 5].news, symbol=f"T{row}", target=10.0 + row))
        for row in range(40)
    ]
    figure = firm_refresh_figure("JPMorgan", refreshes)
    _, new = mark_traces(figure)
    assert len(new.x) == 40
    assert figure.layout.height == firm_refresh_height(refreshes) < 1_600
    tickers = [annotation for annotation in figure.layout.annotations if "<b>T" in annotation.text]
    assert sorted(annotation.y for annotation in tickers) == list(range(40))


def test_rows_of_different_days_show_their_own_dates(jpmorgan):
    earlier = replace(jpmorgan[0], news=replace(jpmorgan[0].news, date=date(2025, 10, 3)))
    text = " | ".join(texts(firm_refresh_figure("JPMorgan", [earlier, *jpmorgan[1:]])))
    assert "Targets set 3 Oct 2025 to 24 Nov 2025" in text
    assert re.search(r"from Neutral\s+3 Oct 2025", text)


def test_own_targets_are_marked(jpmorgan):
    own = replace(jpmorgan[0], news=replace(jpmorgan[0].news, source="own"))
    assert any(text.endswith(" own") for text in texts(firm_refresh_figure("JPMorgan", [own])))
    assert not any(text.endswith(" own") for text in texts(firm_refresh_figure("JPMorgan", [jpmorgan[0]])))


def test_outside_text_is_escaped(jpmorgan):
    news = replace(jpmorgan[0].news, firm=HOSTILE, rating=HOSTILE, prior_rating=HOSTILE, note=HOSTILE, analyst=HOSTILE)
    figure = firm_refresh_figure(HOSTILE, [replace(jpmorgan[0], news=news)])
    figure_json = str(figure.to_plotly_json())
    assert "&lt;script&gt;" in figure_json and "<script" not in figure_json
    assert "\u202e" not in figure_json and "\\u202e" not in figure_json
    assert "$x" not in figure_json


@pytest.mark.parametrize(
    ("firm", "stem"),
    [
        ("JPMorgan", "JPMorgan_sector_2025-11-24"),
        ("Keefe, Bruyette & Woods", "Keefe-Bruyette-Woods_sector_2025-11-24"),
        ("../../etc/passwd", "etc-passwd_sector_2025-11-24"),
        ("CON", "CON_sector_2025-11-24"),
        ("Ärzte", "rzte_sector_2025-11-24"),
        ("日本", "firm_sector_2025-11-24"),
        ("x" * 300, f"{'x' * 60}_sector_2025-11-24"),
    ],
)
def test_file_names_are_safe_whatever_the_firm(jpmorgan, firm, stem):
    assert firm_refresh_file_stem(firm, jpmorgan) == stem


def without_details(refresh: Refresh) -> Refresh:
    """Return a refresh of which the feed knows only firm and day."""
    row = AdjustedTarget("CIFR", "Somebody", DAY, None)
    return Refresh(rating_changes([row], DAY)[0], refresh.analysis)


def test_rows_without_a_target_are_left_out(jpmorgan):
    without = replace(jpmorgan[0], news=replace(jpmorgan[0].news, target=None, prior_target=None, change=None))
    _, new = mark_traces(firm_refresh_figure("JPMorgan", [without, jpmorgan[1]]))
    assert len(new.x) == 1
    assert mark_traces(firm_refresh_figure("JPMorgan", [without_details(without)]))[1].x == ()
