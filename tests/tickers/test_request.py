"""One ticker is analyzed with the targets that were listed on the as-of day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from market import PriceHistory, PriceTarget
from market.market_data import MarketData
from market.price_target import LoggedTarget, TargetLog
from tests.support.generated_bars import walk
from tickers.request import analyse_market_data

BARS = walk(300)
LAST = BARS.index[-1].date()
NOW = PriceTarget("X", "Alder", LAST - timedelta(days=40), 20.0)
THEN = replace(NOW, target=18.0)
CHANGED = LAST - timedelta(days=10)
LOG = TargetLog(
    (
        LoggedTarget(NOW, CHANGED, absent_on=CHANGED - timedelta(days=1)),
        LoggedTarget(THEN, LAST - timedelta(days=30), gone_on=CHANGED),
    )
)
DATA = MarketData(PriceHistory("X", "X", "USD", BARS), (NOW,), notices=("A notice",), target_log=LOG)


def test_a_day_before_a_change_has_the_target_of_then() -> None:
    then = analyse_market_data(DATA, LAST - timedelta(days=20), "linear")
    assert [target.target for target in then.targets] == [18.0]
    assert then.target_log == LOG and then.notices == ("A notice",)


def test_the_latest_day_and_one_before_the_first_fetch_have_the_list_of_now() -> None:
    for day in (None, LAST - timedelta(days=35)):
        assert [target.target for target in analyse_market_data(DATA, day, "linear").targets] == [20.0]
