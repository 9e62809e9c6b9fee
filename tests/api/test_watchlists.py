"""Watchlists over HTTP: the columns of the CSV, and the reason where a ticker has no figures."""

from __future__ import annotations

from datetime import date

import pytest

from api.server import create_api
from exports.watchlist_files import figures
from indicators.watchlist_row import watchlist_row
from market.store.store import Watchlist, get_store
from tests.support.api_client import ApiClient
from tickers.request import AnalysisRequest, load_analysis

DAY = "2025-11-24"


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(create_api(lambda: True))


def test_the_lists_are_named_with_their_tickers(api: ApiClient) -> None:
    get_store().save_watchlist(Watchlist("Two / three", ("CIFR", "RIOT")))
    named = {listed["name"]: listed["symbols"] for listed in api.get("/watchlists").json()}
    assert named["Two / three"] == ["CIFR", "RIOT"] and named["Miners"][0] == "CIFR"


def test_a_row_has_the_figures_of_the_csv_and_a_failed_ticker_its_reason(api: ApiClient) -> None:
    get_store().save_watchlist(Watchlist("Desk", ("CIFR", "XYZQ")))
    found, failed = api.get("/watchlists/Desk", source="sample", asof=DAY).json()
    expected = figures(watchlist_row(load_analysis("CIFR", AnalysisRequest("sample", date.fromisoformat(DAY)))))
    assert list(found) == list(expected)
    assert (found["as_of"], found["price"], found["name"]) == (DAY, expected["price"], "Cipher Mining Inc.")
    reason = "XYZQ: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick one of those"
    assert failed == {"symbol": "XYZQ", "problem": reason}


def test_lists_of_a_store_that_is_away_are_not_replaced_by_the_shipped_one(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEVELS_STORE", "postgresql://levels@127.0.0.1:1/levels")
    for path in ("/watchlists", "/watchlists/Miners"):
        answer = api.get(path)
        assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
        assert answer.json()["detail"].startswith("The watchlists cannot be read while the store is away")
