"""Reward and risk of a target, and the levels on the way to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.levels import BandOrigin, EmaOrigin, Level, TargetOrigin, TrendlineOrigin, make_level, sort_levels
from indicators.odds.reward_risk import reward_risk, risk_level, target_path
from indicators.trendlines.trendlines import find_trendlines
from market import PriceHistory, PriceTarget
from tests.support.drawn_levels import zone_levels
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk

PRICE = 10.0
LINES = find_trendlines(walk(200))
SUPPORT = make_level(TrendlineOrigin(LINES[0]), 9.2, PRICE, 1.0)
AVERAGE = make_level(EmaOrigin(50), 11.5, PRICE, 1.0)


def analysis_at_ten(*levels: Level, mean_target: float | None = 13.0) -> Analysis:
    """Return an analysis at a price of 10 with these levels and a consensus of `mean_target`."""
    history = PriceHistory("X", "X", "USD", walk(60))
    day = history.bars.index[-1].date() - timedelta(days=1)
    rows = [] if mean_target is None else [PriceTarget("X", "Alder", day, float(history.bars["close"].iloc[-1]))]
    analysis = analyse(history, rows)
    found = analysis.consensus and replace(analysis.consensus, mean=mean_target)
    return replace(analysis, price=PRICE, levels=sort_levels(levels), consensus=found)


def test_ratio_is_the_way_to_the_consensus_over_the_way_to_the_support() -> None:
    assert reward_risk(analysis_at_ten(SUPPORT)) == pytest.approx(3.0 / 0.8)


def test_line_comes_before_a_zone_that_is_nearer() -> None:
    assert reward_risk(analysis_at_ten(SUPPORT, *zone_levels(9.4, 9.6))) == pytest.approx(3.0 / 0.8)


def test_without_a_line_the_risk_ends_at_the_nearest_zone() -> None:
    zones = [*zone_levels(9.4, 9.6), *zone_levels(8.0, 8.5)]
    assert reward_risk(analysis_at_ten(*zones)) == pytest.approx(3.0 / 0.4)


def test_in_a_zone_the_risk_ends_at_its_bottom() -> None:
    assert reward_risk(analysis_at_ten(*zone_levels(9.4, 10.6))) == pytest.approx(3.0 / 0.6)


@pytest.mark.parametrize(
    ("levels", "mean_target"), [((SUPPORT,), None), ((SUPPORT,), 9.5), ((AVERAGE,), 13.0), (zone_levels(11, 12), 13.0)]
)
def test_without_a_reward_or_a_support_there_is_no_ratio(levels: list[Level], mean_target: float | None) -> None:
    assert reward_risk(analysis_at_ten(*levels, mean_target=mean_target)) is None


def test_path_holds_the_technical_levels_on_the_way_nearest_first() -> None:
    target = make_level(TargetOrigin("Birch"), 11.0, PRICE, 1.0)
    band = make_level(BandOrigin("upper"), 11.2, PRICE, 1.0)
    beyond = make_level(EmaOrigin(200), 13.5, PRICE, 1.0)
    path = target_path(analysis_at_ten(SUPPORT, AVERAGE, target, band, beyond, *zone_levels(12.0, 12.4)), 13.0)
    assert [(level.label, level.price) for level in path.levels] == [("EMA 50", 11.5), ("Zone bottom", 12.0)]
    assert (path.reward, path.risk) == (3.0, pytest.approx(0.8))
    assert path.ratio == pytest.approx(3.0 / 0.8)


def test_path_down_has_a_loss_and_no_ratio() -> None:
    path = target_path(analysis_at_ten(SUPPORT, AVERAGE), 9.0)
    assert [level.label for level in path.levels] == [SUPPORT.label]
    assert path.reward == -1.0 and path.ratio is None


@pytest.mark.parametrize("seed", range(2))
def test_risk_ends_below_the_price_at_a_support_of_the_analysis(seed: int) -> None:
    found = [analyse(*ticker) for ticker in tickers(40, seed)]
    levels = [(analysis, level) for analysis in found if (level := risk_level(analysis)) is not None]
    assert levels
    for analysis, level in levels:
        assert level in analysis.levels and level.price < analysis.price and level.kind in ("trendline", "zone")
        assert (level.kind == "trendline") == any(
            line.offered and line.side == "support" and line.value < analysis.price for line in analysis.leading
        )
