"""What each firm's targets were worth once their twelve months had run."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from indicators.track_record import RANKED_FROM, Rate, Record, TrackRecord, target_outcomes, track_record
from pages import sidebar
from pages.gathering import gathered

STUDY = (
    "Individual skill hardly persists: a study of 2013 (Bradshaw, Brown and Huang) found that 64 % of twelve-month"
    " targets were met at some time and 38 % at the end, and that a firm's past rate says little of its next one."
    " Read the rate of all firms first."
)


def main() -> None:
    choice = sidebar.choice()
    st.markdown("## Track record")
    st.caption(STUDY)
    analyses = gathered(choice)
    outcomes = [target_outcomes(each.published, each.bars, each.as_of) for each in analyses]
    record = track_record(pd.concat(outcomes, ignore_index=True)) if outcomes else None
    if record is None:
        st.info("No target of these tickers has run its twelve months yet, so there is nothing to judge.")
        return
    _everyone(record)
    _firms(record)


def _everyone(record: TrackRecord) -> None:
    all_firms = record.everyone
    with st.container(horizontal=True):
        st.metric("Targets judged", f"{all_firms.count:,}")
        for label, rate in (("Met at some time", all_firms.met), ("Met at the end", all_firms.met_at_end)):
            st.metric(
                label,
                f"{rate.pct:.0f}%",
                f"{rate.low_pct:.0f} to {rate.high_pct:.0f}%",
                delta_color="off",
                delta_arrow="off",
                help="95 % Wilson interval; targets overlap in time, so the true one is wider",
            )
        if all_firms.median_days_until_met is not None:
            st.metric("Days until met", f"{all_firms.median_days_until_met:.0f}", help="Median, of those that were met")
        st.metric("Average miss", f"{all_firms.average_miss_pct:.0f}%", help="Of the price on the target's day")


def _firms(record: TrackRecord) -> None:
    by_ticker = st.toggle("Each firm by ticker", key="record-by-ticker")
    records = record.firm_symbols if by_ticker else record.firms
    few = sum(not each.ranked for each in records)
    st.dataframe(
        _frame(records),
        hide_index=True,
        height=520 if len(records) > 13 else "content",
        column_config={
            "Met": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            "At the end": st.column_config.ProgressColumn(format="%.0f%%", min_value=0, max_value=100),
            "Days until met": st.column_config.NumberColumn(format="%.0f"),
            "Average miss": st.column_config.NumberColumn(format="%.0f%%"),
        },
        key="record-table",
    )
    if few:
        st.caption(f"{few} with fewer than {RANKED_FROM} targets stand at the end, unranked.")


def _frame(records: tuple[Record, ...]) -> pd.DataFrame:
    ranked = [str(rank) if each.ranked else "–" for rank, each in enumerate(records, 1)]
    return pd.DataFrame(
        {
            "Rank": ranked,
            "Firm": [each.firm for each in records],
            "Ticker": [each.symbol for each in records],
            "Targets": [each.count for each in records],
            "Met": [each.met.pct for each in records],
            "95 % of met": [_interval(each.met) for each in records],
            "At the end": [each.met_at_end.pct for each in records],
            "95 % of at the end": [_interval(each.met_at_end) for each in records],
            "Days until met": [each.median_days_until_met for each in records],
            "Average miss": [each.average_miss_pct for each in records],
        }
    ).dropna(axis="columns", how="all")


def _interval(rate: Rate) -> str:
    return f"{rate.low_pct:.0f} to {rate.high_pct:.0f}%"


main()
