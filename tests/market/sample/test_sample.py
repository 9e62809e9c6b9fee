"""The sample shows what was published of 2025-11-24, by bars that are nobody's."""

from __future__ import annotations

import filecmp
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import nearest_level
from market.sample import sample
from market.sample.build import write
from market.targets_csv import read_targets_csv, write_targets_csv
from tests.support.real_prices import FOLDER, needs_real_prices, real_bars

DAY = date(2025, 11, 24)
FRIDAY = date(2025, 11, 21)

# ../shared/market-data/SOURCES.md: price, change in percent, EMA 20, 50, 100, 200, lower and upper band
PUBLISHED = {
    "CIFR": (16.77, 18.6, (16.912, 15.887, 12.957, 9.775), (11.747, 24.620)),
    "CLSK": (11.15, 14.6, (13.252, 14.322, 13.500, 12.418), (7.780, 20.457)),
    "IREN": (48.16, 13.8, (52.678, 50.420, 41.122, 29.985), (37.781, 74.838)),
}
# The exchange's own announcements of its closed weekdays
CLOSED = """
2020-07-03 2020-09-07 2020-11-26 2020-12-25
2021-01-01 2021-01-18 2021-02-15 2021-04-02 2021-05-31 2021-07-05 2021-09-06 2021-11-25 2021-12-24
2022-01-17 2022-02-21 2022-04-15 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-11-24 2022-12-26
2023-01-02 2023-01-16 2023-02-20 2023-04-07 2023-05-29 2023-06-19 2023-07-04 2023-09-04 2023-11-23 2023-12-25
2024-01-01 2024-01-15 2024-02-19 2024-03-29 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-11-28 2024-12-25
2025-01-01 2025-01-09 2025-01-20 2025-02-17 2025-04-18 2025-05-26 2025-06-19 2025-07-04 2025-09-01
"""


def analysed(symbol: str) -> Analysis:
    return analyse(sample.history(symbol), sample.targets(symbol), as_of=DAY)


@pytest.fixture(params=sample.SYMBOLS)
def bars(request: pytest.FixtureRequest) -> pd.DataFrame:
    return sample.history(request.param).bars


# What was published


@pytest.mark.parametrize("symbol", PUBLISHED)
def test_the_published_figures_hold_to_the_cent(symbol):
    price, change, emas, bands = PUBLISHED[symbol]
    shown = analysed(symbol)
    assert shown.price == price
    assert round(shown.change_pct, 1) == change
    assert [average.value for average in shown.emas] == pytest.approx(emas, abs=0.001)
    assert shown.bands[["lower", "upper"]].iloc[-1].tolist() == pytest.approx(bands, abs=0.001)
    assert not any(average.warming_up for average in shown.emas)


def test_the_two_without_published_prices_end_where_they_were_said_to():
    assert [analysed(symbol).price for symbol in ("MARA", "RIOT")] == [11.21, 13.88]
    for symbol in ("MARA", "RIOT"):
        assert 0 < analysed(symbol).change_pct < 14 and analysed(symbol).price < min(
            average.value for average in analysed(symbol).emas
        )


def test_cifr_bounced_from_a_rising_trendline_near_14_and_from_the_zone_to_15():
    shown = analysed("CIFR")
    line = shown.support
    assert line == shown.trendlines[0] and line.slope > 0 and line.status == "bounced"
    assert 14.3 <= line.value <= 14.6
    assert len(line.touches) == 3 and line.start >= date(2025, 8, 1) and line.end == FRIDAY
    assert any(14.0 <= zone.low < 14.1 and 14.8 < zone.high <= 15.0 for zone in shown.zones)
    assert not any(each.side == "support" and each.status == "broken" for each in shown.leading)


def test_cifr_s_last_close_before_the_note_was_45_percent_below_its_high():
    shown = analysed("CIFR")
    assert 100 * (1 - shown.bars["close"].iloc[-2] / shown.high_52w) == pytest.approx(45.0, abs=0.05)


def test_cifr_stands_between_its_50_day_and_its_20_day_average_with_nothing_else_above_it_first():
    assert nearest_level(analysed("CIFR").levels, "resistance").label == "EMA 20"


def test_clsk_bounced_from_a_trendline_of_more_than_a_year():
    shown = analysed("CLSK")
    line = shown.support
    assert line == shown.trendlines[0] and line.slope > 0 and line.status == "bounced"
    assert 10.0 <= line.value <= 11.0
    assert line.span > 250 and len(line.touches) >= 4 and line.end == FRIDAY


def test_clsk_has_resistance_at_12_40_then_from_14_to_15_and_support_near_10():
    shown = analysed("CLSK")
    assert nearest_level(shown.levels, "resistance").price == pytest.approx(12.40, abs=0.02)
    assert any(14.0 <= zone.low < 14.1 and 14.8 < zone.high <= 15.0 for zone in shown.zones)
    assert any(9.5 < zone.low < shown.support.value < zone.high < 10.5 for zone in shown.zones)


# The targets


def test_the_targets_are_jpmorgan_s_of_that_day():
    rows = [sample.targets(symbol) for symbol in sample.SYMBOLS]
    assert all(len(row) == 1 for row in rows)
    assert [
        (row.symbol, row.rating, row.prior_rating, row.target, row.prior_target, row.horizon) for (row,) in rows
    ] == [
        ("CIFR", "Overweight", "Neutral", 18, 12, "December 2026"),
        ("CLSK", "Overweight", "Neutral", 14, 14, None),
        ("IREN", "Underweight", "Underweight", 39, 28, None),
        ("MARA", None, None, 13, 20, None),
        ("RIOT", None, None, 17, 19, None),
    ]
    stated = {(row.firm, row.analyst, row.date, row.source) for (row,) in rows}
    assert stated == {("JPMorgan", "Reginald Smith, Charles Pearce", DAY, "sample")}


def test_their_file_is_one_that_a_user_could_have_dropped():
    read = read_targets_csv(sample.TARGETS_CSV.read_bytes())
    assert not read.problems
    assert read_targets_csv(write_targets_csv(read.rows)) == read


def test_every_figure_in_the_notes_is_in_the_article():
    article = FOLDER.parent / "article-2025-11-24.txt"
    if not article.is_file():
        pytest.skip("the article is not on this machine")
    printed = set(re.findall(r"\d+(?:\.\d+)?", article.read_text(encoding="utf-8")))
    notes = " ".join(row.note for symbol in sample.SYMBOLS for row in sample.targets(symbol))
    figures = re.findall(r"\d+(?:\.\d+)?", notes)
    assert len(figures) > 10 and set(figures) <= printed


# The bars


def test_they_are_bars_that_could_be(bars):
    assert list(bars.columns) == ["open", "high", "low", "close", "volume"] and bars.index.name == "date"
    assert len(bars) > 1_260
    assert (bars > 0).all(axis=None)
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    prices = bars.drop(columns="volume")
    assert np.array_equal(prices, prices.round(2))
    assert (bars["volume"] % 100 == 0).all()


def test_their_days_are_new_york_s_sessions(bars):
    closed = pd.DatetimeIndex(CLOSED.split())
    assert bars.index.equals(pd.bdate_range("2020-07-01", DAY).difference(closed).rename("date"))


def test_they_move_like_one_sector_of_single_stocks():
    closes = pd.DataFrame({symbol: sample.history(symbol).bars["close"] for symbol in sample.SYMBOLS})
    moves = np.log(closes).diff().dropna()
    apart = moves.corr().to_numpy()[np.triu_indices(len(sample.SYMBOLS), 1)]
    assert apart.min() > 0.3 and apart.max() < 0.8
    assert (moves.kurt() > 1).all(), "tails fatter than a normal distribution's"
    assert (moves.abs().max() < 0.4).all()
    assert not ((closes.diff() == 0) & (closes.diff().shift() == 0) & (closes.diff().shift(2) == 0)).any(axis=None)


def test_they_are_the_same_bytes_each_time(tmp_path):
    write(tmp_path)
    names = [f"{symbol}.csv" for symbol in sample.SYMBOLS]
    assert filecmp.cmpfiles(tmp_path, sample.DATA, names, shallow=False) == (names, [], [])


@pytest.mark.parametrize("symbol", sample.SYMBOLS)
def test_the_files_say_what_they_are(symbol):
    first = (sample.DATA / f"{symbol}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# {symbol}: constructed by market.sample.build, not market prices"


@needs_real_prices
@pytest.mark.parametrize("symbol", PUBLISHED)
def test_they_are_no_copy_of_the_market(symbol):
    made, real = sample.history(symbol).bars["close"], real_bars(symbol)["close"]
    both = pd.concat([np.log(made).diff(), np.log(real.where(real > 0)).diff()], axis=1, join="inner").dropna()
    for window in (both, both.iloc[-250:]):
        # The last day's move is published, and so the same
        assert abs(np.corrcoef(window.iloc[:-1], rowvar=False)[0, 1]) < 0.25
    days = made.index.intersection(real.index)
    assert (abs(made[days] / real[days] - 1) < 0.01).mean() < 0.06


# What is asked of it


def test_a_history_says_where_it_comes_from_and_is_the_caller_s_own():
    first = sample.history(" cifr ")
    assert (first.symbol, first.name, first.currency, first.source) == ("CIFR", "Cipher Mining Inc.", "USD", "sample")
    assert first.fetched_at is None and not first.in_progress and first.splits.empty
    first.bars["close"] = 0.0
    assert sample.history("CIFR").bars["close"].iloc[-1] == 16.77


@pytest.mark.parametrize("ask", [sample.history, sample.targets])
def test_what_it_does_not_hold_is_a_sentence(ask):
    with pytest.raises(sample.NotInSample, match="GOOGL: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick"):
        ask("GOOGL")
