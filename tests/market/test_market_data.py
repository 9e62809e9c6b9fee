"""Which targets a day is analyzed with: as listed then where that is known, else as listed now, and one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from market import PriceHistory, PriceTarget
from market.market_data import MarketData
from market.price_target import LoggedTarget, TargetLog
from tests.support.generated_bars import walk

NOW = PriceTarget("X", "Alder", date(2025, 11, 3), 20.0)
THEN = replace(NOW, target=18.0)
OWN = PriceTarget("X", "Mine", date(2025, 11, 1), 25.0, source="own")
FETCHED, CHANGED = date(2025, 11, 10), date(2025, 11, 20)
LOG = TargetLog(
    (LoggedTarget(NOW, CHANGED, absent_on=date(2025, 11, 19)), LoggedTarget(THEN, FETCHED, gone_on=CHANGED))
)
DATA = MarketData(PriceHistory("X", "X", "USD", walk(30)), (NOW, OWN), target_log=LOG)


def test_a_day_after_the_first_fetch_has_the_targets_of_then() -> None:
    assert DATA.targets_on(FETCHED) == DATA.targets_on(date(2025, 11, 19)) == (THEN, OWN)
    assert DATA.targets_on(CHANGED) == (NOW, OWN)


def test_the_latest_day_and_one_before_the_first_fetch_have_the_newest_list() -> None:
    assert DATA.targets_on(None) == DATA.targets_on(date(2025, 11, 9)) == (NOW, OWN)
    assert replace(DATA, target_log=TargetLog()).targets_on(CHANGED) == (NOW, OWN)
