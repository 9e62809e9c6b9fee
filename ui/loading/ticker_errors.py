"""Messages about several tickers at once: each reason once, with the buttons that help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from indicators.analysis import Analysis
from market.source import SourceKey
from market.sources import is_demo, limit_notice
from text.escape import escape_markdown
from tickers.batch import FailedTicker
from ui.components import sample_notice
from ui.sidebar.sidebar import ViewOptions

MAX_NAMED_TICKERS = 8  # in one sentence; the others are counted


def draw_ticker_errors(
    outcomes: Sequence[Analysis | FailedTicker], options: ViewOptions, try_again: Callable[[Sequence[str]], None]
) -> None:
    """Draw a message for the tickers that failed and one for those whose prices are old.

    Except for demo data, a button calls `try_again` with all of these; if nothing could be loaded, another offers the
    sample.
    """
    failed = [outcome for outcome in outcomes if isinstance(outcome, FailedTicker)]
    reasons = group_by_reason((ticker.symbol, ticker.cause) for ticker in failed)
    if reasons:
        st.warning("\n\n".join(escape_markdown(reason, 400) for reason in reasons), icon=":material/cloud_off:")
    old = [
        (outcome.symbol, notice) for outcome in outcomes if isinstance(outcome, Analysis) for notice in outcome.notices
    ]
    draw_notices(old)
    if not is_demo(options.source) and (failed or old):
        symbols = list(dict.fromkeys([*(outcome.symbol for outcome in failed), *(symbol for symbol, _ in old)]))
        with st.container(horizontal=True):
            st.button("Try again", icon=":material/refresh:", key="errors-retry", on_click=try_again, args=(symbols,))
            if len(failed) == len(outcomes):
                sample_notice.draw_sample_button("errors-sample")


def draw_notices(notices: Iterable[tuple[str, str]]) -> None:
    """Draw one message for (symbol, notice) pairs, such as prices that are some hours old."""
    if grouped := group_by_reason(notices):
        st.info("\n\n".join(escape_markdown(notice, 400) for notice in grouped), icon=":material/schedule:")


def show_rate_limit(source: SourceKey) -> None:
    """Show a toast if Yahoo is not asked for the time being: otherwise a retry would seem to do nothing."""
    if (sentence := limit_notice(source)) is not None:
        st.toast(escape_markdown(sentence, 400), icon=":material/schedule:", duration="long")


def group_by_reason(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return "CIFR, CLSK: the reason" for (symbol, reason) pairs, each reason once, in their order."""
    symbols_by_reason: dict[str, list[str]] = {}
    for symbol, reason in pairs:
        symbols_by_reason.setdefault(reason, []).append(symbol)
    return [f"{_join_symbols(symbols)}: {reason}" for reason, symbols in symbols_by_reason.items()]


def _join_symbols(symbols: Sequence[str]) -> str:
    more = f" and {len(symbols) - MAX_NAMED_TICKERS} more" if len(symbols) > MAX_NAMED_TICKERS else ""
    return ", ".join(symbols[:MAX_NAMED_TICKERS]) + more
