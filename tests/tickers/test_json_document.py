"""The JSON of an Analysis: the keys that others read, strict, with null for what does not exist."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from indicators import analyse, technical_read, touch_probability
from indicators.analysis import Analysis
from market import PriceHistory, PriceTarget
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk
from tickers.json_document import analysis_document

# In the order of the design
KEYS = {
    "": "symbol name currency source as_of interval session price change_pct in_progress bar_in_progress ema bollinger"
    " atr trendlines zones levels targets consensus reward_risk repairs read",
    "ema": "20 50 100 200",
    "bollinger": "lower middle upper",
    "trendlines": "side scale value slope start end touches status tentative offered chance",
    "zones": "low high touches",
    "levels": "kind label price role distance_pct distance_atr touch_21 touch_63",
    "targets": "firm analyst date rating prior_rating action target prior_target currency upside_pct stale counted"
    " touch",
    "consensus": "count mean median high low upside_pct",
}


def parsed_document(analysis: Analysis, **options: Any) -> dict[str, Any]:
    """Return the document after a round trip through strict JSON on one line."""
    text = json.dumps(analysis_document(analysis, **options), allow_nan=False, ensure_ascii=False)
    assert "\n" not in text
    return json.loads(text)


def assert_keys(document: dict[str, Any]) -> None:
    for name, keys in KEYS.items():
        part = document[name] if name else document
        for item in part if isinstance(part, list) else [part] if part is not None else []:
            assert list(item) == keys.split(), name


@pytest.mark.parametrize("seed", range(4))
def test_every_ticker_has_the_keys_of_the_design(seed):
    for history, targets in tickers(30, seed):
        assert_keys(parsed_document(analyse(history, targets)))


def test_the_figures_equal_those_of_the_analysis():
    long_known = (ticker for ticker in tickers(200, seed=8) if len(ticker[0].bars) > 300 and len(ticker[1]) > 3)
    analysis = next(found for found in (analyse(*ticker) for ticker in long_known) if found.zones)
    found = parsed_document(analysis)
    assert (found["symbol"], found["currency"], found["source"]) == (analysis.symbol, analysis.currency, "yahoo")
    assert found["as_of"] == analysis.as_of.isoformat() and date.fromisoformat(found["as_of"]) == analysis.as_of
    assert found["price"] == pytest.approx(analysis.price, rel=1e-8)
    assert found["change_pct"] == pytest.approx(analysis.change_pct, rel=1e-8)
    assert found["ema"] == {str(average.span): pytest.approx(average.value, rel=1e-8) for average in analysis.emas}
    assert found["bollinger"] == pytest.approx(analysis.bands.iloc[-1].to_dict(), rel=1e-8)
    assert found["atr"] == pytest.approx(analysis.atr, rel=1e-8)
    assert found["in_progress"] is analysis.in_progress
    assert found["read"] == technical_read(analysis)
    for shown, line in zip(found["trendlines"], analysis.trendlines, strict=True):
        assert [date.fromisoformat(day) for day in shown["touches"]] == list(line.touches)
        assert (shown["start"], shown["end"]) == (shown["touches"][0], shown["touches"][-1])
        assert (shown["side"], shown["scale"], shown["status"]) == (line.side, "linear", line.status)
        assert (shown["value"], shown["slope"]) == pytest.approx((line.value, line.slope), rel=1e-8)
        assert shown["tentative"] is (len(line.touches) == 2) and shown["chance"] is None
        assert shown["offered"] is line.offered
    for shown, zone in zip(found["zones"], analysis.zones, strict=True):
        assert (shown["low"], shown["high"]) == pytest.approx((zone.low, zone.high), rel=1e-8)
        assert [date.fromisoformat(day) for day in shown["touches"]] == list(zone.touches)
    for shown, level in zip(found["levels"], analysis.levels, strict=True):
        assert (shown["kind"], shown["label"], shown["role"]) == (level.kind, level.label, level.role)
        assert shown["price"] == pytest.approx(level.price, rel=1e-8)
    assert {"Zone top", "Zone bottom"} <= {level["label"] for level in found["levels"]}
    for shown, target in zip(found["targets"], analysis.targets, strict=True):
        assert (shown["firm"], shown["rating"], shown["action"]) == (target.firm, target.rating, target.action)
        assert date.fromisoformat(shown["date"]) == target.date and shown["stale"] is target.stale
        assert shown["target"] == pytest.approx(target.target, rel=1e-8)
        assert shown["upside_pct"] == pytest.approx(target.upside_pct, rel=1e-8)


def test_odds_are_those_of_the_daily_closes_and_null_without_enough_of_them():
    bars = walk(300)
    history = PriceHistory("X", "X", "USD", bars)
    day, price = bars.index[-1].date(), float(bars["close"].iloc[-1])
    found = parsed_document(analyse(history, [PriceTarget("X", "Alder", day, price * 1.3, horizon="3 months")]))
    for level in found["levels"]:
        for sessions in (21, 63):
            expected = touch_probability(bars["close"], level["price"], sessions)
            assert level[f"touch_{sessions}"] == pytest.approx(expected, abs=1e-6)
    assert 0.0 < found["targets"][0]["touch"] < 0.5
    short = parsed_document(analyse(replace(history, bars=bars.tail(20)), [PriceTarget("X", "Alder", day, price)]))
    figures = [level[key] for level in short["levels"] for key in ("touch_21", "touch_63")]
    assert {*figures, short["targets"][0]["touch"]} == {None}


def test_reward_to_risk_is_null_without_a_support():
    found = parsed_document(analyse(PriceHistory("X", "X", "USD", walk(20))))
    assert found["reward_risk"] is None


def test_on_a_day_without_trading_the_session_is_the_one_before():
    history = PriceHistory("X", "X", "USD", walk(300))
    friday = next(day for day in reversed(history.bars.index) if day.day_of_week == 4).date()
    found = parsed_document(analyse(history, as_of=friday + timedelta(days=2)))
    assert (found["session"], found["as_of"]) == (friday.isoformat(), (friday + timedelta(days=2)).isoformat())


def test_a_figure_that_does_not_exist_is_null():
    found = parsed_document(analyse(PriceHistory("X", "X", "USD", walk(1))))
    assert found["change_pct"] is found["atr"] is found["consensus"] is None
    assert set(found["ema"].values()) == set(found["bollinger"].values()) == {None}
    assert found["trendlines"] == found["zones"] == found["targets"] == []
    assert {level["distance_atr"] for level in found["levels"]} == {None}


def test_a_missing_prior_target_is_null_and_never_zero():
    history = PriceHistory("X", "X", "USD", walk(300))
    row = PriceTarget("X", "Needham", history.bars.index[-1].date(), 50.0, prior_target=0.0)
    (shown,) = parsed_document(analyse(history, [row]))["targets"]
    assert (shown["target"], shown["prior_target"], shown["rating"], shown["analyst"]) == (50.0, None, None, None)


def test_a_figure_that_is_not_finite_is_null():
    analysis = replace(analyse(PriceHistory("X", "X", "USD", walk(300))), atr=math.nan, change_pct=math.inf)
    found = json.loads(json.dumps(analysis_document(replace(analysis, trendlines=(), leading=())), allow_nan=False))
    assert (found["atr"], found["change_pct"]) == (None, None)


def test_a_computed_chance_is_given_with_its_line():
    analysis = analyse(PriceHistory("X", "X", "USD", walk(300)))
    first, *others = analysis.trendlines
    shown = parsed_document(analysis, chances={first: 0.335})["trendlines"]
    assert [line["chance"] for line in shown] == [0.335, *[None] * len(others)]


def test_binary_noise_is_rounded_away():
    bars = walk(300)
    found = parsed_document(analyse(PriceHistory("X", "X", "USD", bars)))
    assert found["zones"] and found["price"] == pytest.approx(bars["close"].iloc[-1], rel=1e-8)
    figures = [level["price"] for level in found["levels"]] + [zone["low"] for zone in found["zones"]]
    assert all(len(repr(figure).replace(".", "").lstrip("0")) <= 9 for figure in figures)


def test_targets_that_are_not_counted_say_so_and_one_in_another_currency_has_no_upside():
    bars = walk(300)
    history = PriceHistory("X", "X", "USD", bars)
    day, price = bars.index[-1].date(), float(bars["close"].iloc[-1])
    rows = [
        PriceTarget("X", "Alder", day, price * 1.2),
        PriceTarget("X", "Birch", day, price * 5.0),
        PriceTarget("X", "Cedar", day, price * 7.0, currency="CNY"),
        PriceTarget("X", "Dorn", day, price * 1.4, currency="USD"),
    ]
    document = parsed_document(analyse(history, rows))
    listed = {target["firm"]: (target["currency"], target["counted"]) for target in document["targets"]}
    assert listed == {
        "Alder": ("USD", True),
        "Birch": ("USD", False),
        "Cedar": ("CNY", False),
        "Dorn": ("USD", True),
    }
    assert [target["firm"] for target in document["targets"] if target["upside_pct"] is None] == ["Cedar"]
    assert document["consensus"]["count"] == 2
    assert [level["label"] for level in document["levels"] if level["kind"] == "target"] == [
        "Dorn target",
        "Alder target",
    ]
