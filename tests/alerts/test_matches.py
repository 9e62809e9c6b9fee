"""When rules fire, compared with plain pandas over generated bars and with the changes themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
import talib

from alerts.changes import Step
from alerts.matches import firing_key, matches
from alerts.recent_changes import steps
from alerts.rules import AlertRule, SeenBar, Threshold, in_shares_of
from indicators.analysis import analyse
from market import PriceHistory, PriceTarget
from market.market_data import MarketData
from market.sources import fetch
from market.symbols import parse_symbol
from tests.support.generated_bars import walk

BARS = walk(420, seed=3)
SESSIONS = 90
PRICE = AlertRule("p", ("price_reached",), ("X",), threshold=Threshold(1.0, "price"), basis_day=BARS.index[0].date())
NEAR_EMA = AlertRule("n", ("near_level",), ("X",), level_kinds=("ema",), threshold=Threshold(0.5, "atr"))
ARTICLE_DAY = date(2025, 11, 24)


@pytest.fixture(scope="module")
def walked() -> list[Step]:
    return list(steps(MarketData(PriceHistory("X", "X Inc.", "USD", BARS), ()), since=SESSIONS))


@pytest.fixture(scope="module")
def miners() -> dict[str, list[Step]]:
    symbols = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")
    return {symbol: list(steps(fetch(parse_symbol(symbol), "sample"), ARTICLE_DAY)) for symbol in symbols}


def fired_days(rule: AlertRule, taken: list[Step]) -> list[date]:
    return [match.session for step in taken for match in matches(rule, step)]


def test_a_price_is_reached_where_the_session_trades_at_it_or_jumps_over_it(walked):
    shown = BARS.iloc[-SESSIONS:]
    before = BARS["close"].shift(1).iloc[-SESSIONS:]
    for at in (shown["close"].median(), shown["high"].max(), shown["low"].min(), 2.0 * shown["high"].max()):
        trades_at = (shown["low"] <= at) & (at <= shown["high"])
        jumps = ((before < at) & (at < shown["low"])) | ((before > at) & (at > shown["high"]))
        expected = [day.date() for day in shown.index[trades_at | jumps]]
        assert fired_days(replace(PRICE, threshold=Threshold(at, "price")), walked) == expected
    assert expected == []


def test_near_fires_when_the_close_comes_near_and_not_while_it_stays(walked):
    close = BARS["close"]
    atr = talib.ATR(BARS["high"], BARS["low"], close, 14)
    expected = set()
    for span in (20, 50, 100, 200):
        near = (close - talib.EMA(close, span)).abs() <= 0.5 * atr
        came = near & ~near.shift(1, fill_value=False)
        expected |= {(day.date(), f"EMA {span}") for day in came.index[came]}
    found = {(match.session, match.label) for step in walked for match in matches(NEAR_EMA, step)}
    assert found == {pair for pair in expected if pair[0] >= BARS.index[-SESSIONS].date()}
    assert len(found) > 20


@pytest.mark.parametrize("threshold", [Threshold(4.0, "percent"), Threshold(2.0, "price")])
def test_near_in_percent_and_in_price(walked, threshold):
    close, ema = BARS["close"], talib.EMA(BARS["close"], 50)
    distance = (close - ema).abs()
    near = distance <= (threshold.amount if threshold.unit == "price" else threshold.amount / 100.0 * close)
    came = (near & ~near.shift(1, fill_value=False)).iloc[-SESSIONS:]
    rule = replace(NEAR_EMA, label="EMA 50", threshold=threshold, basis_day=BARS.index[0].date())
    assert fired_days(rule, walked) == [day.date() for day in came.index[came]]


def test_both_edges_of_a_zone_are_one_level_and_within_it_the_distance_is_none(walked):
    rule = replace(NEAR_EMA, level_kinds=("zone",), threshold=Threshold(1e-9, "atr"))
    for step in walked:
        price = step.after.price
        entered = [zone for zone in step.after.zones if zone.low <= price <= zone.high]
        was_in = [zone for zone in step.before.zones if zone.low <= step.before.price <= zone.high]
        new = [zone for zone in entered if not any(z.low <= zone.high and zone.low <= z.high for z in was_in)]
        assert len(matches(rule, step)) == len(new)


@pytest.mark.parametrize("kind", ["closed_above", "closed_below"])
def test_a_close_beyond_an_ema_comes_after_one_that_was_not(walked, kind):
    close, ema = BARS["close"], talib.EMA(BARS["close"], 50)
    side = (close - ema) * (1.0 if kind == "closed_above" else -1.0)
    came = ((side > 0.0) & (side.shift(1) <= 0.0)).iloc[-SESSIONS:]
    rule = AlertRule("c", (kind,), ("X",), label="EMA 50")
    assert fired_days(rule, walked) == [day.date() for day in came.index[came]]
    far = came & ((close - ema).abs() >= 0.01 * ema).iloc[-SESSIONS:]
    assert fired_days(replace(rule, threshold=Threshold(1.0, "percent")), walked) == [
        day.date() for day in far.index[far]
    ]
    assert 0 < far.sum() < came.sum()


def rising_steps(seed: int) -> list[Step]:
    return list(steps(MarketData(PriceHistory("X", "X Inc.", "USD", walk(500, seed=seed)), ()), since=90))


def test_a_close_under_the_offered_trendline_is_compared_with_the_line_of_the_day_before():
    """On a walk that rises, so that a support is offered."""
    taken = rising_steps(11)
    rule = AlertRule("c", ("closed_below",), ("X",), level_kinds=("trendline",))
    expected = []
    for step in taken:
        lines = [
            line
            for line in step.before.leading
            if line in {level.origin.line for level in step.before.levels if level.kind == "trendline"}
        ]
        values = [(line.value_at(step.before.session), line.value_at(step.after.session)) for line in lines]
        if any(step.before.price >= was and step.after.price < now for was, now in values):
            expected.append(step.after.session)
    assert fired_days(rule, taken) == expected
    assert expected


def test_a_rule_on_the_support_line_means_it_tentative_or_not_and_no_resistance():
    taken = [step for seed in (3, 11) for step in rising_steps(seed)]
    rule = AlertRule("c", ("closed_below", "closed_above"), ("X",), label="support line", level_kinds=("trendline",))
    found = [match.label for step in taken for match in matches(rule, step)]
    assert {"Trendline", "Tentative line"} <= set(found)
    any_line = [match for step in taken for match in matches(replace(rule, label=""), step)]
    supports = [match for match in any_line if "line support" in match.level_key]
    assert len(found) == len(supports) < len(any_line)


def test_changes_of_the_kinds_asked_for_fire_and_no_others(walked):
    rule = AlertRule("c", ("ema_lost", "zone_broken"), ("X",), frequency="each time")
    for step in walked:
        wanted = [change for change in step.changes if change.kind in rule.kinds]
        assert [match.text for match in matches(rule, step)] == [change.text for change in wanted]
        only_one = replace(rule, label="EMA 50")
        assert [match.text for match in matches(only_one, step)] == [
            change.text for change in wanted if change.label == "EMA 50"
        ]


def test_a_change_fires_if_the_close_went_far_enough_beyond_the_level(walked):
    rule = AlertRule("c", ("ema_lost", "ema_reclaimed"), ("X",), threshold=Threshold(0.5, "atr"))
    atr = talib.ATR(BARS["high"], BARS["low"], BARS["close"], 14)
    some, all_found = 0, 0
    for step in walked:
        changed = [change for change in step.changes if change.kind in rule.kinds]
        at = pd.Timestamp(step.after.session)
        far = [c for c in changed if abs(BARS["close"][at] - c.price) >= 0.5 * atr[at]]
        assert [match.price for match in matches(rule, step)] == [change.price for change in far]
        some, all_found = some + len(far), all_found + len(changed)
    assert 0 < some < all_found


@pytest.mark.parametrize(("threshold", "fires"), [(35.0, True), (35.1, False)])
def test_a_target_cut_by_a_percentage_of_the_one_before(miners, threshold, fires):
    """MARA's was cut on that day to 13 from 20, by 35%."""
    rule = AlertRule("c", ("target_cut",), ("MARA",), threshold=Threshold(threshold, "percent"))
    (step,) = miners["MARA"]
    (cut,) = [change for change in step.changes if change.kind == "target_cut"]
    assert cut.subject.prior_target == pytest.approx(20.0)
    assert bool(matches(rule, step)) is fires


def test_one_firm_is_meant_by_its_name(miners):
    (step,) = miners["CIFR"]
    (raised,) = [change for change in step.changes if change.kind == "target_raised"]
    rule = AlertRule("c", ("target_raised",), ("CIFR",), label=raised.label)
    assert [match.label for match in matches(rule, step)] == [raised.label]
    assert matches(replace(rule, label="Another"), step) == ()


def test_a_row_published_on_a_weekend_is_of_its_own_day_on_monday_too():
    friday = next(day.date() for day in reversed(BARS.index) if day.weekday() == 4 and day < BARS.index[-1])
    row = PriceTarget("X", "Needham", friday + timedelta(days=1), 50.0)
    data = MarketData(PriceHistory("X", "X Inc.", "USD", BARS), (row,))
    rule = AlertRule("c", ("target_set",), ("X",))
    found = [
        (match.session, match.level_key)
        for as_of in (friday + timedelta(days=1), friday + timedelta(days=3))
        for step in steps(data, as_of)
        for match in matches(rule, step)
    ]
    assert len(found) == 2
    assert found[0] == found[1]
    assert found[0][0] == row.date


def test_sessions_before_the_rule_was_armed_do_not_count(walked):
    rule = AlertRule("c", ("ema_lost", "ema_reclaimed"), ("X",))
    days = fired_days(rule, walked)
    armed = days[len(days) // 2]
    assert fired_days(replace(rule, armed_on=armed), walked) == [day for day in days if day >= armed]


@pytest.mark.parametrize(
    ("seen", "reached"),
    [
        ((9.0, 10.5, 9.5), True),  # the high came after the rule was set
        ((9.0, 12.0, 11.5), False),  # it had traded there, and has not come back to it
        ((9.0, 12.0, 10.5), True),  # it had, and the last price passed it again
    ],
)
def test_on_the_day_of_the_rule_only_what_came_after_it_counts(seen, reached):
    bars = walk(40).copy()
    bars.iloc[-2, :4] = [9.0, 9.5, 8.5, 9.2]
    bars.iloc[-1, :4] = [9.0, 12.0, 9.0, 11.8]
    history = PriceHistory("X", "X Inc.", "USD", bars, in_progress=True)
    (step,) = steps(MarketData(history, ()))
    day = bars.index[-1].date()
    rule = replace(PRICE, threshold=Threshold(11.0, "price"), armed_on=day, seen=SeenBar(*seen))
    found = matches(rule, step)
    assert bool(found) is reached
    assert all(match.in_progress for match in found)


def test_a_split_overnight_moves_the_price_that_is_waited_for():
    """200 is set while a share trades at about 160, and that share becomes ten; the same shares reach 20.0 then."""
    bars = walk(40).copy()
    bars.iloc[-3:, :4] = [[16.0, 16.5, 15.5, 16.0], [16.2, 16.8, 16.0, 16.5], [17.0, 20.5, 16.9, 20.2]]
    splits = pd.Series([10.0], index=bars.index[-2:-1])
    data = MarketData(PriceHistory("X", "X Inc.", "USD", bars, splits=splits), ())
    set_on = bars.index[-3].date()
    rule = replace(PRICE, threshold=Threshold(200.0, "price"), basis_day=set_on, armed_on=set_on + timedelta(days=1))
    moved = in_shares_of(rule, data.history.splits)
    assert fired_days(moved, list(steps(data, since=2))) == [bars.index[-1].date()]
    assert fired_days(rule, list(steps(data, since=2))) == []


def test_keys_say_how_often_a_rule_fires(walked):
    rule = AlertRule("c", ("ema_lost", "ema_reclaimed", "zone_broken"), ("X",))
    found = [match for step in walked for match in matches(rule, step)]
    days = {match.session for match in found}
    keys = {
        name: {firing_key(replace(rule, frequency=name), match) for match in found}
        for name in ("once", "daily", "each time")
    }
    assert len(keys["once"]) == 1
    assert len(keys["daily"]) == len(days) < len(keys["each time"]) == len(found)
    assert all(len(session) == 10 and len(level) == 32 for session, level in keys["each time"])


def test_a_level_keeps_its_key_while_its_session_goes_on():
    """The last bar changes at every fetch, and with it the price of an EMA."""
    rule = AlertRule("c", ("ema_lost", "ema_reclaimed", "line_broken", "zone_broken", "zone_entered"), ("X",))
    repeated = 0
    for end in range(300, 420, 8):
        bars = BARS.iloc[:end]
        later = bars.copy()
        later.iloc[-1, 3] *= 1.001
        later.iloc[-1, 1] = max(later.iloc[-1, 1], later.iloc[-1, 3])
        found = [
            {match.level_key: match.price for match in matches(rule, step)}
            for shown in (bars, later)
            for step in [
                Step(
                    analyse(PriceHistory("X", "X", "USD", shown.iloc[:-1])),
                    analyse(PriceHistory("X", "X", "USD", shown)),
                )
            ]
        ]
        repeated += len(found[0].keys() & found[1].keys())
        moved = {key for key in found[0] if key.split()[0] in ("ema_lost", "ema_reclaimed") and key in found[1]}
        assert all(found[0][key] != found[1][key] for key in moved)
    assert repeated > 2
