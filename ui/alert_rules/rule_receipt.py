"""The receipt of a rule on a page: how often it would have fired in two years, and what the price did then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from alerts.receipt import AHEAD_SESSIONS, Outcomes, Receipt, make_rule_receipt
from alerts.rules import AlertRule
from indicators.analysis import Analysis
from market.sources import fetch, fetch_stored
from market.symbols import Symbol
from text import numbers
from text.escape import escape_markdown
from tickers.batch import FailedTicker
from tickers.request import AnalysisRequest
from ui.components.number_columns import round_columns, style_numbers
from ui.loading.batch_run import MAX_AGE_SECONDS, BatchRun, current_run, draw_progress, redraw_until_over, restart_run

RUN_KEY = "alert-receipt-run"
MAX_TICKERS = 10  # replayed: each takes a second or two
MAX_DAYS_NAMED = 60


@dataclass(frozen=True)
class Replayed:
    """A rule over the last two years of a ticker, and the ticker as it is now."""

    receipt: Receipt
    latest: Analysis
    notices: tuple[str, ...]


def draw_receipt(rule: AlertRule, symbols: Sequence[str], request: AnalysisRequest) -> tuple[Replayed, ...] | None:
    """Draw the receipt of the rule over the first tickers of those it watches, and return what was replayed.

    It is replayed in the background, while the page stays usable; None until then.
    """
    run = _current_run(rule, tuple(symbols[:MAX_TICKERS]), request)
    if not run.over and not run.work.wait(2.0):
        st.caption("Replaying the last two years.")
        redraw_until_over(draw_progress, run)
        return None
    found = list(run.by_symbol().values())
    for failed in found:
        if isinstance(failed, FailedTicker):
            st.warning(escape_markdown(failed.reason, 300), icon=":material/error:")
    replayed = tuple(one for one in found if isinstance(one, Replayed))
    if replayed:
        _draw(replayed, len(symbols))
    return replayed


def _current_run(rule: AlertRule, symbols: tuple[str, ...], request: AnalysisRequest) -> BatchRun[Replayed]:
    """Return the run for what the rule waits for; that of another draft is given up."""
    of_shares = rule.basis_day if rule.threshold is not None and rule.threshold.unit == "price" else None
    waits_for = (rule.kinds, rule.label, rule.level_kinds, rule.threshold, of_shares)
    name = f"receipt {waits_for}"
    if (last := st.session_state.get(RUN_KEY)) not in (None, name):
        restart_run(last, ())
    st.session_state[RUN_KEY] = name
    return current_run(name, symbols, request, _replay_of(rule, request), MAX_AGE_SECONDS)


def _replay_of(rule: AlertRule, request: AnalysisRequest) -> Callable[[Analysis], Replayed]:
    return partial(_replay, rule=rule, request=request)


def _replay(analysis: Analysis, rule: AlertRule, request: AnalysisRequest) -> Replayed:
    wanted = (Symbol(analysis.symbol), request.source, request.basis, request.person)
    data = fetch_stored(*wanted) or fetch(*wanted)
    return Replayed(make_rule_receipt(data, rule), analysis, data.notices)


def _draw(replayed: Sequence[Replayed], watched: int) -> None:
    receipts = [one.receipt for one in replayed]
    fired = sum(len(receipt.days) for receipt in receipts)
    span = numbers.format_date_range([day for receipt in receipts for day in (receipt.first, receipt.last)])
    whose = f" of the first {len(receipts)} of {watched} tickers" if watched > len(receipts) else ""
    times = numbers.format_count(fired, "session")
    sessions = numbers.format_integer(sum(receipt.sessions for receipt in receipts))
    st.markdown(f"**It would have fired on {times}** of {sessions}{whose}, {span}.")
    frame = pd.DataFrame(
        {
            "Ticker": [receipt.symbol for receipt in receipts],
            "Sessions": [len(receipt.days) for receipt in receipts],
            "Last": [receipt.days[-1] if receipt.days else None for receipt in receipts],
            "Median after": [_median(receipt.after) for receipt in receipts],
            "Range after": [_range(receipt.after) for receipt in receipts],
            "Median of any day": [_median(receipt.any_day) for receipt in receipts],
            "Range of any day": [_range(receipt.any_day) for receipt in receipts],
        }
    )
    frame = round_columns(frame, {"Median after": 1, "Median of any day": 1})
    percents = {"Median after": numbers.format_percent, "Median of any day": numbers.format_percent}
    st.dataframe(
        style_numbers(frame, percents),
        hide_index=True,
        height="content",
        column_config={"Last": st.column_config.DateColumn(format="D MMM YYYY")},
        placeholder="",
        key="alert-receipt",
        alt="How often the rule would have fired, and what the price did in the 21 sessions after, beside any day's",
    )
    st.caption(
        f"After: what the price did over the {AHEAD_SESSIONS} sessions that followed. Where it is much like that of any"
        " day, the alert says little about what comes next."
    )
    if len(receipts) == 1 and receipts[0].days:
        with st.expander("The days"):
            named = [numbers.format_day(day) for day in receipts[0].days[::-1][:MAX_DAYS_NAMED]]
            st.markdown(", ".join(named) + (", and earlier ones" if fired > len(named) else "") + ".")


def _median(outcomes: Outcomes | None) -> float | None:
    return None if outcomes is None else outcomes.median_pct


def _range(outcomes: Outcomes | None) -> str:
    """Return "−20.1% to +45.0%, 12 days", empty where none is known yet."""
    if outcomes is None:
        return ""
    low, high = numbers.format_percent(outcomes.lowest_pct), numbers.format_percent(outcomes.highest_pct)
    return f"{low} to {high}, {numbers.format_count(outcomes.count, 'day')}"
