"""Errors over HTTP: problem documents with the sentences of the pages."""

from __future__ import annotations

import pytest

from api import answers, problems
from api.server import create_api
from exports.png import BrowserNotFound
from market.errors import MarketError
from market.yahoo.errors import NoBars, QueueFull, RateLimited, YahooUnreachable
from tests.support.api_client import ApiClient


@pytest.fixture(scope="module")
def api() -> ApiClient:
    return ApiClient(create_api(lambda: True))


@pytest.mark.parametrize(
    ("path", "parameters", "status", "detail"),
    [
        ("/levels/XYZQ", {}, 404, "XYZQ: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick one of those"),
        ("/levels/<b>", {}, 400, "'<b>' cannot be a ticker: use letters, digits and . - ^ =, as in BRK-B or ^GSPC"),
        ("/levels/CIFR", {"asof": "1990-01-01"}, 404, "CIFR: no prices on or before 1990-01-01"),
        ("/levels/CIFR", {"asof": "2999-01-01"}, 400, "asof '2999-01-01' cannot be read: it is in the future"),
        ("/levels/CIFR", {"asof": "yesterday"}, 400, "asof 'yesterday' cannot be read: "),
        ("/levels/CIFR", {"scale": "x" * 500}, 400, "scale 'xxx"),
        ("/levels/CIFR", {"source": "../etc"}, 400, "source '../etc' cannot be read: use one of files, yahoo, sample"),
        ("/chart/CIFR.json", {"overlays": "emas,nope"}, 400, "overlays 'emas,nope' cannot be read: use emas, bands,"),
        ("/chart/CIFR.json", {"period": "7y"}, 400, "period '7y' cannot be read: "),
        ("/watchlists/Nobody's", {}, 404, "There is no watchlist 'Nobody's': /api/watchlists names them"),
        ("/nothing", {}, 404, "Not Found: /api/openapi.json lists what there is"),
    ],
)
def test_an_error_is_one_sentence(
    api: ApiClient, path: str, parameters: dict[str, str], status: int, detail: str
) -> None:
    response = api.get(path, **{"source": "sample"} | parameters)
    document = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code == document["status"] == status
    assert document["detail"].startswith(detail) and len(document["detail"]) < 250


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [
        (NoBars("CIFR"), 404, None),
        (RateLimited("CIFR", 120.0), 503, "120"),
        (RateLimited("CIFR"), 503, "60"),
        (QueueFull("CIFR", 7), 503, "60"),
        (YahooUnreachable("CIFR"), 502, None),
        (MarketError("CIFR"), 502, None),
        (BrowserNotFound(), 503, "60"),
    ],
)
def test_a_failure_of_the_source_or_the_browser_keeps_its_sentence(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, retry_after: str | None
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(answers, "load_analysis", fail)
    response = api.get("/levels/CIFR", source="sample", asof="2024-05-06")
    assert (response.status_code, response.json()["detail"]) == (status, str(error))
    assert response.headers.get("retry-after") == retry_after


def test_a_fault_of_our_own_tells_nothing_of_the_inside(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(answers, "load_analysis", fail)
    response = api.get("/levels/CIFR", source="sample", asof="2024-05-07")
    assert response.status_code == 500 and "inside" not in response.text
    assert response.json()["detail"] == "Something went wrong in Levelboard; its log has the details"


def test_every_error_has_the_status_of_its_own_kind_before_that_of_its_base() -> None:
    kinds = [kind for kind, _ in problems.STATUS_OF_ERROR]
    for place, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[place + 1 :])
