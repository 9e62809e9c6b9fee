"""Failures of Yahoo as a viewer meets them in a browser: one sentence, the last good chart, a retry without a reload.

Each kind of failure and of unusual response is met without a browser in tests/ui/loading/test_one_ticker.py, and on
the pages of many tickers in test_ticker_errors.py beside it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route, expect

from market.price_history import PriceHistory
from market.store.store import Store
from tests.journeys.conftest import Stage
from tests.support import replay_server as replay
from tests.support.browser_page import alerts, levels_chart, rerun_finished
from tests.support.earlier_answers import end_backoff, store_older_bars
from tests.support.replay_server import Listing, listing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("dashboard")]

# The upper end of the price axis
AXIS_TOP = "Number(document.querySelector('.st-key-levels-chart .js-plotly-plot')._fullLayout.yaxis.range[1])"


@pytest.fixture
def store(stage: Stage) -> Iterator[Store]:
    """Lend the dashboard's store; Yahoo is asked without a pause before the test and after it."""
    store = Store(stage.store)
    end_backoff(store)
    yield store
    stage.yahoo.works()
    end_backoff(store)


def expect_one_alert(page: Page, *texts: str) -> None:
    for text in texts:
        expect(alerts(page)).to_contain_text(text)  # raises where there is more than one


def expect_no_alert(page: Page) -> None:
    expect(alerts(page)).to_have_count(0)


def expect_whole_page(page: Page) -> None:
    """Wait until the part below the chart is drawn too, for which the page runs a second time by itself."""
    expect(page.get_by_role("heading", name="Analyst targets")).to_be_visible()
    rerun_finished(page)


def mark_load(page: Page) -> Callable[[], bool]:
    """Return a function that tells whether the page has not been loaded again."""
    page.evaluate("window.loadedOnce = true")
    return lambda: bool(page.evaluate("window.loadedOnce === true"))


def arrive_late(route: Route) -> None:
    """Send a file after two seconds, as a slow line does."""
    time.sleep(2.0)
    route.continue_()


def last_close(known: Listing | PriceHistory) -> str:
    price = known.bars["close"].iloc[-1]
    return f"${price:,.4f}" if price < 1 else f"${price:,.2f}"


@pytest.mark.long
def test_a_rate_limit_keeps_the_stored_chart_until_yahoo_answers_again(stage: Stage, store: Store, page: Page) -> None:
    known = listing("LIMIT", seed=11)
    old = store_older_bars(store, known)
    stage.yahoo.lists(known)
    stage.yahoo.fails("any", replay.RATE_LIMITED)
    page.goto(stage.dashboard.shared_page(ticker="LIMIT"))
    expect_one_alert(page, "Showing prices and analyst targets fetched 3 days ago: Yahoo Finance is limiting requests")
    expect(alerts(page)).to_contain_text(re.compile(r"Next try at \d\d:\d\d"))
    expect(levels_chart(page)).to_contain_text(last_close(old))
    expect_whole_page(page)
    same_page = mark_load(page)
    stage.yahoo.forget_requests()
    page.route("**/Toast.*.js", arrive_late)
    page.get_by_role("button", name="Retry now").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Not tried yet: Yahoo Finance is limiting requests")
    page.unroute("**/Toast.*.js")
    page.wait_for_timeout(1500)
    expect_one_alert(page, "Next try at")
    assert stage.yahoo.requests() == []  # the limit is respected, whoever asks
    stage.yahoo.works()
    end_backoff(store)
    page.get_by_role("button", name="Retry now").click()
    expect(levels_chart(page)).to_contain_text(last_close(known))
    expect_no_alert(page)
    assert same_page()


@pytest.mark.long
def test_a_retry_after_an_overnight_split_redraws_the_stored_chart_in_the_new_basis(
    stage: Stage, store: Store, page: Page
) -> None:
    known = listing("SPLIT", seed=15)
    old = store_older_bars(store, known)
    bars = known.bars.copy()
    bars[["open", "high", "low", "close"]] /= 10
    split = replace(known, bars=bars, splits={bars.index[-1].date(): (10, 1)}, consensus=None)
    stage.yahoo.lists(split)
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.shared_page(ticker="SPLIT"))
    expect_one_alert(page, "fetched 3 days ago: Yahoo Finance cannot be reached (the connection failed)")
    expect(levels_chart(page)).to_contain_text(last_close(old))
    expect_whole_page(page)
    before = _consensus(page)
    stage.yahoo.works()
    page.get_by_role("button", name="Retry now").click()
    expect(levels_chart(page)).to_contain_text(last_close(split))
    assert _consensus(page) == pytest.approx(before / 10, rel=0.002)
    assert page.evaluate(AXIS_TOP) < 2.5 * float(bars["high"].iloc[-260:].max())
    expect_no_alert(page)


def _consensus(page: Page) -> float:
    metric = page.get_by_test_id("stMetric").filter(has_text="Consensus target").get_by_test_id("stMetricValue")
    return float(metric.inner_text().lstrip("$").replace(",", ""))


def test_a_failure_without_stored_bars_is_retried_without_a_reload(stage: Stage, store: Store, page: Page) -> None:
    known = listing("NEWPAGE", seed=16)
    stage.yahoo.lists(known)
    stage.yahoo.fails("any", replay.WEB_PAGE)
    page.goto(stage.dashboard.shared_page(ticker="NEWPAGE"))
    expect_one_alert(page, "NEWPAGE: Yahoo Finance sent a response that cannot be read (it is a web page), so try")
    expect(page.get_by_role("button", name="Show the sample")).to_be_visible()
    same_page = mark_load(page)
    stage.yahoo.works()
    end_backoff(store)
    page.get_by_role("button", name="Try again").click()
    expect(levels_chart(page)).to_contain_text(last_close(known))
    expect_no_alert(page)
    assert same_page()
