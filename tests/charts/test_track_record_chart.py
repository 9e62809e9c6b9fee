"""Tests of the track record chart: marks, intervals, colors and texts."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import pytest

from charts.palette import PALETTES
from charts.track_record_chart import track_record_figure, track_record_height
from indicators.analysts.track_record import TrackRecord, target_outcomes, track_record
from market import PriceTarget

START = date(2023, 1, 2)
AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def record() -> TrackRecord:
    """Return a record in which Always and Never have forty targets each, Mixed six, and Few too few to be ranked."""
    closes = pd.Series([10.0, *[12.0] * 400], index=pd.bdate_range(START, periods=401, name="date"))
    bars = pd.DataFrame({"open": closes, "high": closes, "low": closes, "close": closes, "volume": 1.0})
    rows = [
        PriceTarget("X", firm, START + timedelta(days=2 * day), target)
        for firm, target, count in (("Always", 12.0, 40), ("Never", 99.0, 40), ("Mixed", 12.0, 3), ("Few", 12.0, 4))
        for day in range(count)
    ] + [PriceTarget("X", "Mixed", START + timedelta(days=2 * day), 99.0) for day in range(3)]
    found = track_record(target_outcomes(rows, bars, AS_OF))
    assert found is not None
    return found


def all_text(figure: go.Figure) -> str:
    return " | ".join(
        html.unescape(re.sub(r"<[^>]*>", " ", annotation.text)) for annotation in figure.layout.annotations
    )


def mark_traces(figure: go.Figure) -> list:
    """Return the marks of the two panels: hit within 12 months, hit at 12 months."""
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_marks_show_the_rates_and_bars_their_intervals(record):
    figure = track_record_figure(record, record.firms, ["yahoo"], AS_OF)
    ranked = [firm for firm in record.firms if firm.ranked]
    assert [firm.firm for firm in ranked] == ["Always", "Mixed", "Never"]
    within, at_end = mark_traces(figure)
    assert list(within.x) == pytest.approx([firm.hit.pct for firm in ranked])
    assert list(at_end.x) == pytest.approx([firm.hit_at_end.pct for firm in ranked])
    bars = [trace for trace in figure.data if trace.mode == "lines" and trace.xaxis == "x"]
    assert [tuple(bar.x) for bar in bars] == [(firm.hit.low_pct, firm.hit.high_pct) for firm in ranked]


def test_only_intervals_that_exclude_the_rate_of_all_firms_have_a_color_and_shape_of_their_own(record):
    within, _ = mark_traces(track_record_figure(record, record.firms, ["yahoo"], AS_OF))
    palette = PALETTES["light"]
    assert list(within.marker.color) == [palette.rise, palette.kept, palette.fall]
    assert list(within.marker.symbol) == ["triangle-right", "circle", "triangle-left"]


def test_reference_lines_are_labeled_with_their_rates(record):
    text = all_text(track_record_figure(record, record.firms, ["yahoo"], AS_OF))
    everyone = record.everyone
    for expected in (
        f"all firms {everyone.hit.pct:.0f}%",
        f"all firms {everyone.hit_at_end.pct:.0f}%",
        "2013 study 64%",
        "2013 study 38%",
        "90 targets with 12 months completed by 31 Dec 2025",
        "Always   40",
    ):
        assert expected in text
    assert "Few" not in text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_background_is_opaque_and_sample_data_is_named(record, theme):
    figure = track_record_figure(record, record.firms, ["sample"], AS_OF, theme)
    assert figure.layout.paper_bgcolor == PALETTES[theme].ground
    assert all_text(figure).count("Demo data, not market prices") == 2
    assert figure.layout.height == track_record_height(record.firms)
