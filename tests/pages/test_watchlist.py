"""The Watchlist page under Streamlit's AppTest, on the built-in sample."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from exports import album as albums
from indicators import analyse
from indicators.watchlist_row import watchlist_row
from market.sample import sample
from market.store.store import Watchlist, get_store
from tests.support.app_pages import empty_store, open_page, switch_to_page
from tickers import request as requests

pytestmark = pytest.mark.apptest


MINERS = ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
TABLE = "watchlist-table"
RUN_KEY = "batch-run watchlist rows"


@pytest.fixture
def at_page() -> Callable[..., AppTest]:
    """Opens a page on a store without watchlists of its own."""
    store = empty_store()
    for watchlist in store.watchlists():
        store.delete_watchlist(watchlist)
    return open_page


@pytest.fixture
def watchlist(at_page) -> Callable[..., AppTest]:
    """Opens the Watchlist page and waits for all its rows."""

    def page(*watchlists: Watchlist, **query: str) -> AppTest:
        for watchlist in watchlists:
            get_store().save_watchlist(watchlist)
        return wait_until_over(at_page("watchlist", source="Sample", **query))

    return page


def wait_until_over(at: AppTest) -> AppTest:
    """Run the page once its background work is over; a browser would run it again and again."""
    until = time.monotonic() + 30
    while not is_over(at) and time.monotonic() < until:
        time.sleep(0.05)
    at.run()
    assert not at.exception
    return at


def is_over(at: AppTest) -> bool:
    works = [at.session_state[key] for key in (RUN_KEY, "watchlist-export") if key in at.session_state]
    return all(work.over for work in works)


def names() -> list[str]:
    return [watchlist.name for watchlist in get_store().watchlists()]


def table(at: AppTest) -> pd.DataFrame:
    return at.dataframe(key=TABLE).value.set_index("Ticker")


def press(at: AppTest, label: str) -> AppTest:
    return wait_until_over(next(button for button in at.button if button.label == label).click().run())


# Rows


def test_every_ticker_has_a_row_of_its_analysis(watchlist):
    rows = table(watchlist())
    assert sorted(rows.index) == MINERS and len(rows.columns) == 8
    cifr = rows.loc["CIFR"]
    assert (cifr["Price"], round(cifr["Change"], 1), round(cifr["Upside"], 1)) == (16.77, 18.6, 7.3)
    assert cifr["EMAs"] == "3/4  ▽20 ▲50 ▲100 ▲200"
    assert (cifr["Support"], cifr["Next resistance"]) == ("Trendline 14.14", "EMA 20 16.91")
    assert "Problem" not in rows


def test_a_bad_ticker_is_named_in_its_row_and_the_rest_goes_on(watchlist):
    rows = table(watchlist(Watchlist("Mixed", ("CIFR", "XYZQ", "RIOT")), watchlist="Mixed"))
    assert sorted(rows.index[:2]) == ["CIFR", "RIOT"] and rows.index[2] == "XYZQ"
    assert rows.loc["XYZQ", "Problem"].startswith("the sample holds only")
    assert rows.loc["RIOT", "Price"] == 13.88 and pd.isna(rows.loc["XYZQ", "Price"])


def test_a_past_day_shows_that_day(watchlist):
    rows = table(watchlist(asof="2025-11-20"))
    expected = watchlist_row(analyse(sample.history("CIFR"), sample.targets("CIFR"), date(2025, 11, 20)))
    assert rows.loc["CIFR", "Price"] == expected.price
    assert rows["Upside"].isna().all()


def test_filters_leave_the_rows_that_match_all_of_them(watchlist):
    at = watchlist()
    pills = at.pills(key="watchlist-filters")
    raised = table(at.pills(key="watchlist-filters").set_value(["target raised this week"]).run())
    assert sorted(raised.index) == ["CIFR", "IREN"]
    assert "target raised this week (2)" in pills.options
    at.pills(key="watchlist-filters").set_value(["above all EMAs", "below all EMAs"]).run()
    assert TABLE not in [frame.key for frame in at.dataframe]
    assert "No tickers match. Remove a filter." in [caption.value for caption in at.caption]


def test_the_row_nearest_to_a_level_comes_first(watchlist):
    rows = [watchlist_row(analyse(sample.history(symbol), sample.targets(symbol))) for symbol in MINERS]
    nearest = sorted(rows, key=lambda row: row.nearest_atr)
    assert list(table(watchlist()).index) == [row.symbol for row in nearest]


def test_typed_limits_leave_the_rows_that_reach_them(watchlist):
    rows = [watchlist_row(analyse(sample.history(symbol), sample.targets(symbol))) for symbol in MINERS]
    at = watchlist()
    upside = table(at.number_input(key="watchlist-upside").set_value(10.0).run())
    assert sorted(upside.index) == [row.symbol for row in rows if row.upside_pct is not None and row.upside_pct > 10]
    at.number_input(key="watchlist-upside").set_value(None)
    near = table(at.number_input(key="watchlist-atrs").set_value(1.0).run())
    expected = [row.symbol for row in rows if row.support_atr is not None and row.support_atr < 1]
    assert sorted(near.index) == expected and 0 < len(expected) < len(rows)


def test_a_rerun_fetches_nothing_again(watchlist, monkeypatch):
    at = watchlist()
    fetched = []
    monkeypatch.setattr(requests, "fetch", lambda *key: fetched.append(key))
    at.pills(key="watchlist-filters").set_value(["below all EMAs"]).run()
    assert fetched == [] and len(table(at)) == 3


def test_a_refresh_fetches_each_ticker_once(watchlist, monkeypatch):
    at = watchlist()
    fetched, fetch = [], requests.fetch
    monkeypatch.setattr(requests, "fetch", lambda *key: fetched.append(key[0]) or fetch(*key))
    press(at, "Refresh")
    assert sorted(fetched) == MINERS


def test_stop_shows_what_was_loaded_and_resume_loads_the_rest(at_page, monkeypatch):
    gate, fetch = threading.Event(), requests.fetch

    def slow(symbol: str, *rest: str):
        if symbol not in ("CIFR", "CLSK"):
            gate.wait(20)
        return fetch(symbol, *rest)

    monkeypatch.setattr(requests, "fetch", slow)
    at = at_page("watchlist", source="Sample")
    run = at.session_state[RUN_KEY]
    until = time.monotonic() + 20
    while len(run.results) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    at.run()
    assert list(table(at).index) == ["CIFR", "CLSK"]
    at.button(key="batch-stop").click().run()
    assert list(table(at).index) == ["CIFR", "CLSK"]
    gate.set()
    time.sleep(0.3)
    at.run()
    assert list(table(at).index) == ["CIFR", "CLSK"]  # nothing that came after the stop is shown
    assert sorted(table(press(at, "Resume")).index) == MINERS


def test_a_failure_of_yahoo_offers_the_sample(at_page, monkeypatch):
    from market.yahoo.errors import YahooUnreachable

    fetch = requests.fetch

    def broken(symbol: str, source: str, basis: str, person: str):
        if source == "yahoo":
            raise YahooUnreachable(symbol)
        return fetch(symbol, source, basis)

    monkeypatch.setattr(requests, "fetch", broken)
    at = wait_until_over(at_page("watchlist"))
    assert table(at)["Problem"].str.contains("cannot be reached").all()
    assert table(press(at, "Show the sample")).loc["CIFR", "Price"] == 16.77


def test_a_message_names_rows_of_old_prices_and_a_refresh_retries_them_at_once(watchlist, monkeypatch):
    fetch, retried = requests.fetch, []

    def old(*key):
        return replace(fetch(*key), notices=("Yahoo Finance cannot be reached: prices of 3 hours ago",))

    monkeypatch.setattr(requests, "fetch", old)
    at = watchlist(Watchlist("Two", ("CIFR", "RIOT")), watchlist="Two")
    assert "CIFR, RIOT: Yahoo Finance cannot be reached" in at.info[0].value.replace("\\", "")
    monkeypatch.setattr("market.sample.source.SampleSource.retry_now", lambda _, symbol: retried.append(symbol))
    press(at, "Refresh")
    assert retried == ["CIFR", "RIOT"]


# Lists


def test_a_list_is_created_by_pasting_and_bad_words_are_named(watchlist):
    at = watchlist()
    at.text_input(key="watchlist-new-name 0").set_value("  Big   tech ")
    at.text_area(key="watchlist-new-as 0").set_value("$cifr, clsk;\tRIOT\nclsk  <b>x</b>")
    press(at, "Create")
    assert Watchlist("Big tech", ("CIFR", "CLSK", "RIOT")) in get_store().watchlists()
    assert at.selectbox(key="watchlist").value == "Big tech"
    assert sorted(table(at).index) == ["CIFR", "CLSK", "RIOT"]
    assert "cannot be a ticker" in at.warning[0].value and "it was left out" in at.warning[0].value


def test_a_list_is_renamed_and_edited_in_one_step(watchlist):
    at = watchlist(Watchlist("Old", ("CIFR",)), watchlist="Old")
    next(box for box in at.text_input if box.label == "Name" and box.value == "Old").set_value("New")
    next(box for box in at.text_area if box.value == "CIFR").set_value("RIOT CIFR")
    press(at, "Save")
    watchlists = [watchlist for watchlist in get_store().watchlists() if watchlist.name in ("Old", "New")]
    assert watchlists == [Watchlist("New", ("RIOT", "CIFR"))]
    assert at.selectbox(key="watchlist").value == "New" and sorted(table(at).index) == ["CIFR", "RIOT"]


def test_an_existing_name_is_refused_and_nothing_is_lost(watchlist):
    at = watchlist(Watchlist("Old", ("CIFR",)))
    at.text_input(key="watchlist-new-name 0").set_value("Old")
    at.text_area(key="watchlist-new-as 0").set_value("RIOT")
    press(at, "Create")
    assert 'There is already a watchlist named "Old"' in at.error[0].value
    assert Watchlist("Old", ("CIFR",)) in get_store().watchlists()


def test_lists_are_reordered_and_deleted(watchlist):
    at = watchlist(Watchlist("Miners", tuple(MINERS)), Watchlist("Two", ("CIFR", "RIOT")), watchlist="Two")
    press(at, "Move up")
    assert names() == ["Two", "Miners"]
    press(at, "Delete")
    assert names() == ["Two", "Miners"]  # not confirmed yet
    press(at, 'Delete "Two" now')
    assert names() == ["Miners"]
    assert at.selectbox(key="watchlist").value == "Miners" and sorted(table(at).index) == MINERS


def test_the_ticker_box_follows_the_open_list(watchlist):
    at = watchlist(Watchlist("Two", ("RIOT", "CIFR")), watchlist="Two")
    assert "ticker" not in {box.key for box in at.selectbox}
    switch_to_page(at, "levels")
    assert at.selectbox(key="ticker").options[:2] == ["RIOT", "CIFR"]


def test_an_empty_list_says_what_to_do(watchlist):
    at = watchlist(Watchlist("Empty", ()), watchlist="Empty")
    assert at.info[0].value == "This list is empty. Add tickers with **Edit list**."


# Pictures


def test_export_packs_every_picture_and_names_what_failed(watchlist, monkeypatch):
    monkeypatch.setattr(albums, "draw_png", lambda analysis, options: b"PNG of " + analysis.symbol.encode())
    at = watchlist(Watchlist("Mixed", ("CIFR", "XYZQ", "RIOT")), watchlist="Mixed")
    press(at, "Export all pictures")
    packed = at.session_state["watchlist-export"].zip
    with ZipFile(io.BytesIO(packed.content())) as archive:
        assert archive.namelist() == ["CIFR_levels_2025-11-24.png", "RIOT_levels_2025-11-24.png", "index.html"]
        assert archive.read("CIFR_levels_2025-11-24.png") == b"PNG of CIFR"
    assert any("- XYZQ: the sample holds only" in text.value.replace("\\", "") for text in at.markdown)
    assert "Download ZIP (2 of 3 pictures)" in [button.label for button in at.get("download_button")]


def test_a_stopped_export_keeps_the_pictures_it_has(watchlist, monkeypatch):
    gate = threading.Event()

    def slow(analysis, options) -> bytes:
        if analysis.symbol != "CIFR":
            gate.wait(20)
        return b"PNG"

    monkeypatch.setattr(albums, "draw_png", slow)
    at = watchlist()
    next(button for button in at.button if button.label == "Export all pictures").click().run()
    export = at.session_state["watchlist-export"]
    until = time.monotonic() + 20
    while export.work.done < 1 and time.monotonic() < until:
        time.sleep(0.02)
    at.run()
    at.button(key="watchlist-export-stop").click().run()
    gate.set()
    wait_until_over(at)
    with ZipFile(io.BytesIO(export.zip.content())) as archive:
        assert archive.namelist()[0] == "CIFR_levels_2025-11-24.png" and archive.namelist()[-1] == "index.html"
        assert len(archive.namelist()) < len(MINERS)


def test_without_chrome_the_export_says_so(watchlist, monkeypatch):
    from exports.png import BrowserNotFound

    def none(analysis, options) -> bytes:
        raise BrowserNotFound

    monkeypatch.setattr(albums, "draw_png", none)
    at = press(watchlist(), "Export all pictures")
    assert "needs Chrome or Chromium" in at.error[0].value


def test_a_panel_tells_what_changed_on_the_last_session(watchlist):
    at = watchlist(asof="2025-11-24")
    run = at.session_state["batch-run changes since 1"]
    run.work.wait(30.0)
    at.run()
    assert not at.exception
    told = at.dataframe(key="watchlist-changes").value
    assert set(told["Ticker"]) == {"CIFR", "CLSK", "IREN", "MARA", "RIOT"}
    assert "Target cut" in set(told[told["Ticker"] == "MARA"]["Kind"])
