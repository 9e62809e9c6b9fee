"""The Watchlist and the Compare page under Streamlit's AppTest, on the built-in sample."""

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
from indicators.rebase import rebase
from indicators.watchlist_row import watchlist_row
from market.sample import sample
from market.store.store import Watchlist, get_store
from tests.support.app_pages import apart, emptied, page_opener
from tickers import request as requests
from tickers.batch import FailedTicker
from ui.components.watchlist_files import csv_bytes, excel_bytes
from ui.components.watchlist_files import table as table_of
from ui.loading.background import Background

__all__ = ["apart"]

MINERS = ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
TABLE = "watchlist-table"


@pytest.fixture
def at_page(monkeypatch) -> Callable[..., AppTest]:
    store = emptied()
    for each in store.watchlists():
        store.delete_watchlist(each.name)
    return page_opener(monkeypatch)


@pytest.fixture
def watchlist(at_page) -> Callable[..., AppTest]:
    """The Watchlist page with all its rows."""

    def page(*lists: Watchlist, **query: str) -> AppTest:
        for each in lists:
            get_store().save_watchlist(each)
        return come(at_page("watchlist", source="Sample", **query))

    return page


def come(at: AppTest) -> AppTest:
    """The page once its work is over; the browser looks again and again, AppTest has to be told."""
    until = time.monotonic() + 30
    while not over(at) and time.monotonic() < until:
        time.sleep(0.05)
    at.run()
    assert not at.exception
    return at


def over(at: AppTest) -> bool:
    kept = [at.session_state[key] for key in ("watchlist-run", "watchlist-export") if key in at.session_state]
    return all(kept_item.over for kept_item in kept)


def table(at: AppTest) -> pd.DataFrame:
    return at.dataframe(key=TABLE).value.set_index("Ticker")


def press(at: AppTest, label: str) -> AppTest:
    return come(next(each for each in at.button if each.label == label).click().run())


# Rows


def test_every_ticker_has_a_row_of_its_analysis(watchlist):
    rows = table(watchlist())
    assert list(rows.index) == MINERS
    cifr = rows.loc["CIFR"]
    assert (cifr["Price"], round(cifr["Change"], 1), round(cifr["Upside"], 1)) == (16.77, 18.6, 7.3)
    assert cifr["EMAs"] == "3/4  ▽20 ▲50 ▲100 ▲200"
    assert len(cifr["60 closes"]) == 60 and cifr["60 closes"][-1] == 16.77
    assert cifr["Newest"] == "JPMorgan: Overweight from Neutral, target $18 from $12"
    assert cifr["Day"] == date(2025, 11, 24)
    assert "Problem" not in rows


def test_a_bad_ticker_is_named_in_its_row_and_the_rest_goes_on(watchlist):
    rows = table(watchlist(Watchlist("Mixed", ("CIFR", "XYZQ", "RIOT")), watchlist="Mixed"))
    assert list(rows.index) == ["CIFR", "XYZQ", "RIOT"]
    assert rows.loc["XYZQ", "Problem"].startswith("the sample holds only")
    assert rows.loc["RIOT", "Price"] == 13.88 and pd.isna(rows.loc["XYZQ", "Price"])


def test_a_past_day_shows_that_day(watchlist):
    rows = table(watchlist(asof="2025-11-20"))
    expected = watchlist_row(analyse(sample.history("CIFR"), sample.targets("CIFR"), date(2025, 11, 20)))
    assert rows.loc["CIFR", "Price"] == expected.price
    assert "Newest" not in rows or rows["Newest"].isna().all()


def test_filters_leave_the_rows_that_are_all_of_it(watchlist):
    at = watchlist()
    pills = at.pills(key="watchlist-filters")
    raised = table(at.pills(key="watchlist-filters").set_value(["target raised this week"]).run())
    assert list(raised.index) == ["CIFR", "IREN"]
    assert "target raised this week (2)" in pills.options
    at.pills(key="watchlist-filters").set_value(["above all EMAs", "below all EMAs"]).run()
    assert not at.dataframe and "No ticker is all of that: take a filter off." in [each.value for each in at.caption]


def test_nothing_is_asked_again_by_a_rerun(watchlist, monkeypatch):
    at = watchlist()
    asked = []
    monkeypatch.setattr(requests, "fetch", lambda *question: asked.append(question))
    at.pills(key="watchlist-filters").set_value(["below all EMAs"]).run()
    assert asked == [] and len(table(at)) == 3


def test_a_refresh_asks_each_ticker_once(watchlist, monkeypatch):
    at = watchlist()
    asked, fetch = [], requests.fetch
    monkeypatch.setattr(requests, "fetch", lambda *question: asked.append(question[0]) or fetch(*question))
    press(at, "Refresh")
    assert sorted(asked) == MINERS


def test_stopped_it_shows_what_came_and_goes_on_later(at_page, monkeypatch):
    gate, fetch = threading.Event(), requests.fetch

    def slow(symbol: str, *rest: str):
        if symbol not in ("CIFR", "CLSK"):
            gate.wait(20)
        return fetch(symbol, *rest)

    monkeypatch.setattr(requests, "fetch", slow)
    at = at_page("watchlist", source="Sample")
    run = at.session_state["watchlist-run"]
    until = time.monotonic() + 20
    while len(run.rows) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    at.run()
    assert list(table(at).index) == ["CIFR", "CLSK"]
    at.button(key="watchlist-stop").click().run()
    assert list(table(at).index) == ["CIFR", "CLSK"]
    gate.set()
    time.sleep(0.3)
    at.run()
    assert list(table(at).index) == ["CIFR", "CLSK"]  # what came after the stop is not shown
    assert list(table(press(at, "Go on")).index) == MINERS


def test_yahoo_s_failure_offers_the_sample(at_page, monkeypatch):
    from market.errors import YahooUnreachable

    fetch = requests.fetch

    def broken(symbol: str, source: str, basis: str):
        if source == "yahoo":
            raise YahooUnreachable(symbol)
        return fetch(symbol, source, basis)

    monkeypatch.setattr(requests, "fetch", broken)
    at = come(at_page("watchlist"))
    assert table(at)["Problem"].str.contains("cannot be reached").all()
    assert table(press(at, "Show the sample")).loc["CIFR", "Price"] == 16.77


def test_rows_of_old_prices_say_so_and_a_refresh_tries_them_now(watchlist, monkeypatch):
    fetch, tried = requests.fetch, []

    def old(*question):
        answer = fetch(*question)
        return replace(answer, notices=("Yahoo Finance cannot be reached: prices of 3 hours ago",))

    monkeypatch.setattr(requests, "fetch", old)
    at = watchlist(Watchlist("Two", ("CIFR", "RIOT")), watchlist="Two")
    assert "CIFR, RIOT: Yahoo Finance cannot be reached" in at.info[0].value.replace("\\", "")
    monkeypatch.setattr("market.yahoo.cached.lift_pauses", tried.append)
    press(at, "Refresh")
    assert tried == ["CIFR", "RIOT"]


# Lists


def test_lists_are_made_by_pasting_and_bad_words_are_named(watchlist):
    at = watchlist()
    at.text_input(key="watchlist-new-name").set_value("  Big   tech ")
    at.text_area(key="watchlist-new-as").set_value("$cifr, clsk;\tRIOT\nclsk  <b>x</b>")
    press(at, "Make")
    assert Watchlist("Big tech", ("CIFR", "CLSK", "RIOT")) in get_store().watchlists()
    assert at.selectbox(key="watchlist").value == "Big tech"
    assert list(table(at).index) == ["CIFR", "CLSK", "RIOT"]
    assert "cannot be a ticker" in at.warning[0].value and "it was left out" in at.warning[0].value


def test_a_list_is_renamed_and_changed_in_one_go(watchlist):
    at = watchlist(Watchlist("Old", ("CIFR",)), watchlist="Old")
    next(each for each in at.text_input if each.label == "Name" and each.value == "Old").set_value("New")
    next(each for each in at.text_area if each.value == "CIFR").set_value("RIOT CIFR")
    press(at, "Save")
    assert [each for each in get_store().watchlists() if each.name in ("Old", "New")] == [
        Watchlist("New", ("RIOT", "CIFR"))
    ]
    assert at.selectbox(key="watchlist").value == "New" and list(table(at).index) == ["RIOT", "CIFR"]


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(watchlist):
    at = watchlist(Watchlist("Old", ("CIFR",)))
    at.text_input(key="watchlist-new-name").set_value("Old")
    at.text_area(key="watchlist-new-as").set_value("RIOT")
    press(at, "Make")
    assert "There is a watchlist «Old» already" in at.error[0].value
    assert Watchlist("Old", ("CIFR",)) in get_store().watchlists()


def test_lists_are_reordered_and_deleted(watchlist):
    at = watchlist(Watchlist("Miners", tuple(MINERS)), Watchlist("Two", ("CIFR", "RIOT")), watchlist="Two")
    press(at, "Earlier")
    assert [each.name for each in get_store().watchlists()] == ["Two", "Miners"]
    press(at, "Delete")
    assert [each.name for each in get_store().watchlists()] == ["Two", "Miners"]  # not yet
    press(at, "Delete «Two» now")
    assert [each.name for each in get_store().watchlists()] == ["Miners"]
    assert at.selectbox(key="watchlist").value == "Miners" and list(table(at).index) == MINERS


def test_the_sidebar_follows_the_open_list(watchlist):
    at = watchlist(Watchlist("Two", ("RIOT", "CIFR")), watchlist="Two")
    assert at.selectbox(key="ticker").options[:2] == ["RIOT", "CIFR"]


def test_an_empty_list_says_what_to_do(watchlist):
    at = watchlist(Watchlist("Empty", ()), watchlist="Empty")
    assert "This list is empty" in at.info[0].value


# Files


@pytest.fixture(scope="module")
def rows() -> dict:
    made = {each: watchlist_row(analyse(sample.history(each), sample.targets(each))) for each in ("CIFR", "CLSK")}
    return made | {"XYZQ": FailedTicker("XYZQ", "=HYPERLINK(1)")}


def test_a_csv_holds_every_figure_and_no_formula(rows):
    frame = pd.read_csv(io.BytesIO(csv_bytes(rows))).set_index("symbol")
    assert frame.loc["CIFR", "price"] == 16.77 and not frame.loc["CIFR", "above_ema_20"]
    assert frame.loc["CIFR", "newest"] == "Overweight from Neutral, target $18 from $12"
    assert frame.loc["XYZQ", "problem"] == "'=HYPERLINK(1)" and pd.isna(frame.loc["XYZQ", "price"])


def test_an_excel_file_holds_them_too_and_text_where_a_formula_stood(rows):
    with ZipFile(io.BytesIO(excel_bytes(rows))) as opened_file:
        sheet, words = (opened_file.read(f"xl/{each}.xml").decode() for each in ("worksheets/sheet1", "sharedStrings"))
    assert "<f>" not in sheet and "<v>16.77</v>" in sheet
    assert "HYPERLINK(1)" in words and "Overweight from Neutral, target $18 from $12" in words
    header = table_of(rows).columns
    assert all(f">{each}<" in words for each in header)


# Pictures


def test_export_all_packs_every_picture_and_names_what_failed(watchlist, monkeypatch):
    monkeypatch.setattr(albums, "draw_png", lambda analysis, options: b"PNG of " + analysis.symbol.encode())
    at = watchlist(Watchlist("Mixed", ("CIFR", "XYZQ", "RIOT")), watchlist="Mixed")
    press(at, "Export all pictures")
    packed = at.session_state["watchlist-export"].zip
    with ZipFile(io.BytesIO(packed.content())) as opened_file:
        assert opened_file.namelist() == ["CIFR_levels_2025-11-24.png", "RIOT_levels_2025-11-24.png", "index.html"]
        assert opened_file.read("CIFR_levels_2025-11-24.png") == b"PNG of CIFR"
    assert any("- XYZQ: the sample holds only" in each.value.replace("\\", "") for each in at.markdown)
    assert "Download ZIP (2 of 3 pictures)" in [each.label for each in at.get("download_button")]


def test_export_all_can_be_stopped_and_keeps_what_it_has(watchlist, monkeypatch):
    gate = threading.Event()

    def slow(analysis, options) -> bytes:
        if analysis.symbol != "CIFR":
            gate.wait(20)
        return b"PNG"

    monkeypatch.setattr(albums, "draw_png", slow)
    at = watchlist()
    next(each for each in at.button if each.label == "Export all pictures").click().run()
    export = at.session_state["watchlist-export"]
    until = time.monotonic() + 20
    while export.work.done < 1 and time.monotonic() < until:
        time.sleep(0.02)
    at.run()
    at.button(key="watchlist-export-stop").click().run()
    gate.set()
    come(at)
    with ZipFile(io.BytesIO(export.zip.content())) as opened_file:
        assert opened_file.namelist()[0] == "CIFR_levels_2025-11-24.png" and opened_file.namelist()[-1] == "index.html"
        assert len(opened_file.namelist()) < len(MINERS)


def test_without_chrome_export_all_says_so(watchlist, monkeypatch):
    from exports.png import BrowserNotFound

    def none(analysis, options) -> bytes:
        raise BrowserNotFound

    monkeypatch.setattr(albums, "draw_png", none)
    at = press(watchlist(), "Export all pictures")
    assert "needs Chrome or Chromium" in at.error[0].value


# Work in the background


def test_work_ends_with_its_viewer():
    begun = threading.Event()
    ended = threading.Event()

    def endless():
        try:
            while True:
                begun.set()
                time.sleep(0.01)
                yield 1
        finally:
            ended.set()

    work = Background(endless(), 10)
    assert begun.wait(5) and not work.over
    del work
    assert ended.wait(5)


def test_a_fault_in_the_background_is_kept_for_the_page():
    def broken():
        yield 1
        raise ZeroDivisionError

    taken: list[int] = []
    work = Background(broken(), 2, taken.append)
    assert work.wait(5)
    assert taken == [1] and work.done == 1 and isinstance(work.fault, ZeroDivisionError)


# Compare


def test_compare_shows_each_in_percent_of_the_chosen_day(at_page):
    at = at_page("compare", source="Sample")
    assert at.multiselect[0].value == MINERS
    at.date_input(key="compare-since").set_value(date(2025, 11, 21)).run()
    assert not at.exception and "Demo data, not market prices" in at.warning[0].value
    line = rebase("CIFR", sample.history("CIFR").bars["close"], date(2025, 11, 21))
    assert round(line.pct.iloc[-1], 1) == 18.6
    at.segmented_control(key="compare-view").set_value("charts").run()
    assert not at.exception


def test_compare_names_what_cannot_be_a_ticker(at_page):
    at = at_page("compare", source="Sample")
    at.multiselect[0].set_value(["CIFR", "<b>"]).run()
    assert not at.exception and any("cannot be a ticker" in each.value for each in at.warning)
    at.multiselect[0].set_value([]).run()
    assert "Pick the tickers to compare" in at.info[0].value
