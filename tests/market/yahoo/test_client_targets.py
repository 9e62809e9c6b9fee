"""Ratings, targets, consensus and symbol search, through the real yfinance and real sockets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indicators.analysts.consensus import consensus as analyst_consensus
from indicators.analysts.targets import current_targets
from market import PriceTarget
from market.market_data import ReportedConsensus
from market.source import SymbolMatch
from market.symbols import parse_symbol
from market.targets_csv import read_targets_csv
from market.yahoo.client import fetch_consensus, fetch_targets, near_matches
from tests.support import real_googl
from tests.support.market_cases import CASES, case_ratings, needs_cases
from tests.support.replay_server import ReplayServer, answers, listing, rating

MONDAY = date(2025, 11, 24)


def ratings(*rows: dict) -> object:
    return answers({"quoteSummary": {"result": [{"upgradeDowngradeHistory": {"history": list(rows)}}], "error": None}})


def consensus(figures: object) -> object:
    return answers({"quoteSummary": {"result": [{"financialData": figures}], "error": None}})


def recorded(market_data: Path, name: str) -> object:
    return json.loads((market_data / "yahoo" / name).read_text(encoding="utf-8"))


def test_rating_row_becomes_a_target(yahoo: ReplayServer) -> None:
    row = rating(MONDAY, "JP Morgan", "Overweight", "Neutral", "up", 18.0, 12.0)
    yahoo.lists(listing("CIFR", 300, MONDAY, ratings=(row,)))
    expected = PriceTarget("CIFR", "JP Morgan", MONDAY, 18.0, 12.0, "Overweight", "Neutral", "upgraded")
    assert fetch_targets("CIFR") == (expected,)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("up", "upgraded"),
        ("down", "downgraded"),
        ("init", "initiated"),
        ("main", "reiterated"),
        ("reit", "reiterated"),
        ("", None),
        ("whatever", None),
        (["up"], None),
    ],
)
def test_actions_are_translated(yahoo: ReplayServer, action: object, expected: str | None) -> None:
    yahoo.fails("summary", ratings(rating(MONDAY, "Northgate") | {"action": action}))
    assert fetch_targets("CIFR")[0].action == expected


@pytest.mark.parametrize("missing", [0.0, None, -1.0, "18", True, [18.0]])
def test_target_that_is_not_a_price_is_missing(yahoo: ReplayServer, missing: object) -> None:
    yahoo.fails("summary", ratings(rating(MONDAY, "Northgate") | {"currentPriceTarget": missing}))
    assert fetch_targets("CIFR")[0].target is None


def test_columns_of_targets_may_be_absent(yahoo: ReplayServer) -> None:
    columns = ("epochGradeDate", "firm", "toGrade", "fromGrade", "action")
    row = rating(MONDAY, "Northgate", "Buy", "", "init", 18.0)
    yahoo.fails("summary", ratings({name: row[name] for name in columns}))
    assert fetch_targets("CIFR") == (PriceTarget("CIFR", "Northgate", MONDAY, None, rating="Buy", action="initiated"),)


def test_empty_and_repeated_rows_are_dropped(yahoo: ReplayServer) -> None:
    sound = rating(MONDAY, "Northgate", "Buy", target=18.0)
    yahoo.fails(
        "summary",
        ratings(
            sound | {"firm": ""},
            sound | {"firm": None},
            sound | {"epochGradeDate": None},
            sound | {"toGrade": "", "currentPriceTarget": 0.0, "priorPriceTarget": 0.0},
            sound,
            dict(sound),
        ),
    )
    assert [row.firm for row in fetch_targets("CIFR")] == ["Northgate"]


def test_row_with_a_prior_target_alone_is_kept(yahoo: ReplayServer) -> None:
    row = rating(MONDAY, "Northgate") | {"toGrade": "", "currentPriceTarget": 0.0, "priorPriceTarget": 8.0}
    yahoo.fails("summary", ratings(row))
    (target,) = fetch_targets("CIFR")
    assert (target.target, target.prior_target, target.rating) == (None, 8.0, None)


@needs_cases
@pytest.mark.parametrize(
    ("case", "as_of", "count", "mean"),
    [("firm-long-names", date(2021, 10, 14), 5, 169.4), ("firm-in-capitals", date(2020, 6, 30), 2, 26.0)],
)
def test_firms_under_long_names_are_those_of_the_feed(
    yahoo: ReplayServer, case: str, as_of: date, count: int, mean: float
) -> None:
    yahoo.fails("summary", ratings(*case_ratings(case)))
    own = read_targets_csv((CASES / case / "own.csv").read_bytes()).rows
    rows = (*own, *fetch_targets(parse_symbol("JPM")))
    found = analyst_consensus(current_targets(rows, as_of, 100.0), 100.0)
    assert found is not None
    assert (found.count, found.mean) == (count, pytest.approx(mean))


def test_targets_come_newest_first(yahoo: ReplayServer) -> None:
    days = [date(2025, 3, 1), date(2025, 9, 1), date(2025, 6, 1)]
    yahoo.fails("summary", ratings(*(rating(day, "Northgate") for day in days)))
    assert [row.date for row in fetch_targets("CIFR")] == sorted(days, reverse=True)


def test_firm_is_one_short_line(yahoo: ReplayServer) -> None:
    row = rating(MONDAY, "  <script>\n\talert(1)  </script> " + "x" * 10_000_000, "Buy")
    yahoo.fails("summary", ratings(row))
    (target,) = fetch_targets("CIFR")
    assert target.firm.startswith("<script> alert(1) </script> xxx")
    assert len(target.firm) == 120


def test_empty_history_is_no_targets(yahoo: ReplayServer) -> None:
    yahoo.fails("summary", ratings())
    assert fetch_targets("CIFR") == ()


@pytest.mark.parametrize("result", [[], [{}], [{"financialData": {}}]])
def test_response_without_the_module_is_no_targets(yahoo: ReplayServer, result: list) -> None:
    yahoo.fails("summary", answers({"quoteSummary": {"result": result, "error": None}}))
    assert fetch_targets("CIFR") == ()
    assert fetch_consensus("CIFR") is None


def test_recorded_ratings(yahoo: ReplayServer, market_data: Path) -> None:
    yahoo.fails("summary", answers(recorded(market_data, "upgradeDowngradeHistory-GOOGL.json")))
    found = fetch_targets("GOOGL")
    expected = {
        replace(row, target=row.target or None, prior_target=row.prior_target or None) for row in real_googl.targets()
    }
    assert set(found) == expected
    assert len(found) == len(expected)
    assert (found[0].firm, found[0].target, found[0].prior_target) == ("Keybanc", 300.0, 265.0)


def test_recorded_fund_has_no_targets(yahoo: ReplayServer, market_data: Path) -> None:
    body = recorded(market_data, "upgradeDowngradeHistory-QQQ-http404.json")
    yahoo.fails("summary", lambda sound: replace(answers(body)(sound), status=404))
    assert fetch_targets("QQQ") == ()
    assert fetch_consensus("QQQ") is None


def test_consensus(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 300, MONDAY, consensus=(17.0, 18.0, 24.0, 9.5)))
    assert fetch_consensus("CIFR") == ReportedConsensus(mean=17.0, median=18.0, high=24.0, low=9.5)


def test_consensus_figure_of_zero_is_missing(yahoo: ReplayServer) -> None:
    yahoo.fails("summary", consensus({"targetMeanPrice": 17.0, "targetMedianPrice": 0.0, "targetHighPrice": None}))
    assert fetch_consensus("CIFR") == ReportedConsensus(17.0, None, None, None)


def test_consensus_without_figures_is_none(yahoo: ReplayServer) -> None:
    yahoo.fails("summary", consensus({"currentPrice": 16.77, "targetMeanPrice": 0.0}))
    assert fetch_consensus("CIFR") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("financialData-AAPL.json", ReportedConsensus(252.22575, 257.5, 325.0, 197.0)),
        ("financialData-MSFT-raw-fmt-form.json", ReportedConsensus(621.06885, 630.0, 730.0, 483.0)),
    ],
)
def test_recorded_consensus(yahoo: ReplayServer, market_data: Path, name: str, expected: ReportedConsensus) -> None:
    yahoo.fails("summary", answers(recorded(market_data, name)))
    assert fetch_consensus("AAPL") == expected


def test_near_matches_are_symbols_with_names(yahoo: ReplayServer) -> None:
    yahoo.lists(*(listing(symbol, 30, MONDAY) for symbol in ("CIFR", "CLSK", "IREN")))
    assert near_matches("CIFX") == (SymbolMatch("CIFR", "CIFR Replayed Inc."),)


@pytest.mark.parametrize(("unknown", "first"), [("BRK.B", "BRK-B"), ("bf.b", "BF-B"), ("CIFR.OQ", "CIFR")])
def test_near_match_of_another_spelling_comes_first(yahoo: ReplayServer, unknown: str, first: str) -> None:
    yahoo.lists(*(listing(symbol, 30, MONDAY) for symbol in ("BRK", "BRKB", "BRK-A", "BRK-B", "BF-B", "BFB", "CIFR")))
    assert near_matches(unknown)[0].symbol == first
    assert len(yahoo.requests("search")) <= 2


@pytest.mark.parametrize("text", ["", "  \n"])
def test_empty_search_costs_no_request(yahoo: ReplayServer, text: str) -> None:
    assert near_matches(text) == ()
    assert yahoo.requests() == []


def test_match_that_is_not_a_symbol_is_dropped(yahoo: ReplayServer) -> None:
    quotes = [{"symbol": "../../etc/passwd"}, {"symbol": 7}, {"symbol": "<b>"}, {"symbol": "CIFR"}, {"name": "none"}]
    yahoo.fails("search", answers({"quotes": quotes}))
    assert near_matches("CIFX") == (SymbolMatch("7", "7"), SymbolMatch("CIFR", "CIFR"))


def test_recorded_matches(yahoo: ReplayServer, market_data: Path) -> None:
    yahoo.fails("search", answers(recorded(market_data, "search-apple.json")))
    found = near_matches("apple")
    assert found[:2] == (SymbolMatch("AAPL", "Apple Inc."), SymbolMatch("APLE", "Apple Hospitality REIT, Inc."))
    assert len(found) == 6
