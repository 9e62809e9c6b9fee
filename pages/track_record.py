"""What each firm's targets were worth once their twelve months had run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from charts.track_record_chart import STUDY_MET_AT_END_PCT, STUDY_MET_PCT, track_record_figure
from indicators.analysis import Analysis
from indicators.analysts.track_record import (
    RANKED_FROM,
    Rate,
    Record,
    TrackRecord,
    count_expired_targets,
    next_target_due,
    outstanding_by_chance,
    target_outcomes,
    track_record,
)
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.components import chart, metric
from ui.components.signed_columns import style_signed, unstyled_format
from ui.loading.batch_run import load_watchlist
from ui.sidebar import sidebar

STUDY = (
    "Individual skill hardly persists. A study of 2013 (Bradshaw, Brown and Huang, Review of Accounting Studies) found"
    f" {STUDY_MET_PCT:.0f} % of twelve-month targets met at some time and {STUDY_MET_AT_END_PCT:.0f} % at the end,"
    " and a firm's past rate told little of its next one: read the rate of all firms first."
)
OVERLAP = "95 % Wilson interval; targets overlap in time, so the true one is wider"
STYLE = """<style>
@media (min-width: 801px) { [data-testid="stMainBlockContainer"] { padding: 2.5rem 3rem; } }
.st-key-record { overflow-x: auto; }
@media (max-width: 800px) { .st-key-record > div { min-width: 760px; } }
</style>"""


def main() -> None:
    st.html(STYLE)
    st.markdown("## Track record")
    st.caption("What each target was worth once its twelve months had run. " + STUDY)
    analyses = load_watchlist(sidebar.choice())
    if not analyses:
        return
    outcomes = _outcomes(analyses)
    record = track_record(outcomes)
    if record is None:
        _nothing_yet(analyses)
        return
    _everyone(record)
    _out_of_reach(analyses, record)
    by_ticker = outcomes["symbol"].nunique() > 1 and st.toggle("Each firm by ticker", key="record-by-ticker")
    records = record.firm_symbols if by_ticker else record.firms
    _picture(record, records, analyses)
    _firms(records, outcomes)


def _outcomes(analyses: Sequence[Analysis]) -> pd.DataFrame:
    each = [target_outcomes(one.published, one.bars, one.as_of) for one in analyses]
    filled = [one for one in each if not one.empty]
    return pd.concat(filled, ignore_index=True) if filled else each[0]


def _nothing_yet(analyses: Sequence[Analysis]) -> None:
    """Why there is nothing to judge, when there will be, and what can be judged at once."""
    running = [found for analysis in analyses if (found := next_target_due(analysis.published, analysis.as_of))]
    if running:
        target, due = min(running, key=lambda each: each[1])
        when = (
            f"The next one to be judged is {escape_markdown(target.firm)} on {escape_markdown(target.symbol)} of"
            f" {numbers.format_day(target.date)}: its twelve months run until {numbers.format_day(due)}."
        )
    else:
        when = "The source knows of no target that is still running."
    ended = sum(count_expired_targets(analysis.published, analysis.as_of) for analysis in analyses)
    st.info(
        f"**No target of these tickers can be judged yet.** {_unreached(ended)}{when}"
        " To judge others, pick another source, add tickers, or drop your own targets of earlier years on the sidebar.",
        icon=":material/hourglass_top:",
    )


def _out_of_reach(analyses: Sequence[Analysis], record: TrackRecord) -> None:
    ended = sum(count_expired_targets(analysis.published, analysis.as_of) for analysis in analyses)
    if ended > record.everyone.count:
        st.caption(_unreached(ended - record.everyone.count))


def _unreached(count: int) -> str:
    """A sentence on targets whose months have run where no price tells how they came out."""
    if not count:
        return ""
    targets = numbers.format_count(count, "target")
    return f"The twelve months of {targets} lie outside the days that prices are known for here. "


def _everyone(record: TrackRecord) -> None:
    """All firms together, the two rates beside the study's."""
    everyone = record.everyone
    firms = f"of {numbers.format_count(len(record.firms), 'firm')}"
    with st.container(horizontal=True, key="everyone"):
        metric.draw_plain_metric("Targets judged", f"{everyone.count:,}", firms)
        for label, rate, study in (
            ("Met at some time", everyone.hit, STUDY_MET_PCT),
            ("Met at the end", everyone.hit_at_end, STUDY_MET_AT_END_PCT),
        ):
            told = f"{_interval(rate)}, study {study:.0f}%"
            metric.draw_plain_metric(label, f"{rate.pct:.0f}%", told, f"{rate.hits:,} of {rate.count:,}. {OVERLAP}")
        if everyone.median_days_until_hit is not None:
            median = f"{everyone.median_days_until_hit:.0f}"
            metric.draw_plain_metric("Days until met", median, f"median of {everyone.hit.hits:,}")
        miss, how = f"{everyone.average_error_pct:.0f}%", "|close at the end − target| / close on the target's day"
        metric.draw_plain_metric("Average miss", miss, "of the first day's price", how)


def _picture(record: TrackRecord, records: Sequence[Record], analyses: Sequence[Analysis]) -> None:
    ranked = sum(each.ranked for each in records)
    if not ranked:
        st.info(
            f"No firm has {RANKED_FROM} targets that have run their twelve months: too few to rank any.",
            icon=":material/leaderboard:",
        )
        return
    as_of = max(analysis.as_of for analysis in analyses)
    figure = track_record_figure(record, records, [analysis.source for analysis in analyses], as_of, chart.theme())
    alt = "The rates at which each firm's targets were met, with their intervals, beside the rate of all firms"
    with st.container(key="record"):
        chart.draw(figure, f"track_record_{as_of}", alt, "record-chart")
    if lucky := outstanding_by_chance(records):
        st.caption(f"Of {ranked} names about {lucky} would stand out by chance alone.")


def _firms(records: Sequence[Record], outcomes: pd.DataFrame) -> None:
    picked = st.dataframe(
        _frame(records),
        hide_index=True,
        height=520 if len(records) > 13 else "content",
        column_config=_columns(),
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="",
        key="record-table",
        alt="Each firm's record, the ranked ones first",
    )
    if few := sum(not record.ranked for record in records):
        st.caption(
            f"{numbers.format_count(few, 'firm')} with fewer than {RANKED_FROM} targets stand unranked at the end."
        )
    cells = picked["selection"]["cells"]
    _each_target(records[cells[0][0]] if cells and cells[0][0] < len(records) else None, outcomes)


def _frame(records: Sequence[Record]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rank": [rank if record.ranked else None for rank, record in enumerate(records, 1)],
            "Firm": [table_cell(record.firm) for record in records],
            "Ticker": [record.symbol for record in records],
            "Targets": [record.count for record in records],
            "Met": [record.hit.pct for record in records],
            "Met, 95 %": [_interval(record.hit) for record in records],
            "At the end": [record.hit_at_end.pct for record in records],
            "At the end, 95 %": [_interval(record.hit_at_end) for record in records],
            "Days until met": [record.median_days_until_hit for record in records],
            "Average miss": [record.average_error_pct for record in records],
        }
    ).dropna(axis="columns", how="all")


def _columns() -> dict[str, Any]:
    share: Any = {"format": "%.0f%%", "min_value": 0, "max_value": 100, "color": "gray", "width": 112}
    return {
        "Rank": st.column_config.NumberColumn(width=55),
        "Firm": st.column_config.TextColumn(width=140),
        "Ticker": st.column_config.TextColumn(width=64),
        "Targets": st.column_config.NumberColumn(width=65),
        "Met": st.column_config.ProgressColumn(help="At some time within the twelve months", **share),
        "Met, 95 %": st.column_config.TextColumn(width=84, help=OVERLAP),
        "At the end": st.column_config.ProgressColumn(help="At the close that ends the twelve months", **share),
        "At the end, 95 %": st.column_config.TextColumn(width=108, help=OVERLAP),
        "Days until met": st.column_config.NumberColumn(format="%.0f", width=98, help="Median, of those met"),
        "Average miss": st.column_config.NumberColumn(format="%.0f%%", width=94, help="Of the price on the first day"),
    }


def _interval(rate: Rate) -> str:
    return f"{rate.low_pct:.0f} to {rate.high_pct:.0f}%"


def _each_target(record: Record | None, outcomes: pd.DataFrame) -> None:
    """The targets behind the rates: of the row that was clicked, else of all."""
    if record is None:
        chosen, whose = outcomes, "all firms; click a firm above to see its own"
    else:
        of_symbol = outcomes["symbol"] == record.symbol if record.symbol else True
        chosen, whose = outcomes[(outcomes["firm"] == record.firm) & of_symbol], escape_markdown(record.name)
    frame = _targets(chosen)
    with st.expander(f"Every target judged, of {whose}", expanded=record is not None, key="record-targets"):
        st.dataframe(
            style_signed(frame, {"Asked": numbers.format_whole_percent}),
            hide_index=True,
            height=420 if len(chosen) > 10 else "content",
            column_config=_target_columns(unstyled_format(frame, "%+.0f%%")),
            placeholder="",
            key="record-each",
            alt="Every target judged and how it came out",
        )


def _targets(outcomes: pd.DataFrame) -> pd.DataFrame:
    newest = outcomes.sort_values(["date", "firm", "symbol"], ascending=[False, True, True])
    return pd.DataFrame(
        {
            "Day": newest["date"].dt.date,
            "Firm": newest["firm"].map(table_cell),
            "Ticker": newest["symbol"],
            "Price then": newest["start_close"],
            "Target": newest["target"],
            "Asked": newest["implied_upside_pct"],
            "Met after": newest["days_until_hit"],
            "Met at the end": newest["hit_at_end"].astype(bool),
            "Price at the end": newest["end_close"],
            "Miss": newest["error_pct"],
        }
    )


def _target_columns(asked: str | None) -> dict[str, Any]:
    figure: Any = {"format": "%.2f"}
    return {
        "Day": st.column_config.DateColumn(format="D MMM YYYY"),
        "Price then": st.column_config.NumberColumn(**figure),
        "Target": st.column_config.NumberColumn(**figure),
        "Asked": st.column_config.NumberColumn(format=asked, help="Target / price then − 1"),
        "Met after": st.column_config.NumberColumn(format="%.0f days", help="Empty: not met within twelve months"),
        "Met at the end": st.column_config.CheckboxColumn(),
        "Price at the end": st.column_config.NumberColumn(**figure),
        "Miss": st.column_config.NumberColumn(format="%.0f%%", help="|price at the end − target| / price then"),
    }


main()
