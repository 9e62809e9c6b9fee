"""The sample shows what an article published about 2025-11-24."""

from __future__ import annotations

import re
from datetime import date

import pytest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import nearest_level
from market.sample import sample
from market.targets_csv import read_targets_csv, write_targets_csv
from tests.support.paths import MARKET_DATA

DAY = date(2025, 11, 24)
FRIDAY = date(2025, 11, 21)

# From ../shared/market-data/SOURCES.md: price, change in percent, EMA 20, 50, 100, 200, lower and upper band
PUBLISHED = {
    "CIFR": (16.77, 18.6, (16.912, 15.887, 12.957, 9.775), (11.747, 24.620)),
    "CLSK": (11.15, 14.6, (13.252, 14.322, 13.500, 12.418), (7.780, 20.457)),
    "IREN": (48.16, 13.8, (52.678, 50.420, 41.122, 29.985), (37.781, 74.838)),
}


def analyze_sample(symbol: str) -> Analysis:
    return analyse(sample.history(symbol), sample.targets(symbol), as_of=DAY)


# The published figures


@pytest.mark.parametrize("symbol", PUBLISHED)
def test_sample_shows_the_published_figures(symbol):
    price, change, emas, bands = PUBLISHED[symbol]
    analysis = analyze_sample(symbol)
    assert analysis.price == price
    assert round(analysis.change_pct, 1) == change
    assert [average.value for average in analysis.emas] == pytest.approx(emas, abs=0.001)
    assert analysis.bands[["lower", "upper"]].iloc[-1].tolist() == pytest.approx(bands, abs=0.001)
    assert not any(average.warming_up for average in analysis.emas)


@pytest.mark.parametrize(("symbol", "price"), [("MARA", 11.21), ("RIOT", 13.88)])
def test_symbols_without_published_figures_rise_on_the_last_day_and_stay_below_all_emas(symbol, price):
    analysis = analyze_sample(symbol)
    assert analysis.price == price
    assert 0 < analysis.change_pct < 14
    assert analysis.price < min(average.value for average in analysis.emas)


def test_cifr_bounced_from_a_rising_trendline_near_14_and_a_zone_up_to_15():
    analysis = analyze_sample("CIFR")
    line = analysis.support
    assert line == analysis.trendlines[0] and line.slope > 0 and line.status == "bounced"
    assert line.value == pytest.approx(14.14, abs=0.01)
    assert len(line.touches) == 3 and line.start >= date(2025, 8, 1) and line.end == FRIDAY
    assert any(14.0 <= zone.low < 14.1 and 14.8 < zone.high <= 15.0 for zone in analysis.zones)
    assert not any(leading.side == "support" and leading.status == "broken" for leading in analysis.leading)


def test_cifr_closed_45_percent_below_its_high_before_the_note():
    analysis = analyze_sample("CIFR")
    assert 100 * (1 - analysis.bars["close"].iloc[-2] / analysis.high_52w) == pytest.approx(45.0, abs=0.05)


def test_cifr_meets_the_20_day_ema_first_above_the_price():
    assert nearest_level(analyze_sample("CIFR").levels, "resistance").label == "EMA 20"


def test_clsk_bounced_from_a_trendline_of_more_than_a_year():
    analysis = analyze_sample("CLSK")
    line = analysis.support
    assert line == analysis.trendlines[0] and line.slope > 0 and line.status == "bounced"
    assert line.value == pytest.approx(9.83, abs=0.01)
    assert line.span > 250 and len(line.touches) >= 4 and line.end == FRIDAY


def test_clsk_has_resistance_at_12_40_and_from_14_to_15_and_under_its_line_support_near_10():
    analysis = analyze_sample("CLSK")
    assert nearest_level(analysis.levels, "resistance").price == pytest.approx(12.40, abs=0.02)
    assert any(14.0 <= zone.low < 14.1 and 14.8 < zone.high <= 15.0 for zone in analysis.zones)
    assert any(9.5 < zone.high < analysis.support.value for zone in analysis.zones)


# The targets


def test_targets_are_those_jpmorgan_published_that_day():
    targets = [sample.targets(symbol) for symbol in sample.SYMBOLS]
    assert all(len(rows) == 1 for rows in targets)
    assert [
        (row.symbol, row.rating, row.prior_rating, row.target, row.prior_target, row.horizon) for (row,) in targets
    ] == [
        ("CIFR", "Overweight", "Neutral", 18, 12, "December 2026"),
        ("CLSK", "Overweight", "Neutral", 14, 14, None),
        ("IREN", "Underweight", "Underweight", 39, 28, None),
        ("MARA", None, None, 13, 20, None),
        ("RIOT", None, None, 17, 19, None),
    ]
    origins = {(row.firm, row.analyst, row.date, row.source) for (row,) in targets}
    assert origins == {("JPMorgan", "Reginald Smith, Charles Pearce", DAY, "sample")}


def test_targets_file_is_one_that_a_user_could_import():
    targets_file = read_targets_csv(sample.TARGETS_CSV.read_bytes())
    assert not targets_file.problems
    assert read_targets_csv(write_targets_csv(targets_file.rows)) == targets_file


def test_every_figure_in_the_notes_is_in_the_article():
    article = MARKET_DATA.parent / "article-2025-11-24.txt"
    if not article.is_file():
        pytest.skip("the article is not on this machine")
    printed = set(re.findall(r"\d+(?:\.\d+)?", article.read_text(encoding="utf-8")))
    notes = " ".join(row.note for symbol in sample.SYMBOLS for row in sample.targets(symbol))
    figures = re.findall(r"\d+(?:\.\d+)?", notes)
    assert len(figures) > 10 and set(figures) <= printed


# Requests


def test_history_names_its_source_and_is_a_copy():
    first = sample.history(" cifr ")
    assert (first.symbol, first.name, first.currency, first.source) == ("CIFR", "Cipher Mining Inc.", "USD", "sample")
    assert first.fetched_at is None and not first.in_progress and first.splits.empty
    first.bars["close"] = 0.0
    assert sample.history("CIFR").bars["close"].iloc[-1] == 16.77


@pytest.mark.parametrize("request_symbol", [sample.history, sample.targets])
def test_unknown_symbol_is_refused_with_the_known_ones(request_symbol):
    with pytest.raises(sample.NotInSample, match="GOOGL: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick"):
        request_symbol("GOOGL")
