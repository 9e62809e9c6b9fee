"""The Changes page: the article's day, filters, orders, and a click that opens the chart."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.support.app_pages import at_page, run
from tests.support.page_texts import messages

pytestmark = pytest.mark.apptest

__all__ = ["at_page"]

TABLE = "changes-table"


def rows(at):
    return at.dataframe(key=TABLE).value


@pytest.fixture
def article(at_page):
    return at_page("changes", source="Sample", asof="2025-11-24")


def test_tells_the_article(article):
    kinds = rows(article).groupby("Ticker")["Kind"].agg(set)
    assert {"Target raised", "Upgraded", "EMA reclaimed", "Trendline bounce"} <= kinds["CIFR"]
    assert {"Upgraded", "Trendline bounce"} <= kinds["CLSK"]
    assert "Target raised" in kinds["IREN"]
    assert "Target cut" in kinds["MARA"]
    assert "Target cut" in kinds["RIOT"]
    assert "on 5 tickers up to 24 Nov 2025" in messages(article)


def test_filters_by_kind_and_by_side(article):
    article.multiselect(key="changes-kinds").set_value(["target_raised", "target_cut"])
    assert list(rows(run(article))["Ticker"]) == ["CIFR", "IREN", "MARA", "RIOT"]
    article.multiselect(key="changes-sides").set_value(["▼ Bearish"])
    assert list(rows(run(article))["Ticker"]) == ["MARA", "RIOT"]
    article.multiselect(key="changes-kinds").set_value(["upgraded"])
    assert "No changes match" in messages(run(article))


def test_five_sessions_by_time_and_by_ticker(article):
    article.segmented_control(key="changes-since").set_value("5 sessions")
    by_time = rows(run(article))
    assert by_time["Session"].is_monotonic_decreasing and by_time["Session"].nunique() > 2
    article.segmented_control(key="changes-order").set_value("By ticker")
    by_ticker = rows(run(article))
    assert by_ticker["Ticker"].is_monotonic_increasing
    assert len(by_ticker) == len(by_time)


def test_offers_the_last_visit_where_there_was_one(at_page, monkeypatch):
    visit = datetime(2025, 11, 20, 15, 0, tzinfo=UTC)
    monkeypatch.setattr("market.store.store.Store.last_visit", lambda *_: visit)
    at = at_page("changes", source="Sample")
    assert at.segmented_control(key="changes-since").options == ["Last session", "5 sessions", "Last visit"]
    at.segmented_control(key="changes-since").set_value("Last visit")
    assert min(rows(run(at))["Session"]) >= date(2025, 11, 20)


def test_a_click_opens_the_chart_of_its_ticker(article):
    change = next(one for one in article.session_state[f"{TABLE}-shown"] if one.symbol == "MARA")
    article.session_state[f"{TABLE}-picked"] = change
    assert run(article).session_state["ticker"] == "MARA"
    assert article.query_params["level"] == "target JPMorgan"
