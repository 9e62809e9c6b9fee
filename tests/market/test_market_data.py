"""Which targets a day is analyzed with: as listed then where that is known, else as listed now, and one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from market import PriceHistory, PriceTarget
from market.market_data import MarketData, without_absurd_targets
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


TARGET = PriceTarget("CIFR", "JPMorgan", date(2025, 11, 24), 18.0, 12.0)


def market_data(*targets: PriceTarget) -> MarketData:
    log = TargetLog(tuple(LoggedTarget(target, FETCHED) for target in targets))
    history = PriceHistory("CIFR", "Cipher", "USD", walk(60))
    return MarketData(history, targets, notices=("earlier",), target_log=log)


def test_absurd_target_is_left_out_and_said() -> None:
    absurd, absurd_prior = replace(TARGET, target=1e200), replace(TARGET, prior_target=1e200)
    found = without_absurd_targets(market_data(TARGET, absurd, absurd_prior))
    assert found.targets == found.targets_on(FETCHED) == (TARGET, replace(TARGET, prior_target=None))
    assert found.notices == ("earlier", "2 targets more than a billion times the price were left out")


def test_sound_targets_are_left_as_they_are() -> None:
    data = market_data(TARGET, replace(TARGET, target=None), replace(TARGET, target=1e6))
    assert without_absurd_targets(data) is data
