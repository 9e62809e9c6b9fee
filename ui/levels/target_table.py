"""The table of analyst targets, with the consensus below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from indicators.analysis import Analysis
from indicators.analysts.ratings import stance
from indicators.analysts.target_notes import age_phrase, doubt_phrase
from indicators.analysts.targets import CurrentTarget
from indicators.analysts.track_record import Hits
from indicators.odds.forecasts import TouchForecast, target_forecast
from indicators.odds.reward_risk import target_path
from market.sources import source_subject
from text import numbers
from text.escape import escape_markdown, table_cell
from ui.alert_rules import alert_cells
from ui.alert_rules.draft import target_draft
from ui.components import feed_age
from ui.components.number_columns import style_numbers
from ui.components.stance_column import stance_cell, stance_column
from ui.loading.shared_views import shared_hits

if TYPE_CHECKING:
    from market.market_data import ReportedConsensus

MAX_ROWS_WITHOUT_SCROLLING = 16
SCROLLED_HEIGHT = 600  # pixels
KEY = "targets"
TOUCH_HELP = (
    "How likely the price is to trade at the target by then. A range from half a"
    " year on, since what a stock gains in a year is not known."
)
RECORD_HELP = (
    "Of the firm's targets on this ticker whose twelve months were over by the as-of day, how many were hit within them"
)
RATIO_HELP = "(Target − price) / (price − the trendline offered as support, or the nearest zone below)"


@st.fragment
def draw_target_table(analysis: Analysis, reported: ReportedConsensus | None, is_today: bool) -> None:
    """Draw each firm's current target, the newest first, and below it the consensus and the age of the feed.

    Stale ones are folded away, another order can be chosen, and a firm's record is that of the as-of day. Targets in
    another currency stand at the end, with their currency and without an upside.

    `reported` is the source's own consensus. It is that of today, so it is shown only where `is_today`.
    """
    alert_cells.open_clicked(KEY)
    forecasts = {row: target_forecast(analysis, row) for row in analysis.targets}
    if not analysis.targets and not analysis.foreign_targets:
        st.caption(_no_targets_sentence(analysis))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        order = _order(forecasts)
        rows = sorted(_unfolded(analysis.targets), key=order)
    listed = len(rows) + len(analysis.foreign_targets)
    drafts = [partial(target_draft, analysis, row) for row in rows] + [None] * len(analysis.foreign_targets)
    ratios = [target_path(analysis, row.target).ratio for row in rows]
    st.dataframe(
        style_numbers(
            _target_frame(analysis, rows, [forecasts[row] for row in rows], ratios),
            _formats(analysis, forecasts.values()),
        ),
        hide_index=True,
        height="content" if listed <= MAX_ROWS_WITHOUT_SCROLLING else SCROLLED_HEIGHT,
        column_config={
            "Stance": stance_column(),
            "Upside": st.column_config.NumberColumn(help="Target / price − 1"),
            "Touch": st.column_config.NumberColumn(help=TOUCH_HELP),
            "By": st.column_config.DateColumn(format="MMM YYYY", help="When its twelve months, or its horizon, end"),
            "Reward/risk": st.column_config.NumberColumn(help=RATIO_HELP),
            "Day": st.column_config.DateColumn(format="D MMM YYYY"),
            "Age": st.column_config.NumberColumn(help="Days since it was published"),
            "Record": st.column_config.TextColumn(help=RECORD_HELP),
            alert_cells.COLUMN: alert_cells.alert_column(),
        },
        on_select=partial(alert_cells.remember_click, KEY, drafts),
        selection_mode="single-cell",
        placeholder="",
        key=KEY,
    )
    reported_sentence = _reported_sentence(analysis, reported) if is_today else ""
    notes = (escape_markdown(note, 400) for note in analysis.target_notes)
    for sentence in (_consensus_sentence(analysis), *notes, reported_sentence, _feed_sentence(analysis)):
        if sentence:
            st.caption(sentence)


def _order(forecasts: Mapping[CurrentTarget, TouchForecast | None]) -> Callable[[CurrentTarget], float]:
    """Let the viewer choose the order of the rows, and return their sort key."""
    orders: dict[str, Callable[[CurrentTarget], float]] = {
        "Newest": lambda row: row.age_days,
        "Highest": lambda row: -row.target,
        "Most likely": lambda row: -forecast.probability if (forecast := forecasts[row]) else 1.0,
    }
    if len(forecasts) < 2:
        return orders["Newest"]
    chosen = st.segmented_control(
        "Order of the targets",
        list(orders),
        default="Newest",
        required=True,
        key="target-order",
        label_visibility="collapsed",
    )
    return orders[chosen]


def _unfolded(targets: Sequence[CurrentTarget]) -> Sequence[CurrentTarget]:
    """Return the targets without the stale ones, unless the viewer asks for those or there are no others."""
    live = [row for row in targets if not row.stale]
    stale_count = len(targets) - len(live)
    if not stale_count or not live:
        return targets
    label = f"Show {numbers.format_count(stale_count, 'stale target')}"
    return targets if st.toggle(label, key="targets-stale", help="Older than 365 days, not counted") else live


def _no_targets_sentence(analysis: Analysis) -> str:
    if not analysis.targets_known:
        return "Analyst targets could not be fetched."
    source = escape_markdown(source_subject(analysis.source))
    return f"{source} has no analyst targets for {escape_markdown(analysis.symbol)}."


def _target_frame(
    analysis: Analysis,
    current: Sequence[CurrentTarget],
    forecasts: Sequence[TouchForecast | None],
    ratios: Sequence[float | None],
) -> pd.DataFrame:
    """Return one row per target, without the columns that are empty in every row."""
    foreign, hits = analysis.foreign_targets, shared_hits(analysis)
    rows, blank = [*current, *foreign], [None] * len(foreign)
    frame = pd.DataFrame(
        {
            "Firm": [table_cell(row.firm) for row in rows],
            "Rating": [table_cell(row.rating) for row in rows],
            "Stance": [stance_cell(stance(row.rating)) for row in rows],
            "Change": [*map(_change_phrase, current), *("not counted" for _ in foreign)],
            "Prior": [row.prior_target for row in rows],
            "Target": [row.target for row in rows],
            "Currency": [table_cell(row.currency) for row in rows],
            "Upside": [*(row.upside_pct for row in current), *blank],
            "Touch": [*(forecast and forecast.probability for forecast in forecasts), *blank],
            "By": [*(forecast and forecast.until for forecast in forecasts), *blank],
            "Reward/risk": [*ratios, *blank],
            "Day": [row.date for row in rows],
            "Age": [(analysis.as_of - row.date).days for row in rows],
            "Record": [_record_phrase(hits.get(row.firm)) for row in rows],
            alert_cells.COLUMN: [*(alert_cells.CELL for _ in current), *("" for _ in foreign)],
            "Analyst": [table_cell(row.analyst) for row in rows],
            "Note": [table_cell("; ".join(filter(None, (row.horizon, row.note)))) for row in rows],
            "Whose": ["own" if row.source == "own" else None for row in rows],
        }
    ).dropna(axis="columns", how="all")
    return frame.loc[:, (frame != "").any()]


def _formats(analysis: Analysis, forecasts: Iterable[TouchForecast | None]) -> dict[str, Callable[[Any], str]]:
    write_price = analysis.price_format.number
    phrases = {forecast.probability: forecast.phrase for forecast in forecasts if forecast is not None}
    return {
        "Prior": write_price,
        "Target": write_price,
        "Upside": numbers.format_percent,
        "Touch": phrases.__getitem__,  # the column holds figures, so that it sorts by them
        "Reward/risk": numbers.format_ratio,
        "Age": numbers.format_integer,
    }


def _record_phrase(hits: Hits | None) -> str | None:
    return None if hits is None else f"{hits.hits} of {hits.count} hit"


def _change_phrase(target: CurrentTarget) -> str:
    rating = None if target.action == "reiterated" else target.action
    return ", ".join(filter(None, (rating, f"target {target.change}", doubt_phrase(target))))


def _format_target(value: float | None, analysis: Analysis) -> str:
    return "unknown" if value is None else escape_markdown(analysis.price_format.target(value))


def _consensus_sentence(analysis: Analysis) -> str:
    consensus = analysis.consensus
    if consensus is None:
        are_stale = analysis.targets and all(target.stale for target in analysis.targets)
        return f"No consensus: every target is {'older than 365 days' if are_stale else 'stale or not counted'}."
    mean, median, low, high = (
        _format_target(value, analysis) for value in (consensus.mean, consensus.median, consensus.low, consensus.high)
    )
    firms = numbers.format_count(consensus.count, "firm")
    return (
        f"**Consensus of {firms}:** mean {mean}, median {median}, from {low} to {high}, {age_phrase(consensus)}."
        " Targets older than 365 days are stale and not counted."
    )


def _reported_sentence(analysis: Analysis, reported: ReportedConsensus | None) -> str:
    if reported is None or reported.mean is None:
        return ""
    mean, median, low, high = (
        _format_target(value, analysis) for value in (reported.mean, reported.median, reported.low, reported.high)
    )
    source = escape_markdown(source_subject(analysis.source))
    analysts = "" if reported.count is None else f" of {reported.count} analysts"
    return (
        f"**{source}'s own consensus{analysts}:** mean {mean}, median {median}, from {low} to {high}."
        " It includes analysts whose targets are not published; ours covers the rows above."
    )


def _feed_sentence(analysis: Analysis) -> str:
    days = [row.date for row in analysis.published if row.source != "own"]
    return f"Newest rating: {feed_age.newest_row_phrase(max(days), analysis.as_of)}." if days else ""
