"""The Coverage page: recent analyst actions across the watchlist."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from indicators import analyse
from indicators.analysis import Analysis
from market import PriceHistory, PriceTarget
from market.sample import sample
from tests.support import real_googl
from tests.support.app_pages import at_page
from tests.support.page_texts import messages

pytestmark = pytest.mark.apptest

__all__ = ["at_page"]

TABLE = "coverage-table"
HOSTILE = "<script>alert(1)</script> [x](javascript:y) $\\LaTeX$ \u202egnp 🚀"


@pytest.fixture
def shown(at_page, monkeypatch) -> Callable[..., AppTest]:
    """Opens the page with these analyses loaded."""

    def page(*analyses: Analysis, **query: str) -> AppTest:
        monkeypatch.setattr("ui.loading.batch_run.load_analyses", lambda *_: list(analyses))
        return at_page("coverage", source="Sample", **query)

    return page


@pytest.fixture(scope="module")
def googl() -> Analysis:
    history = PriceHistory("GOOGL", "Alphabet Inc.", "USD", real_googl.bars(), real_googl.SPLITS)
    return analyse(history, real_googl.targets(), date(2025, 10, 27))


def miner(*targets: PriceTarget, symbol: str = "CIFR", as_of: date | None = None) -> Analysis:
    return analyse(sample.history(symbol), targets, as_of)


def table(at: AppTest):
    return at.dataframe(key=TABLE).value


def test_the_sample_lists_the_refresh_of_the_article(at_page):
    at = at_page("coverage", source="Sample")
    rows = table(at).set_index("Ticker")
    assert list(rows.index) == ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]
    assert set(rows["Firm"]) == {"JPMorgan"} and set(rows["Day"]) == {date(2025, 11, 24)}
    assert list(rows["Target"]) == ["▲ $12 → $18", "$14 kept", "▲ $28 → $39", "▼ $20 → $13", "▼ $19 → $17"]
    assert list(rows["Rating"])[:3] == ["▲ Neutral → Overweight", "▲ Neutral → Overweight", "Underweight"]
    assert [list(row) for row in rows["Stance"][:3]] == [["buy"], ["buy"], ["sell"]]
    upside = [100 * (t / p - 1) for t, p in ((18, 16.77), (14, 11.15), (39, 48.16), (13, 11.21), (17, 13.88))]
    assert list(rows["Upside then"]) == pytest.approx(upside, abs=0.05)
    assert list(rows["Upside now"]) == pytest.approx(upside, abs=0.05)
    assert "Newest rating: 24 Nov 2025." in messages(at) and "not market prices" in messages(at)


def test_a_fall_is_written_with_a_minus_sign_not_a_hyphen(at_page):
    drawn = at_page("coverage", source="Sample").dataframe(key=TABLE).proto
    assert "−19.0%".encode() in drawn.arrow_data.styler.display_values
    upside = json.loads(drawn.columns)["Upside now"]["type_config"]
    assert upside.get("format") is None  # Streamlit would take it instead


def test_the_picture_shows_the_refresh_by_jpmorgan(at_page):
    at = at_page("coverage", source="Sample")
    assert at.selectbox(key="coverage-firm").value == "JPMorgan"
    assert len(at.get("plotly_chart")) == 1
    assert "JPMorgan_sector_2025-11-24" in at.get("plotly_chart")[0].proto.config


@pytest.mark.parametrize(
    ("key", "selected", "tickers"),
    [
        ("coverage-tickers", ["IREN", "RIOT"], ["IREN", "RIOT"]),
        ("coverage-actions", ["▲ upgraded"], ["CIFR", "CLSK"]),
        ("coverage-actions", ["▼ target cut", "target kept"], ["CLSK", "MARA", "RIOT"]),
        ("coverage-firms", ["JPMorgan"], ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]),
    ],
)
def test_filters_leave_the_rows_they_name(at_page, key, selected, tickers):
    at = at_page("coverage", source="Sample")
    at.multiselect(key=key).set_value(selected).run()
    assert list(table(at)["Ticker"]) == tickers


def test_filters_combine_and_an_empty_result_says_what_to_do(at_page):
    at = at_page("coverage", source="Sample")
    at.multiselect(key="coverage-actions").set_value(["▲ upgraded"]).run()
    at.multiselect(key="coverage-tickers").set_value(["RIOT"]).run()
    assert not at.dataframe and "No actions match. Remove a filter" in messages(at) and not at.exception


def test_upside_is_given_for_the_day_of_the_target_and_for_the_as_of_day(shown):
    early = PriceTarget("CIFR", "Baird", date(2025, 11, 21), 20.0)
    (row,) = table(shown(miner(early))).to_dict("records")
    closes = sample.history("CIFR").bars["close"]
    assert row["Upside then"] == pytest.approx(100 * (20 / closes["2025-11-21"] - 1), abs=0.05)
    assert row["Upside now"] == pytest.approx(100 * (20 / 16.77 - 1), abs=0.05)


def test_a_past_day_lists_no_later_row(at_page, googl, shown):
    at = at_page("coverage", source="Sample", asof="2025-11-21")
    assert "The source has no analyst ratings for these tickers." in messages(at)
    at = shown(googl, asof="2025-10-27")
    at.segmented_control(key="coverage-days").set_value("All").run()
    assert max(table(at)["Day"]) <= date(2025, 10, 27)


def test_each_window_lists_all_googl_rows_of_its_days(shown, googl):
    at = shown(googl, asof="2025-10-27")
    counts = {}
    for window in ("Week", "Month", "Quarter", "Year", "All"):
        at.segmented_control(key="coverage-days").set_value(window).run()
        counts[window] = len(table(at))
    # 921 rows, two of them the same firm's under its other name
    assert counts["All"] == 919
    days = [(date(2025, 10, 27) - real_googl.day_of(row)).days for row in real_googl.feed()]
    for window, length in (("Week", 7), ("Month", 31), ("Quarter", 92), ("Year", 366)):
        assert counts[window] == sum(age < length for age in days)


def test_the_googl_split_distorts_no_upside(shown, googl):
    at = shown(googl, asof="2025-10-27")
    at.segmented_control(key="coverage-days").set_value("All").run()
    rows = table(at).dropna(subset=["Upside then"])
    assert len(rows) > 700 and rows["Upside then"].between(-66.7, 200).all()


def test_the_day_of_the_newest_row_shows_a_gap_in_the_feed(shown):
    row = PriceTarget("CIFR", "Baird", date(2025, 11, 10), 20.0)
    assert "Newest rating: 10 Nov 2025 (no rating for 14 days)." in messages(shown(miner(row)))
    assert "no rating for" not in messages(shown(miner(PriceTarget("CIFR", "Baird", date(2025, 11, 17), 20.0))))


def test_an_own_row_of_today_does_not_hide_a_gap_in_the_feed(shown):
    feed = PriceTarget("CIFR", "Baird", date(2025, 11, 10), 20.0)
    own = PriceTarget("CIFR", "Desk", date(2025, 11, 24), 21.0, source="own")
    assert "Newest rating: 10 Nov 2025 (no rating for 14 days)." in messages(shown(miner(feed, own)))
    assert "Newest rating" not in messages(shown(miner(own)))


def test_own_rows_are_marked_and_two_names_of_a_firm_are_one(shown):
    day = date(2025, 11, 24)
    own = PriceTarget("CIFR", "J.P. Morgan", day, 21.0, source="own")
    feed = PriceTarget("CIFR", "JP Morgan", day, 18.0, source="sample")
    rows = table(shown(miner(own, feed)))
    assert set(rows["Firm"]) == {"JPMorgan"}
    assert dict(zip(rows["Target"], rows["Analyst, note"].fillna(""), strict=True)) == {"$21": "own", "$18": ""}


def test_a_row_without_target_or_action_is_listed(shown):
    bare = PriceTarget("CIFR", "Somebody", date(2025, 11, 24), None, rating="Buy")
    at = shown(miner(bare))
    (row,) = table(at).to_dict("records")
    assert (row["Firm"], row["Rating"]) == ("Somebody", "Buy") and "Target" not in row
    assert not at.get("plotly_chart") and not at.exception


def test_the_firm_with_the_most_tickers_comes_first_and_others_can_be_selected(shown):
    day = date(2025, 11, 24)
    both = [miner(PriceTarget(symbol, "Zelman", day, 20.0), symbol=symbol) for symbol in ("CLSK", "IREN")]
    one = miner(PriceTarget("CIFR", "Zelman", day, 20.0), PriceTarget("CIFR", "Argus", day, 9.0))
    at = shown(one, *both)
    assert at.selectbox(key="coverage-firm").options == ["Zelman", "Argus Research"]
    at.selectbox(key="coverage-firm").set_value("Argus Research").run()
    assert "Argus-Research_sector" in at.get("plotly_chart")[0].proto.config and not at.exception


def test_among_firms_with_equally_many_tickers_the_newest_is_in_the_picture(shown, googl):
    assert shown(googl, asof="2025-10-27").selectbox(key="coverage-firm").value == "KeyBanc"


def test_outside_text_is_never_run(shown):
    row = PriceTarget(
        "CIFR", HOSTILE, date(2025, 11, 24), 20.0, rating="=1+1", prior_rating=HOSTILE, note=f"@{HOSTILE}", source="own"
    )
    at = shown(miner(row))
    (cells,) = table(at)[["Firm", "Rating", "Analyst, note"]].to_dict("records")
    assert "\u202e" not in "".join(cells.values())
    assert cells["Analyst, note"].startswith("own · '@<script>") and cells["Firm"].startswith(
        "<script>alert(1)</script>"
    )
    figure = at.get("plotly_chart")[0].proto.spec
    assert "<script" not in figure and "\u202e" not in figure and not at.exception


def test_prices_in_two_currencies_keep_their_own_signs(shown):
    tokyo = analyse(
        replace(sample.history("IREN"), currency="JPY"), [PriceTarget("IREN", "Nomura", date(2025, 11, 24), 52.0, 48.0)]
    )
    rows = table(shown(tokyo, miner(PriceTarget("CIFR", "Baird", date(2025, 11, 24), 20.0))))
    assert set(rows["Target"]) == {"▲ ¥48 → ¥52", "$20"}
