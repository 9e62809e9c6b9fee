"""The Track record page: how often each firm's price targets were hit within their twelve months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from charts.track_record_chart import STUDY_HIT_AT_END_PCT, STUDY_HIT_PCT, track_record_figure
from indicators.analysis import Analysis
from indicators.analysts.target_revisions import TargetRevision, first_known_targets, target_revisions
from indicators.analysts.track_record import (
    RANKED_FROM,
    Difference,
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
from text.numbers import PriceFormat, format_integer
from text.prose import join_words
from ui.components import chart
from ui.components.metric import draw_metric_with_note
from ui.components.number_columns import round_columns, style_numbers, style_prices, unstyled_format
from ui.loading.batch_run import load_analyses
from ui.sidebar import sidebar

STUDY = (
    "Skill hardly persists: Bradshaw, Brown and Huang (Review of Accounting Studies, 2013) found that"
    f" {STUDY_HIT_PCT:.0f}% of twelve-month targets were hit within the period and {STUDY_HIT_AT_END_PCT:.0f}% at its"
    " end, and that a firm's past rate says little about its next one. Look at the rate of all firms first."
)
INTERVAL_HELP = (
    "95% interval by resampling whole quarters, because targets overlap in time; never narrower than Wilson's interval,"
    " which takes them to be independent."
)
PEERS_HELP = (
    "Share hit within twelve months, less that of the other firms' targets on the same tickers in the same quarters, in"
    " percentage points, with its 95% interval"
)
PRICE_COLUMNS = ("Price then", "Target", "Price at the end")
CHART_MIN_PX = 760
ROW_PX = 35
FIRMS_WITHOUT_SCROLLING = 9  # so that the targets of a firm clicked are on the same screen


def main() -> None:
    st.title("Track record", anchor=False)
    st.caption("How each price target turned out after its twelve months. " + STUDY)
    analyses = load_analyses(sidebar.view_options())
    if not analyses:
        return
    outcomes = _judge_targets(analyses)
    record = track_record(outcomes)
    if record is None:
        _draw_nothing_to_judge(analyses)
        _draw_revisions(analyses, record)
        return
    _draw_overall_rates(record)
    _draw_unjudged_count(analyses, record)
    _draw_revisions(analyses, record)
    by_ticker = outcomes["symbol"].nunique() > 1 and st.toggle("Each firm by ticker", key="record-by-ticker")
    records = record.firm_symbols if by_ticker else record.firms
    _draw_picture(record, records, analyses)
    _draw_firms(records, outcomes, {analysis.symbol: analysis.price_format for analysis in analyses})


def _judge_targets(analyses: Sequence[Analysis]) -> pd.DataFrame:
    """Return one row per target whose twelve months have passed, over all tickers."""
    frames = [target_outcomes(analysis.published, analysis.daily_bars, analysis.as_of) for analysis in analyses]
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _draw_nothing_to_judge(analyses: Sequence[Analysis]) -> None:
    """Draw why there is no record, when there will be one, and how to get one now."""
    running = [due for analysis in analyses if (due := next_target_due(analysis.published, analysis.as_of))]
    if running:
        target, due_day = min(running, key=lambda item: item[1])
        when = (
            f"The first will be {escape_markdown(target.firm)} on {escape_markdown(target.symbol)} of"
            f" {numbers.format_day(target.date)}, whose twelve months end on {numbers.format_day(due_day)}."
        )
    else:
        when = "The source has no target that is still running."
    expired = sum(count_expired_targets(analysis.published, analysis.as_of) for analysis in analyses)
    st.info(
        f"**No target of these tickers is twelve months old yet.** {_unjudged_sentence(expired)}{when}"
        " To see a record now, pick another source, add tickers, or import your own older targets in the sidebar.",
        icon=":material/hourglass_top:",
    )


def _draw_unjudged_count(analyses: Sequence[Analysis], record: TrackRecord) -> None:
    expired = sum(count_expired_targets(analysis.published, analysis.as_of) for analysis in analyses)
    if expired > record.everyone.count:
        st.caption(_unjudged_sentence(expired - record.everyone.count))


def _unjudged_sentence(count: int) -> str:
    """Return a sentence on targets that have expired, but for whose twelve months there are no prices."""
    if not count:
        return ""
    return f"{numbers.format_count(count, 'expired target')} not counted: no prices for those twelve months. "


def _draw_overall_rates(record: TrackRecord) -> None:
    """Draw the rates of all firms together, beside those of the study."""
    everyone = record.everyone
    firms = f"of {numbers.format_count(len(record.firms), 'firm')}"
    with st.container(horizontal=True, key="everyone"):
        draw_metric_with_note("Targets", format_integer(everyone.count), firms)
        for label, rate, study in (
            ("Hit within 12 months", everyone.hit, STUDY_HIT_PCT),
            ("Hit at the end", everyone.hit_at_end, STUDY_HIT_AT_END_PCT),
        ):
            note = f"{_interval(rate)}, study {study:.0f}%"
            draw_metric_with_note(
                label,
                f"{rate.pct:.0f}%",
                note,
                f"{format_integer(rate.hits)} of {format_integer(rate.count)}. {INTERVAL_HELP}",
            )
        if everyone.median_days_until_hit is not None:
            median = f"{everyone.median_days_until_hit:.0f}"
            draw_metric_with_note("Days to hit", median, f"median of {format_integer(everyone.hit.hits)}")
        error, formula = f"{everyone.average_error_pct:.0f}%", "|close at the end − target| / close on the target's day"
        draw_metric_with_note("Average error", error, "of the first day's price", formula)


def _draw_revisions(analyses: Sequence[Analysis], record: TrackRecord | None) -> None:
    """Draw which rows of the feed came late, changed or vanished, and the hit rate without that hindsight."""
    fetched = [day for analysis in analyses if (day := analysis.target_log.first_fetch)]
    if not fetched:
        return
    revisions = [one for analysis in analyses for one in target_revisions(analysis.target_log, analysis.as_of)]
    since = f"since the first fetch on {numbers.format_day(min(fetched))}"
    if not revisions:
        st.caption(f"As known then, as listed now: no row came late, changed or vanished {since}.")
        return
    if record is not None:
        st.markdown(f"**As known then, as listed now.** {_rates_both_ways(analyses, record)}")
    with st.expander(f"{_revision_counts(revisions)} {since}", key="record-revisions"):
        st.dataframe(_revision_frame(revisions), hide_index=True, placeholder="", key="record-revisions-table")


def _rates_both_ways(analyses: Sequence[Analysis], record: TrackRecord) -> str:
    """Return "As listed now, 62% of 120 targets were hit; as they were listed at first, 58% of 118."."""
    now = record.everyone.hit
    frames = [
        target_outcomes(first_known_targets(analysis), analysis.daily_bars, analysis.as_of)
        for analysis in analyses
        if analysis.target_log.first_fetch
    ]
    hits, count = sum(int(frame["hit"].sum()) for frame in frames), sum(map(len, frames))
    then = f"{numbers.format_share(hits / count)} of {format_integer(count)}" if count else "none is old enough"
    listed = f"{now.pct:.0f}% of {numbers.format_count(now.count, 'target')}"
    return f"As listed now, {listed} were hit within twelve months; as they were listed at first, {then}."


def _revision_counts(revisions: Sequence[TargetRevision]) -> str:
    kinds = [revision.kind for revision in revisions]
    phrases = {"late": "came late", "changed": "changed", "vanished": "vanished"}
    counts = [f"{format_integer(kinds.count(kind))} {phrase}" for kind, phrase in phrases.items() if kind in kinds]
    return f"{numbers.format_count(len(kinds), 'row')} of the feed: {join_words(counts)}"


def _revision_frame(revisions: Sequence[TargetRevision]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Ticker": [revision.row.symbol for revision in revisions],
            "Firm": [table_cell(revision.row.firm) for revision in revisions],
            "Day": [revision.row.date for revision in revisions],
            "Target, as published": [revision.row.target for revision in revisions],
            "At first": [revision.before and revision.before.target for revision in revisions],
            "What happened": [_revision_phrase(revision) for revision in revisions],
            "Seen on": [revision.on for revision in revisions],
        }
    )


def _revision_phrase(revision: TargetRevision) -> str:
    if revision.days_absent is not None:
        return f"came more than {numbers.format_count(revision.days_absent, 'day')} late"
    return revision.kind


def _draw_picture(record: TrackRecord, records: Sequence[Record], analyses: Sequence[Analysis]) -> None:
    ranked_count = sum(row.ranked for row in records)
    if not ranked_count:
        st.info(
            f"No firm is ranked: a ranking needs {RANKED_FROM} targets that are twelve months old.",
            icon=":material/leaderboard:",
        )
        return
    as_of = max(analysis.as_of for analysis in analyses)
    figure = track_record_figure(record, records, [analysis.source for analysis in analyses], as_of, chart.theme())
    alt = "Hit rate of each firm's targets with its 95% interval, beside the rate of all firms"
    chart.draw_wide_chart(figure, f"track_record_{as_of}", alt, "record-chart", CHART_MIN_PX)
    if lucky := outstanding_by_chance(records):
        st.caption(f"Of {ranked_count} firms, about {lucky} would stand out by chance alone.")


def _draw_firms(records: Sequence[Record], outcomes: pd.DataFrame, formats: Mapping[str, PriceFormat]) -> None:
    """Draw what the chart leaves out of each firm, and below it the targets of the one that is clicked."""
    st.subheader("Firms", anchor=False)
    st.caption("Click a firm to list its targets below.")
    table = st.dataframe(
        _firm_frame(records),
        hide_index=True,
        height=ROW_PX * (FIRMS_WITHOUT_SCROLLING + 1) if len(records) > FIRMS_WITHOUT_SCROLLING else "content",
        column_config=_firm_columns(),
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="",
        key="record-table",
        alt="Each firm's record, the ranked ones first",
    )
    if unranked := sum(not record.ranked for record in records):
        st.caption(f"Not ranked: {numbers.format_count(unranked, 'firm')} with fewer than {RANKED_FROM} targets.")
    cells = table["selection"]["cells"]
    _draw_targets(records[cells[0][0]] if cells and cells[0][0] < len(records) else None, outcomes, formats)


def _firm_frame(records: Sequence[Record]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "Firm": [table_cell(record.firm) for record in records],
            "Ticker": [record.symbol for record in records],
            "Targets": [record.count for record in records],
            "Hits": [record.hit.hits for record in records],
            "vs. peers": [_difference(record.versus_peers) for record in records],
            "Hits at the end": [record.hit_at_end.hits for record in records],
            "Days to hit": [record.median_days_until_hit for record in records],
            "Average error": [record.average_error_pct for record in records],
        }
    )
    return round_columns(frame, {"Days to hit": 0, "Average error": 0}).dropna(axis="columns", how="all")


def _firm_columns() -> dict[str, Any]:
    return {
        "Firm": st.column_config.TextColumn(width=190, help="By the lower end of the interval of its hit rate"),
        "Ticker": st.column_config.TextColumn(width=64),
        "Targets": st.column_config.NumberColumn(width=65),
        "Hits": st.column_config.NumberColumn(width=65, help="At any time within the twelve months"),
        "Hits at the end": st.column_config.NumberColumn(width=110, help="At the close that ends the twelve months"),
        "vs. peers": st.column_config.TextColumn(width=140, help=PEERS_HELP),
        "Days to hit": st.column_config.NumberColumn(format="%.0f", width=98, help="Median of the targets hit"),
        "Average error": st.column_config.NumberColumn(format="%.0f%%", width=94, help="Of the price on the first day"),
    }


def _interval(rate: Rate) -> str:
    return numbers.format_share_range(rate.low_pct / 100.0, rate.high_pct / 100.0)


def _difference(difference: Difference | None) -> str | None:
    if difference is None:
        return None
    points, low, high = (
        numbers.format_whole_percent(value) for value in (difference.points, difference.low, difference.high)
    )
    return f"{points} ({low} to {high})"


def _draw_targets(record: Record | None, outcomes: pd.DataFrame, formats: Mapping[str, PriceFormat]) -> None:
    """Draw the targets behind the rates: of the row that was clicked, else of all firms."""
    if record is None:
        selected, whose = outcomes, "all firms"
    else:
        of_symbol = outcomes["symbol"] == record.symbol if record.symbol else True
        selected, whose = outcomes[(outcomes["firm"] == record.firm) & of_symbol], escape_markdown(record.name)
    frame = _target_frame(selected, formats)
    table = style_numbers(frame, {"Implied upside": numbers.format_whole_percent})
    st.subheader(f"Targets of {whose}", anchor=False)
    st.dataframe(
        style_prices(table, frame["Ticker"], PRICE_COLUMNS, formats),
        hide_index=True,
        height=420 if len(selected) > 10 else "content",
        column_config=_target_columns(unstyled_format(frame, "%.2f"), unstyled_format(frame, "%+.0f%%")),
        placeholder="",
        key="record-targets-table",
        alt="Every expired target and its outcome",
    )


def _target_frame(outcomes: pd.DataFrame, formats: Mapping[str, PriceFormat]) -> pd.DataFrame:
    newest = outcomes.sort_values(["date", "firm", "symbol"], ascending=[False, True, True])
    frame = pd.DataFrame(
        {
            "Day": newest["date"].dt.date,
            "Firm": newest["firm"].map(table_cell),
            "Ticker": newest["symbol"],
            "Price then": newest["start_close"],
            "Target": newest["target"],
            "Implied upside": newest["implied_upside_pct"],
            "Hit after": newest["days_until_hit"],
            "Hit at the end": newest["hit_at_end"].astype(bool),
            "Price at the end": newest["end_close"],
            "Error": newest["error_pct"],
        }
    )
    for ticker, written in formats.items():
        of_ticker = frame["Ticker"] == ticker
        frame.loc[of_ticker, list(PRICE_COLUMNS)] = frame.loc[of_ticker, list(PRICE_COLUMNS)].round(written.places)
    return round_columns(frame, {"Implied upside": 0, "Error": 0})


def _target_columns(price_format: str | None, upside_format: str | None) -> dict[str, Any]:
    return {
        "Day": st.column_config.DateColumn(format="D MMM YYYY"),
        **{column: st.column_config.NumberColumn(format=price_format) for column in PRICE_COLUMNS},
        "Implied upside": st.column_config.NumberColumn(format=upside_format, help="Target / price then − 1"),
        "Hit after": st.column_config.NumberColumn(format="%.0f days", help="Empty: not hit within twelve months"),
        "Hit at the end": st.column_config.CheckboxColumn(),
        "Error": st.column_config.NumberColumn(format="%.0f%%", help="|price at the end − target| / price then"),
    }


main()
