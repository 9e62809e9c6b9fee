"""Failures of Yahoo as a viewer meets them: one sentence, the last good chart, a retry without a reload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.store.schema import BACKOFFS
from market.store.store import Store
from tests.support import replay_server as replay
from tests.support.browser_page import alerts, checked_page, levels_chart
from tests.support.dashboard import ROOT, Dashboard, serving
from tests.support.replay_server import Fault, Listing, ReplayServer, listing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The dashboard with a shorter timeout, in a time zone where it is still the day before Hong Kong's
SHORT_TIMEOUT = f"""
import sys
from market.yahoo import session
session.CALL_TIMEOUT_SECONDS = 2.0
from streamlit.web import cli
sys.argv = ["streamlit", "run", {str(ROOT / "app.py")!r}, *sys.argv[1:]]
cli.main()
"""
FAR_WEST = {"TZ": "Pacific/Pago_Pago"}
MINERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")  # the watchlist that Levelboard comes with


@dataclass(frozen=True)
class Stage:
    """A dashboard, the Yahoo that it asks, and its store."""

    dashboard: Dashboard
    yahoo: ReplayServer
    store: Store

    def end_backoff(self) -> None:
        """Behave as if the minutes were over in which Yahoo is not asked."""
        self.store.database.write(lambda connection: connection.execute(delete(BACKOFFS)))

    def store_older_bars(self, known: Listing, days: int = 3) -> PriceHistory:
        """Store what Yahoo answered that many days ago."""
        fetched_at = datetime.now(UTC) - timedelta(days=days)
        bars = known.bars.iloc[:-days]
        history = PriceHistory(
            known.symbol, known.name, known.currency or "", bars, fetched_at=fetched_at, zone="America/New_York"
        )
        self.store.save_history(history)
        rows = tuple(_price_target(known.symbol, rating) for rating in known.ratings)
        self.store.save_targets(known.symbol, rows, fetched_at.date(), fetched_at, None)
        return history


def _price_target(symbol: str, row: dict[str, Any]) -> PriceTarget:
    day = datetime.fromtimestamp(row["epochGradeDate"], UTC).date()
    return PriceTarget(symbol, row["firm"], day, row["currentPriceTarget"], row["priorPriceTarget"], row["toGrade"])


@pytest.fixture(scope="module")
def failing_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    address = str(tmp_path_factory.mktemp("store") / "levels.db")
    with (
        ReplayServer() as yahoo,
        serving(yahoo.environment | FAR_WEST | {"LEVELS_STORE": address}, command=("-c", SHORT_TIMEOUT)) as dashboard,
    ):
        yield Stage(dashboard, yahoo, Store(address))


@pytest.fixture
def stage(failing_stage: Stage) -> Stage:
    """Lend the dashboard with a Yahoo that works, keeps the right time, and is asked without a pause."""
    failing_stage.yahoo.works()
    failing_stage.yahoo.now = None
    failing_stage.end_backoff()
    return failing_stage


@pytest.fixture
def page(browser: Path, stage: Stage) -> Iterator[Page]:
    with checked_page(browser, stage.dashboard) as page:
        yield page


def expect_one_alert(page: Page, *texts: str) -> None:
    for text in texts:
        expect(alerts(page)).to_contain_text(text)  # raises where there is more than one


def expect_no_alert(page: Page) -> None:
    expect(alerts(page)).to_have_count(0)


def mark_load(page: Page) -> Callable[[], bool]:
    """Return a function that tells whether the page has not been loaded again."""
    page.evaluate("window.loadedOnce = true")
    return lambda: bool(page.evaluate("window.loadedOnce === true"))


def last_close(known: Listing | PriceHistory) -> str:
    return f"${known.bars['close'].iloc[-1]:,.2f}"


# With stored bars


def test_a_rate_limit_keeps_the_stored_chart_until_yahoo_answers_again(stage: Stage, page: Page) -> None:
    known = listing("LIMIT", seed=11)
    old = stage.store_older_bars(known)
    stage.yahoo.lists(known)
    stage.yahoo.fails("any", replay.RATE_LIMITED)
    page.goto(stage.dashboard.page(ticker="LIMIT"))
    expect_one_alert(page, "Showing prices and analyst targets fetched 3 days ago: Yahoo Finance is limiting requests")
    expect(alerts(page)).to_contain_text(re.compile(r"Next try at \d\d:\d\d"))
    expect(levels_chart(page)).to_contain_text(last_close(old))
    same_page = mark_load(page)
    stage.yahoo.forget_requests()
    page.get_by_role("button", name="Retry now").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Not tried yet: Yahoo Finance is limiting requests")
    page.wait_for_timeout(1500)
    expect_one_alert(page, "Next try at")
    assert stage.yahoo.requests() == []  # the limit is respected, whoever asks
    stage.yahoo.works()
    stage.end_backoff()
    page.get_by_role("button", name="Retry now").click()
    expect(levels_chart(page)).to_contain_text(last_close(known))
    expect_no_alert(page)
    assert same_page()


@pytest.mark.parametrize(
    ("symbol", "fault", "cause"),
    [
        ("OLDCUT", replay.cut_off, "cannot be read (it is cut off)"),
        ("OLDHANG", replay.hang, "cannot be reached (no response within 2 seconds)"),
        ("OLDRESET", replay.reset, "cannot be reached (the connection failed)"),
    ],
)
def test_a_failure_keeps_the_stored_chart(stage: Stage, page: Page, symbol: str, fault: Fault, cause: str) -> None:
    known = listing(symbol, seed=12)
    old = stage.store_older_bars(known)
    stage.yahoo.lists(known)
    stage.yahoo.fails("chart", fault)
    page.goto(stage.dashboard.page(ticker=symbol))
    expect_one_alert(page, "fetched 3 days ago: Yahoo Finance", cause)
    expect(levels_chart(page)).to_contain_text(last_close(old))
    stage.yahoo.works()
    page.get_by_role("button", name="Retry now").click()
    expect(levels_chart(page)).to_contain_text(last_close(known))
    expect_no_alert(page)


def test_a_delisted_ticker_keeps_its_chart_under_one_message(stage: Stage, page: Page) -> None:
    old = stage.store_older_bars(listing("GONE", seed=13))
    page.goto(stage.dashboard.page(ticker="GONE"))
    expect_one_alert(
        page,
        "Showing prices and analyst targets fetched 3 days ago: Yahoo Finance has no daily prices for this ticker,"
        " which may have been renamed or delisted",
    )
    expect(levels_chart(page)).to_contain_text(last_close(old))
    expect(levels_chart(page)).to_contain_text("Northgate")


def test_a_renamed_ticker_is_reported(stage: Stage, page: Page) -> None:
    known = listing("WAS", seed=14)
    stage.store_older_bars(known)
    stage.yahoo.lists(replace(known, answers_as="ISNOW"))
    page.goto(stage.dashboard.page(ticker="WAS"))
    expect_one_alert(page, "Yahoo Finance returns the prices of ISNOW for WAS: the ticker may have been renamed")
    expect(levels_chart(page)).to_contain_text(last_close(known))


def test_an_overnight_split_redraws_everything_in_the_new_basis(stage: Stage, page: Page) -> None:
    known = listing("SPLIT", seed=15)
    old = stage.store_older_bars(known)
    bars = known.bars.copy()
    bars[["open", "high", "low", "close"]] /= 10
    stage.yahoo.lists(replace(known, bars=bars, splits={bars.index[-1].date(): (10, 1)}, consensus=None))
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.page(ticker="SPLIT"))
    expect(levels_chart(page)).to_contain_text(last_close(old))
    before = _consensus(page)
    stage.yahoo.works()
    page.get_by_role("button", name="Retry now").click()
    price = bars["close"].iloc[-1]
    expect(levels_chart(page)).to_contain_text(f"${price:,.4f}" if price < 1 else f"${price:,.2f}")
    assert _consensus(page) == pytest.approx(before / 10, rel=0.002)
    assert page.evaluate(AXIS_TOP) < 2.5 * float(bars["high"].iloc[-260:].max())
    expect_no_alert(page)


def _consensus(page: Page) -> float:
    metric = page.get_by_test_id("stMetric").filter(has_text="Consensus target").get_by_test_id("stMetricValue")
    return float(metric.inner_text().lstrip("$").replace(",", ""))


# The upper end of the price axis
AXIS_TOP = "Number(document.querySelector('.st-key-levels-chart .js-plotly-plot')._fullLayout.yaxis.range[1])"


# Without stored bars


@pytest.mark.parametrize(
    ("symbol", "fault", "sentence"),
    [
        ("NEWLIMIT", replay.RATE_LIMITED, "Yahoo Finance is limiting requests, so try again in"),
        ("NEW500", replay.SERVER_ERROR, "Yahoo Finance is having trouble (status 500), so try again in a few minutes."),
        ("NEWPAGE", replay.WEB_PAGE, "Yahoo Finance sent a response that cannot be read (it is a web page), so try"),
        (
            "NEWHANG",
            replay.hang,
            "Yahoo Finance cannot be reached (no response within 2 seconds), so check the network",
        ),
    ],
)
def test_a_failure_without_stored_bars_offers_the_sample(
    stage: Stage, page: Page, symbol: str, fault: Fault, sentence: str
) -> None:
    known = listing(symbol, seed=16)
    stage.yahoo.lists(known)
    stage.yahoo.fails("any", fault)
    page.goto(stage.dashboard.page(ticker=symbol))
    expect_one_alert(page, f"{symbol}: {sentence}")
    expect(page.get_by_role("button", name="Show the sample")).to_be_visible()
    same_page = mark_load(page)
    stage.yahoo.works()
    stage.end_backoff()
    page.get_by_role("button", name="Try again").click()
    expect(levels_chart(page)).to_contain_text(last_close(known))
    expect_no_alert(page)
    assert same_page()


def test_targets_that_cannot_be_fetched_are_not_reported_as_none(stage: Stage, page: Page) -> None:
    stage.yahoo.lists(listing("UNTOLD", seed=17))
    stage.yahoo.fails("summary", replay.RATE_LIMITED)
    page.goto(stage.dashboard.page(ticker="UNTOLD"))
    expect_one_alert(page, "Analyst targets could not be fetched: Yahoo Finance is limiting requests")
    expect(levels_chart(page)).to_contain_text("could not be")
    expect(page.get_by_text("Analyst targets could not be fetched.", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stMain")).not_to_contain_text("has no analyst targets")


@pytest.mark.parametrize("name", ["compare", "track_record"])
def test_a_page_of_many_tickers_reports_a_failure_once(stage: Stage, page: Page, name: str) -> None:
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.page(name))
    expect_one_alert(page, f"{', '.join(MINERS)}: Yahoo Finance cannot be reached (the connection failed)")
    page.get_by_role("button", name="Show the sample").click()
    expect(alerts(page).filter(has_text="Demo data, not market prices.")).to_be_visible()
    expect(alerts(page).filter(has_text="cannot be reached")).to_have_count(0)


def test_a_page_of_many_tickers_retries_without_a_reload(stage: Stage, page: Page) -> None:
    stage.yahoo.lists(*(listing(symbol, sessions=300, seed=seed) for seed, symbol in enumerate(MINERS)))
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.page("coverage"))
    expect_one_alert(page, f"{', '.join(MINERS)}: Yahoo Finance cannot be reached (the connection failed)")
    same_page = mark_load(page)
    stage.yahoo.works()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("Newest rating:")
    expect_no_alert(page)
    assert same_page()


# Unusual responses


@dataclass(frozen=True)
class Unusual:
    """An unusual response, the one message about it (None: no message), and a text in the chart."""

    known: Listing
    message: str | None
    drawn: str
    fault: Fault = lambda sound: sound
    ahead: timedelta = timedelta()


UNUSUAL = {
    "listed 30 sessions ago": Unusual(
        listing("YOUNG", sessions=30),
        "50-day EMA: 30 of 50 sessions; 100-day EMA: 30 of 100 sessions; 200-day",
        "YOUNG",
    ),
    "in pence": Unusual(
        listing("PENCE.L", currency="GBp", zone="Europe/London", opens=time(8), closes=time(16, 30)), None, "p"
    ),
    "where today is tomorrow": Unusual(
        listing("0700.HK", last=datetime.now(UTC).date(), currency="HKD", zone="Asia/Hong_Kong"), None, "HK$"
    ),
    "a hundred times off": Unusual(
        listing("HUNDRED"), "1 bar was repaired (another unit", "HUNDRED", replay.times(100.0, -5)
    ),
    "cells without a figure": Unusual(
        listing("HOLES"),
        "2 bars without a price were left out",
        "HOLES",
        lambda sound: replay.cells(-9, close=float("nan"))(replay.cells(-5, close=None, open=None)(sound)),
    ),
    "a bar of tomorrow": Unusual(
        listing("EARLY"),
        "was left out",
        "EARLY",
        replay.one_more_bar(datetime.now(UTC) + timedelta(days=2), 50.0),
    ),
    "a clock two days behind": Unusual(
        listing("AHEAD", last=date.today() + timedelta(days=1)), None, "AHEAD", ahead=timedelta(days=2)
    ),
    "a clock two days ahead": Unusual(
        listing("BEHIND", last=date.today() - timedelta(days=3)), None, "BEHIND", ahead=timedelta(days=-2)
    ),
}


@pytest.mark.parametrize("case", UNUSUAL.values(), ids=list(UNUSUAL))
def test_an_unusual_response_is_drawn_correctly(stage: Stage, page: Page, case: Unusual) -> None:
    stage.yahoo.now = datetime.now(UTC) + case.ahead if case.ahead else None
    stage.yahoo.lists(case.known)
    stage.yahoo.fails("chart", case.fault)
    page.goto(stage.dashboard.page(ticker=case.known.symbol))
    figure = f"{case.known.bars['close'].iloc[-1]:,.2f}"
    price = {"p": f"{figure}p", "HK$": f"HK${figure}"}.get(case.drawn, f"${figure}")
    expect(levels_chart(page)).to_contain_text(price)
    expect(page.get_by_test_id("stMain")).to_contain_text(f"As of {case.known.bars.index[-1]:%A %-d %b %Y}")
    assert page.evaluate(AXIS_TOP) < 2.5 * float(case.known.bars["high"].iloc[-260:].max())
    expect_no_alert(page) if case.message is None else expect_one_alert(page, case.message)
