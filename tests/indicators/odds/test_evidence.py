"""The evidence of a ticker: whole for any bars, the same after JSON, and that of several adds up."""

from __future__ import annotations

import json
from datetime import timedelta

import pandas as pd
import pytest

from indicators import analyse
from indicators.odds.evidence import Evidence, evidence_from_fields, measure_evidence
from indicators.odds.reliability import Bin, all_cases
from market import PriceHistory, PriceTarget
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk

BARS = walk(700, seed=5)
EARLY = BARS.index[300].date()


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    rows = [
        PriceTarget("X", "Alder", EARLY - timedelta(days=7 * week), float(BARS["close"].iloc[300])) for week in range(9)
    ]
    return measure_evidence(analyse(PriceHistory("X", "X", "USD", BARS), rows))


def test_every_ticker_has_evidence_that_json_can_hold() -> None:
    for history, targets in tickers(12, seed=4):
        found = measure_evidence(analyse(history, targets))
        text = json.dumps(found.fields(), allow_nan=False)
        assert evidence_from_fields(json.loads(text)) == found


def test_counts_of_the_parts_agree(evidence: Evidence) -> None:
    known = (len(BARS) - 253 - 63) // 5 + 1
    assert all_cases(evidence.touch_63).count == 16 * known
    assert all_cases(evidence.targets).count == sum(path.real.count for path in evidence.paths) == 9
    assert sum(path.shuffled.count for path in evidence.paths) == 9
    assert sum(kind.real.count for kind in evidence.kinds) > 100


def test_evidence_of_two_tickers_adds_up(evidence: Evidence) -> None:
    both = evidence + evidence
    assert all_cases(both.touch_21).count == 2 * all_cases(evidence.touch_21).count
    assert all_cases(both.touch_21).brier == pytest.approx(all_cases(evidence.touch_21).brier)
    for twice, once in zip(both.kinds, evidence.kinds, strict=True):
        assert (twice.kind, twice.real.held, twice.shifted.count) == (
            once.kind,
            2 * once.real.held,
            2 * once.shifted.count,
        )
    assert both.paths[0].real.count == 2 * evidence.paths[0].real.count


def test_nothing_after_the_as_of_day_is_used() -> None:
    history = PriceHistory("X", "X", "USD", BARS)
    day = BARS.index[600]
    known = PriceHistory("X", "X", "USD", BARS.loc[:day])
    assert measure_evidence(analyse(history, as_of=day.date())) == measure_evidence(analyse(known))


def test_sessions_up_to_a_price_below_zero_are_left_out() -> None:
    oil = BARS.copy()
    oil.iloc[100, :4] = -37.63
    found = measure_evidence(analyse(PriceHistory("X", "X", "USD", oil)))
    assert found == measure_evidence(analyse(PriceHistory("X", "X", "USD", BARS.iloc[101:])))


def test_odds_of_a_random_walk_come_true() -> None:
    total: tuple[Bin, ...] = measure_evidence(analyse(PriceHistory("X", "X", "USD", walk(1_000, seed=8)))).touch_21
    assert abs(all_cases(total).miss_points) < 8.0
    assert all_cases(total).brier < all_cases(total).base_rate_brier


def test_shuffled_bars_need_no_volume() -> None:
    index = BARS.assign(volume=0.0)
    assert isinstance(measure_evidence(analyse(PriceHistory("X", "X", "USD", pd.DataFrame(index)))), Evidence)
