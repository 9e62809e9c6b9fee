"""Yahoo's faults as a viewer meets them: one sentence, the last good picture, a try that works without a reload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete

from market.price_history import PriceHistory
from market.price_target import PriceTarget
from market.store.schema import BACKOFFS
from market.store.store import Store
from tests.support import replay_server as replay
from tests.support.browser_page import alerts, chromium_at, levels_chart, looked_at
from tests.support.dashboard import ROOT, Dashboard, serving
from tests.support.replay_server import Fault, Listing, ReplayServer, listing

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The dashboard with less patience, where it is already the day before Hong Kong's
HURRIED = f"""
import sys
from market.yahoo import session
session.CALL_TIMEOUT_SECONDS = 2.0
from streamlit.web import cli
sys.argv = ["streamlit", "run", {str(ROOT / "app.py")!r}, *sys.argv[1:]]
cli.main()
"""
ELSEWHERE = {"TZ": "Pacific/Pago_Pago"}
MINERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")  # the watchlist that Levelboard comes with


@dataclass(frozen=True)
class Stage:
    """A dashboard, the Yahoo that it asks, the store that it keeps, and the browser."""

    dashboard: Dashboard
    yahoo: ReplayServer
    store: Store
    viewer: BrowserContext

    def no_longer_paused(self) -> None:
        """As after the minutes that Yahoo is left alone for."""
        self.store.database.write(lambda connection: connection.execute(delete(BACKOFFS)))

    def keeps(self, known: Listing, days: int = 3) -> PriceHistory:
        """Puts into the store what Yahoo said that many days ago."""
        then = datetime.now(UTC) - timedelta(days=days)
        bars = known.bars.iloc[:-days]
        history = PriceHistory(
            known.symbol, known.name, known.currency or "", bars, fetched_at=then, zone="America/New_York"
        )
        self.store.save_history(history)
        rows = tuple(_published(known.symbol, rating) for rating in known.ratings)
        self.store.save_targets(known.symbol, rows, then.date(), then, None)
        return history


def _published(symbol: str, row: dict[str, Any]) -> PriceTarget:
    day = datetime.fromtimestamp(row["epochGradeDate"], UTC).date()
    return PriceTarget(symbol, row["firm"], day, row["currentPriceTarget"], row["priorPriceTarget"], row["toGrade"])


@pytest.fixture(scope="module")
def stage(browser: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    address = str(tmp_path_factory.mktemp("store") / "levels.db")
    with (
        ReplayServer() as yahoo,
        chromium_at(browser) as viewer,
        serving(yahoo.environment | ELSEWHERE | {"LEVELS_STORE": address}, command=("-c", HURRIED)) as dashboard,
    ):
        yield Stage(dashboard, yahoo, Store(address), viewer)


@pytest.fixture
def yahoo(stage: Stage) -> ReplayServer:
    """Sound again, by the right clock, and left alone by nobody."""
    stage.yahoo.works()
    stage.yahoo.now = None
    stage.no_longer_paused()
    return stage.yahoo


@pytest.fixture
def page(stage: Stage, yahoo: ReplayServer) -> Iterator[Page]:
    with looked_at(stage.viewer, stage.dashboard) as page:
        yield page


def one_alert(page: Page, *words: str) -> None:
    for word in words:
        expect(alerts(page)).to_contain_text(word)  # strict: it is the only one


def no_alert(page: Page) -> None:
    expect(alerts(page)).to_have_count(0)


def stays(page: Page) -> Callable[[], bool]:
    """Whether the page is still the one that was loaded."""
    page.evaluate("window.loadedOnce = true")
    return lambda: bool(page.evaluate("window.loadedOnce === true"))


def closed_at(known: Listing | PriceHistory) -> str:
    return f"${known.bars['close'].iloc[-1]:,.2f}"


# With stored bars


def test_a_limit_leaves_the_stored_picture_until_yahoo_answers_again(stage: Stage, page: Page) -> None:
    known = listing("LIMIT", seed=11)
    old = stage.keeps(known)
    stage.yahoo.lists(known)
    stage.yahoo.fails("any", replay.RATE_LIMITED)
    page.goto(stage.dashboard.page(ticker="LIMIT"))
    one_alert(page, "Showing prices and analyst targets fetched 3 days ago: Yahoo Finance is limiting requests")
    expect(alerts(page)).to_contain_text(re.compile(r"Next try at \d\d:\d\d"))
    expect(levels_chart(page)).to_contain_text(closed_at(old))
    same_page = stays(page)
    stage.yahoo.forget_requests()
    page.get_by_role("button", name="Retry now").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Not tried yet: Yahoo Finance is limiting requests")
    page.wait_for_timeout(1500)
    one_alert(page, "Next try at")
    assert stage.yahoo.requests() == []  # its own limit is heeded, whoever asks
    stage.yahoo.works()
    stage.no_longer_paused()
    page.get_by_role("button", name="Retry now").click()
    expect(levels_chart(page)).to_contain_text(closed_at(known))
    no_alert(page)
    assert same_page()


@pytest.mark.parametrize(
    ("symbol", "fault", "cause"),
    [
        ("OLDCUT", replay.cut_off, "cannot be read (it is cut off)"),
        ("OLDHANG", replay.hang, "cannot be reached (no response within 2 seconds)"),
        ("OLDRESET", replay.reset, "cannot be reached (the connection failed)"),
    ],
)
def test_what_fails_over_stored_bars(stage: Stage, page: Page, symbol: str, fault: Fault, cause: str) -> None:
    known = listing(symbol, seed=12)
    old = stage.keeps(known)
    stage.yahoo.lists(known)
    stage.yahoo.fails("chart", fault)
    page.goto(stage.dashboard.page(ticker=symbol))
    one_alert(page, "fetched 3 days ago: Yahoo Finance", cause)
    expect(levels_chart(page)).to_contain_text(closed_at(old))
    stage.yahoo.works()
    page.get_by_role("button", name="Retry now").click()
    expect(levels_chart(page)).to_contain_text(closed_at(known))
    no_alert(page)


def test_a_ticker_that_is_gone_keeps_its_picture_and_one_sentence(stage: Stage, page: Page) -> None:
    old = stage.keeps(listing("GONE", seed=13))
    page.goto(stage.dashboard.page(ticker="GONE"))
    one_alert(
        page,
        "Showing prices and analyst targets fetched 3 days ago: Yahoo Finance has no daily prices for this ticker,"
        " which may have been renamed or delisted",
    )
    expect(levels_chart(page)).to_contain_text(closed_at(old))
    expect(levels_chart(page)).to_contain_text("Northgate")


def test_a_ticker_that_was_renamed_is_said(stage: Stage, page: Page) -> None:
    known = listing("WAS", seed=14)
    stage.keeps(known)
    stage.yahoo.lists(replace(known, answers_as="ISNOW"))
    page.goto(stage.dashboard.page(ticker="WAS"))
    one_alert(page, "Yahoo Finance returns the prices of ISNOW for WAS: the ticker may have been renamed")
    expect(levels_chart(page)).to_contain_text(closed_at(known))


def test_a_split_overnight_redraws_all_in_the_new_basis(stage: Stage, page: Page) -> None:
    known = listing("SPLIT", seed=15)
    old = stage.keeps(known)
    bars = known.bars.copy()
    bars[["open", "high", "low", "close"]] /= 10
    stage.yahoo.lists(replace(known, bars=bars, splits={bars.index[-1].date(): (10, 1)}, consensus=None))
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.page(ticker="SPLIT"))
    expect(levels_chart(page)).to_contain_text(closed_at(old))
    before = _consensus(page)
    stage.yahoo.works()
    page.get_by_role("button", name="Retry now").click()
    price = bars["close"].iloc[-1]
    expect(levels_chart(page)).to_contain_text(f"${price:,.4f}" if price < 1 else f"${price:,.2f}")
    assert _consensus(page) == pytest.approx(before / 10, rel=0.002)
    assert page.evaluate(HIGHEST) < 2.5 * float(bars["high"].iloc[-260:].max())
    no_alert(page)


def _consensus(page: Page) -> float:
    metric = page.get_by_test_id("stMetric").filter(has_text="Consensus target").get_by_test_id("stMetricValue")
    return float(metric.inner_text().lstrip("$").replace(",", ""))


# The top of the price axis as it is drawn
HIGHEST = "Number(document.querySelector('.st-key-levels-chart .js-plotly-plot')._fullLayout.yaxis.range[1])"


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
def test_what_fails_at_first_sight(stage: Stage, page: Page, symbol: str, fault: Fault, sentence: str) -> None:
    known = listing(symbol, seed=16)
    stage.yahoo.lists(known)
    stage.yahoo.fails("any", fault)
    page.goto(stage.dashboard.page(ticker=symbol))
    one_alert(page, f"{symbol}: {sentence}")
    expect(page.get_by_role("button", name="Show the sample")).to_be_visible()
    same_page = stays(page)
    stage.yahoo.works()
    stage.no_longer_paused()
    page.get_by_role("button", name="Try again").click()
    expect(levels_chart(page)).to_contain_text(closed_at(known))
    no_alert(page)
    assert same_page()


def test_targets_that_cannot_be_fetched_are_not_called_none(stage: Stage, page: Page) -> None:
    stage.yahoo.lists(listing("UNTOLD", seed=17))
    stage.yahoo.fails("summary", replay.RATE_LIMITED)
    page.goto(stage.dashboard.page(ticker="UNTOLD"))
    one_alert(page, "Analyst targets could not be fetched: Yahoo Finance is limiting requests")
    expect(levels_chart(page)).to_contain_text("could not be")
    expect(page.get_by_text("Analyst targets could not be fetched.", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stMain")).not_to_contain_text("has no analyst targets")


@pytest.mark.parametrize("name", ["compare", "track_record"])
def test_a_page_of_many_tickers_says_it_once_and_offers_the_sample(stage: Stage, page: Page, name: str) -> None:
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.page(name))
    one_alert(page, f"{', '.join(MINERS)}: Yahoo Finance cannot be reached (the connection failed)")
    page.get_by_role("button", name="Show the sample").click()
    expect(alerts(page).filter(has_text="Demo data, not market prices.")).to_be_visible()
    expect(alerts(page).filter(has_text="cannot be reached")).to_have_count(0)


def test_a_page_of_many_tickers_is_tried_again_without_a_reload(stage: Stage, page: Page) -> None:
    stage.yahoo.lists(*(listing(each, sessions=300, seed=at) for at, each in enumerate(MINERS)))
    stage.yahoo.fails("any", replay.reset)
    page.goto(stage.dashboard.page("coverage"))
    one_alert(page, f"{', '.join(MINERS)}: Yahoo Finance cannot be reached (the connection failed)")
    same_page = stays(page)
    stage.yahoo.works()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("Newest rating:")
    no_alert(page)
    assert same_page()


# Answers that are odd


@dataclass(frozen=True)
class Odd:
    """An answer, what the one message says of it (None: nothing is said), and what stands in the picture."""

    known: Listing
    message: str | None
    drawn: str
    fault: Fault = lambda sound: sound
    ahead: timedelta = timedelta()


ODD = {
    "listed 30 sessions ago": Odd(
        listing("YOUNG", sessions=30),
        "50-day EMA: 30 of 50 sessions; 100-day EMA: 30 of 100 sessions; 200-day",
        "YOUNG",
    ),
    "in pence": Odd(
        listing("PENCE.L", currency="GBp", zone="Europe/London", opens=time(8), closes=time(16, 30)), None, "p"
    ),
    "where today is tomorrow": Odd(
        listing("0700.HK", last=datetime.now(UTC).date(), currency="HKD", zone="Asia/Hong_Kong"), None, "HK$"
    ),
    "a hundred times off": Odd(
        listing("HUNDRED"), "1 bar about 100 times off the days around was left out", "HUNDRED", replay.times(100.0, -5)
    ),
    "cells without a figure": Odd(
        listing("HOLES"),
        "2 bars without a price were left out",
        "HOLES",
        lambda sound: replay.cells(-9, close=float("nan"))(replay.cells(-5, close=None, open=None)(sound)),
    ),
    "a bar of tomorrow": Odd(
        listing("EARLY"),
        "was left out",
        "EARLY",
        replay.one_more_bar(datetime.now(UTC) + timedelta(days=2), 50.0),
    ),
    "a clock two days behind": Odd(
        listing("AHEAD", last=date.today() + timedelta(days=1)), None, "AHEAD", ahead=timedelta(days=2)
    ),
    "a clock two days ahead": Odd(
        listing("BEHIND", last=date.today() - timedelta(days=3)), None, "BEHIND", ahead=timedelta(days=-2)
    ),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_an_odd_answer_is_drawn_for_what_it_is(stage: Stage, page: Page, odd: Odd) -> None:
    stage.yahoo.now = datetime.now(UTC) + odd.ahead if odd.ahead else None
    stage.yahoo.lists(odd.known)
    stage.yahoo.fails("chart", odd.fault)
    page.goto(stage.dashboard.page(ticker=odd.known.symbol))
    figure = f"{odd.known.bars['close'].iloc[-1]:,.2f}"
    price = {"p": f"{figure}p", "HK$": f"HK${figure}"}.get(odd.drawn, f"${figure}")
    expect(levels_chart(page)).to_contain_text(price)
    expect(page.get_by_test_id("stMain")).to_contain_text(f"As of {odd.known.bars.index[-1]:%A %-d %b %Y}")
    assert page.evaluate(HIGHEST) < 2.5 * float(odd.known.bars["high"].iloc[-260:].max())
    no_alert(page) if odd.message is None else one_alert(page, odd.message)
