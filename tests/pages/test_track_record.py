"""The Track record page: what targets were worth once their twelve months had run."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.analysts.track_record import target_outcomes, track_record
from market import PriceHistory, PriceTarget
from market.sample import sample
from tests.support import real_googl
from tests.support.app_pages import apart, at_page

__all__ = ["apart", "at_page"]

AS_OF = date(2025, 10, 27)


@pytest.fixture
def shown(at_page, monkeypatch) -> Callable[..., AppTest]:
    """The page with these analyses gathered."""

    def page(*analyses: Analysis) -> AppTest:
        monkeypatch.setattr("ui.loading.batch_run.load_watchlist", lambda *_: list(analyses))
        return at_page("track_record", source="Sample")

    return page


@pytest.fixture(scope="module")
def googl() -> Analysis:
    history = PriceHistory("GOOGL", "Alphabet Inc.", "USD", real_googl.bars(), real_googl.SPLITS)
    return analyse(history, real_googl.targets(), AS_OF)


def miner(*targets: PriceTarget, symbol: str = "CIFR") -> Analysis:
    return analyse(sample.history(symbol), targets)


def row(target: float, day: date = date(2024, 6, 3), firm: str = "Baird", symbol: str = "CIFR") -> PriceTarget:
    return PriceTarget(symbol, firm, day, target)


def said(at: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", "\n".join(each.value for each in (*at.caption, *at.info, *at.warning)))


def metrics(at: AppTest) -> dict[str, tuple[str, str]]:
    return {each.label: (each.value, each.delta) for each in at.metric}


def table(at: AppTest):
    return at.dataframe(key="record-table").value


def test_the_sample_says_kindly_that_nothing_has_run_and_when_the_first_will(at_page):
    at = at_page("track_record", source="Sample")
    assert "No target of these tickers can be judged yet." in said(at)
    assert "JPMorgan on CIFR of 24 Nov 2025: its twelve months run until 24 Nov 2026." in said(at)
    assert "64 % of twelve-month targets met at some time and 38 % at the end" in said(at)
    assert not at.metric and not at.dataframe


def test_without_any_target_it_says_so(shown):
    assert "The source knows of no target that is still running." in said(shown(miner()))


def test_targets_older_than_the_prices_are_counted_not_judged(shown):
    at = shown(miner(row(20.0, date(1999, 1, 4)), row(20.0, date(1999, 1, 5))))
    assert "The twelve months of 2 targets lie outside the days that prices are known for here." in said(at)


def test_googl_s_figures_are_those_of_its_outcomes(shown, googl):
    at = shown(googl)
    outcomes = target_outcomes(googl.published, googl.bars, AS_OF)
    assert metrics(at) == {
        "Targets judged": ("624", "of 49 firms"),
        "Met at some time": (f"{100 * outcomes['hit'].mean():.0f}%", "68 to 75%, study 64%"),
        "Met at the end": (f"{100 * outcomes['hit_at_end'].mean():.0f}%", "49 to 57%, study 38%"),
        "Days until met": (f"{outcomes['days_until_hit'].median():.0f}", f"median of {outcomes['hit'].sum()}"),
        "Average miss": (f"{outcomes['error_pct'].mean():.0f}%", "of the first day's price"),
    }
    assert len(outcomes) == 624
    assert "The twelve months of 122 targets lie outside" in said(at)


def test_each_firm_stands_with_count_and_interval_and_none_is_ranked_on_fewer_than_five(shown, googl):
    rows = table(shown(googl))
    assert list(rows["Rank"].dropna()) == list(range(1, 37))
    assert (rows.loc[rows["Rank"].notna(), "Targets"] >= 5).all()
    assert (rows.loc[rows["Rank"].isna(), "Targets"] < 5).all() and rows["Rank"].isna().sum() == 13
    record = track_record(target_outcomes(googl.published, googl.bars, AS_OF))
    morgan = next(firm for firm in record.firms if firm.firm == "Morgan Stanley")
    shown_row = rows[rows["Firm"] == "Morgan Stanley"].iloc[0]
    assert (shown_row["Targets"], shown_row["Met"]) == (morgan.count, pytest.approx(morgan.hit.pct))
    assert shown_row["Met, 95 %"] == f"{morgan.hit.low_pct:.0f} to {morgan.hit.high_pct:.0f}%"
    assert shown_row["At the end, 95 %"] == f"{morgan.hit_at_end.low_pct:.0f} to {morgan.hit_at_end.high_pct:.0f}%"


def test_the_targets_behind_the_rates_are_listed(shown, googl):
    every = shown(googl).dataframe[1].value
    assert len(every) == 624
    assert every["Met after"].notna().sum() == target_outcomes(googl.published, googl.bars, AS_OF)["hit"].sum()
    assert list(every["Day"]) == sorted(every["Day"], reverse=True)


def test_the_picture_names_the_ranked_firms_only_and_warns_of_chance(shown, googl):
    at = shown(googl)
    (chart,) = at.get("plotly_chart")
    assert "track_record_2025-10-27" in chart.proto.config
    assert "Morgan Stanley" in chart.proto.spec
    unranked = table(at).loc[lambda rows: rows["Rank"].isna(), "Firm"]
    assert not [firm for firm in unranked if f"{firm}  <span" in chart.proto.spec]
    assert "Of 36 names about 2 would stand out by chance alone." in said(at)


def test_one_s_own_old_targets_are_judged_with_the_sample_s_bars(shown):
    targets = [row(1.0 + n, date(2024, 6, 3) + timedelta(days=n)) for n in range(4)]
    at = shown(miner(*targets))
    assert metrics(at)["Targets judged"] == ("4", "of 1 firm")
    assert "No firm has 5 targets" in said(at) and not at.get("plotly_chart")
    assert table(at)["Firm"].tolist() == ["Baird"] and "Rank" not in table(at)


def test_a_firm_s_records_part_by_ticker(shown):
    days = [date(2024, 6, 3) + timedelta(days=n) for n in range(5)]
    at = shown(
        miner(*(row(5.0, day) for day in days)),
        miner(*(row(99.0, day, symbol="IREN") for day in days), symbol="IREN"),
    )
    assert table(at)["Targets"].tolist() == [10] and "Ticker" not in table(at)
    at.toggle(key="record-by-ticker").set_value(True).run()
    rows = table(at)
    assert sorted(zip(rows["Ticker"], rows["Targets"], strict=True)) == [("CIFR", 5), ("IREN", 5)]
    assert not at.exception


def test_hostile_names_are_text(shown):
    firm = "=cmd()<script> $x$ \u202e[a](b)"
    at = shown(miner(*(row(5.0, date(2024, 6, 3) + timedelta(days=n), firm) for n in range(5))))
    assert table(at)["Firm"].tolist() == ["'=cmd()<script> $x$ [a](b)"]
    spec = at.get("plotly_chart")[0].proto.spec
    assert "<script" not in spec and "\u202e" not in spec and "$x$" not in spec


def test_no_tickers_no_page(shown):
    at = shown()
    assert not at.metric and not at.exception
