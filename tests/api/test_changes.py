"""Changes over HTTP: those that the terminal prints, and the reason of each ticker that failed."""

from __future__ import annotations

from datetime import date

import pytest

from alerts.many_tickers import ChangesRequest, TickerChanges, changes_of_many
from alerts.recent_changes import change_document
from api import changes
from api.server import create_api
from market.store.store import Watchlist, get_store
from market.symbols import Symbol
from tests.support.api_client import ApiClient

DAY = "2025-11-24"
SAMPLE = {"source": "sample", "asof": DAY}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(create_api(lambda: True))


def printed(*symbols: str, since: date | int) -> list[dict[str, object]]:
    """Return the objects that `levelboard.py changes --json` prints."""
    request = ChangesRequest("sample", date.fromisoformat(DAY), since)
    found = list(changes_of_many([Symbol(symbol) for symbol in symbols], request))
    assert all(isinstance(ticker, TickerChanges) for ticker in found)
    return [change_document(change) for ticker in found for change in ticker.changes]


def test_the_changes_are_those_of_the_terminal(api: ApiClient) -> None:
    response = api.get("/changes", symbols="cifr, IREN", **SAMPLE)
    assert response.json() == {"changes": printed("CIFR", "IREN", since=1), "problems": [], "notices": []}
    kinds = {change["kind"] for change in response.json()["changes"]}
    assert {"upgraded", "target_raised", "ema_reclaimed", "line_bounced"} <= kinds
    assert response.headers["cache-control"] == "private, max-age=86400"
    again = api.get("/changes", {"If-None-Match": response.headers["etag"]}, symbols="cifr, IREN", **SAMPLE)
    assert again.status_code == 304


def test_the_changes_since_a_day_are_more(api: ApiClient) -> None:
    found = api.get("/changes", symbols="CIFR", since="2025-11-17", **SAMPLE).json()["changes"]
    assert found == printed("CIFR", since=date(2025, 11, 17)) and len({change["session"] for change in found}) > 1


def test_a_ticker_of_a_watchlist_that_fails_has_its_reason(api: ApiClient) -> None:
    get_store().save_watchlist(Watchlist("Two", ("CLSK", "XYZQ")))
    found = api.get("/changes", watchlist="Two", **SAMPLE).json()
    assert {change["symbol"] for change in found["changes"]} == {"CLSK"}
    reason = "XYZQ: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick one of those"
    assert found["problems"] == [{"symbol": "XYZQ", "problem": reason}]
    rows = api.get("/openbb/changes", name="Two", **SAMPLE).json()
    assert rows[-1] == {"session": None, "label": "", "price": None, "symbol": "XYZQ", "text": reason}


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 400, "No ticker was named: add symbols=CIFR,CLSK or watchlist=NAME"),
        ({"symbols": "a b c"}, 400, "'a b c' cannot be a ticker"),
        ({"watchlist": "None such"}, 404, "There is no watchlist 'None such'"),
        ({"symbols": "CIFR", "since": "2025-11-24"}, 400, "since=2025-11-24 leaves no day up to 2025-11-24"),
        ({"symbols": "CIFR", "since": "soon"}, 400, "since 'soon' cannot be read"),
        ({"symbols": ",".join(f"T{number}" for number in range(501))}, 400, "it names more than 500 tickers"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    api: ApiClient, asked: dict[str, str], status: int, sentence: str
) -> None:
    response = api.get("/changes", **asked, **SAMPLE)
    assert (response.status_code, sentence in response.json()["detail"]) == (status, True), response.text


def test_a_burst_of_equal_requests_is_computed_once(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []
    compute = changes.changes_in_this_process
    monkeypatch.setattr(changes, "changes_in_this_process", lambda *asked: computed.append(asked) or compute(*asked))
    responses = api.get_all(["/changes?symbols=MARA,RIOT&source=sample&asof=2025-11-21"] * 20)
    assert {response.status_code for response in responses} == {200} and len(computed) == 1
