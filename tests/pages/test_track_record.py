"""The Track record page: how targets turned out after their twelve months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from indicators import analyse
from indicators.analysis import Analysis
from indicators.analysts.track_record import target_outcomes, track_record
from market import PriceHistory, PriceTarget
from market.price_target import LoggedTarget, TargetLog
from market.sample import sample
from tests.support import real_googl
from tests.support.app_pages import at_page
from tests.support.page_texts import messages, metrics, plain

pytestmark = pytest.mark.apptest

__all__ = ["at_page"]

AS_OF = date(2025, 10, 27)


@pytest.fixture
def shown(at_page, monkeypatch) -> Callable[..., AppTest]:
    """Opens the page with these analyses loaded."""

    def page(*analyses: Analysis) -> AppTest:
        monkeypatch.setattr("ui.loading.batch_run.load_analyses", lambda *_: list(analyses))
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


def table(at: AppTest):
    return at.dataframe(key="record-table").value


def test_the_sample_says_that_no_target_is_old_enough_and_when_the_first_will_be(at_page):
    at = at_page("track_record", source="Sample")
    assert "No target of these tickers is twelve months old yet." in messages(at)
    assert "The first will be JPMorgan on CIFR of 24 Nov 2025, whose twelve months end on 24 Nov 2026." in messages(at)
    assert "64% of twelve-month targets were hit within the period and 38% at its end" in messages(at)
    assert not at.metric and not at.dataframe


def test_without_any_target_it_says_so(shown):
    assert "The source has no target that is still running." in messages(shown(miner()))


def test_targets_older_than_the_prices_are_counted_but_not_judged(shown):
    at = shown(miner(row(20.0, date(1999, 1, 4)), row(21.0, date(1999, 1, 5))))
    assert "2 expired targets not counted: no prices for those twelve months." in messages(at)


def test_the_googl_figures_match_its_outcomes(shown, googl):
    at = shown(googl)
    outcomes = target_outcomes(googl.published, googl.bars, AS_OF)
    assert metrics(at) == {
        "Targets": ("623", "of 48 firms"),
        "Hit within 12 months": (f"{100 * outcomes['hit'].mean():.0f}%", "55 to 87%, study 64%"),
        "Hit at the end": (f"{100 * outcomes['hit_at_end'].mean():.0f}%", "35 to 72%, study 38%"),
        "Days to hit": (f"{outcomes['days_until_hit'].median():.0f}", f"median of {outcomes['hit'].sum()}"),
        "Average error": (f"{outcomes['error_pct'].mean():.0f}%", "of the first day's price"),
    }
    assert len(outcomes) == 623  # one of the rows repeats that of the day before
    assert "122 expired targets not counted" in messages(at)


def test_each_firm_has_its_counts_and_a_rank_needs_five_targets(shown, googl):
    at = shown(googl)
    rows = table(at)
    assert (rows["Targets"][:35] >= 5).all() and (rows["Targets"][35:] < 5).all() and len(rows) == 48
    assert "Not ranked: 13 firms" in messages(at)
    record = track_record(target_outcomes(googl.published, googl.bars, AS_OF))
    morgan = next(firm for firm in record.firms if firm.firm == "Morgan Stanley")
    shown_row = rows[rows["Firm"] == "Morgan Stanley"].iloc[0]
    assert (shown_row["Targets"], shown_row["Hits"]) == (morgan.count, morgan.hit.hits)
    assert shown_row["Hits at the end"] == morgan.hit_at_end.hits
    versus = morgan.versus_peers
    assert versus is not None and shown_row["vs. peers"].startswith(
        f"{versus.points:+.0f}%".replace("-", "\N{MINUS SIGN}")
    )


def test_the_targets_behind_the_rates_are_listed(shown, googl):
    every = shown(googl).dataframe[1].value
    assert len(every) == 623
    assert every["Hit after"].notna().sum() == target_outcomes(googl.published, googl.bars, AS_OF)["hit"].sum()
    assert list(every["Day"]) == sorted(every["Day"], reverse=True)


def test_the_picture_names_only_ranked_firms_and_warns_of_chance(shown, googl):
    at = shown(googl)
    (chart,) = at.get("plotly_chart")
    assert "track_record_2025-10-27" in chart.proto.config
    assert "Morgan Stanley" in chart.proto.spec
    unranked = table(at).loc[lambda rows: rows["Targets"] < 5, "Firm"]
    assert not [firm for firm in unranked if f"{firm}  <span" in chart.proto.spec]
    assert "Of 35 firms, about 2 would stand out by chance alone." in messages(at)


def test_old_own_targets_are_judged_by_the_bars_of_the_sample(shown):
    targets = [row(2.0 + n, date(2024, 6, 3) + timedelta(days=n)) for n in range(4)]
    at = shown(miner(*targets))
    assert metrics(at)["Targets"] == ("4", "of 1 firm")
    assert "a ranking needs 5 targets" in messages(at) and not at.get("plotly_chart")
    assert table(at)["Firm"].tolist() == ["Baird"]


def test_the_records_of_a_firm_can_be_split_by_ticker(shown):
    days = [date(2024, 6, 3) + timedelta(days=2 * n) for n in range(5)]
    at = shown(
        miner(*(row(5.0, day) for day in days)),
        miner(*(row(19.0, day, symbol="IREN") for day in days), symbol="IREN"),
    )
    assert table(at)["Targets"].tolist() == [10] and "Ticker" not in table(at)
    at.toggle(key="record-by-ticker").set_value(True).run()
    rows = table(at)
    assert sorted(zip(rows["Ticker"], rows["Targets"], strict=True)) == [("CIFR", 5), ("IREN", 5)]
    assert not at.exception


def test_hostile_names_are_text(shown):
    firm = "=cmd()<script> $x$ \u202e[a](b)"
    at = shown(miner(*(row(5.0, date(2024, 6, 3) + timedelta(days=2 * n), firm) for n in range(5))))
    assert table(at)["Firm"].tolist() == ["'=cmd()<script> $x$ [a](b)"]
    spec = at.get("plotly_chart")[0].proto.spec
    assert "<script" not in spec and "\u202e" not in spec and "$x$" not in spec


def test_no_tickers_no_page(shown):
    at = shown()
    assert not at.metric and not at.exception


def test_rows_that_came_late_or_vanished_are_told_with_the_rates_both_ways(shown):
    rows = [row(6.0), row(5.0, date(2024, 7, 1), "Birch"), row(12.0, date(2024, 8, 1), "Cedar")]
    analysis = miner(rows[0], rows[1])
    fetched = date(2024, 9, 2)
    log = TargetLog(
        (
            LoggedTarget(rows[0], fetched),
            LoggedTarget(rows[1], date(2024, 9, 20), absent_on=date(2024, 9, 18)),
            LoggedTarget(rows[2], fetched, gone_on=date(2024, 9, 20)),
        )
    )
    at = shown(replace(analysis, target_log=log))
    texts = plain("\n".join(text.value for text in at.markdown))
    now, then = "100% of 2 targets were hit within twelve months", "as they were listed at first, 50% of 2."
    assert f"As listed now, {now}; {then}" in texts
    (expander,) = [box for box in at.expander if "of the feed" in box.label]
    assert expander.label == "2 rows of the feed: 1 came late and 1 vanished since the first fetch on 2 Sep 2024"
    told = next(frame.value for frame in at.dataframe if "What happened" in frame.value)
    assert list(told["What happened"]) == ["vanished", "came more than 79 days late"]


def test_a_feed_that_was_never_revised_says_so(shown):
    log = TargetLog((LoggedTarget(row(6.0), date(2024, 9, 2)),))
    at = shown(replace(miner(row(6.0)), target_log=log))
    assert "no row came late, changed or vanished since the first fetch on 2 Sep 2024" in messages(at)
