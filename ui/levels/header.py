"""The header of the Levels page: ticker, price, change, the as-of day and its session steps, period and interval."""

from __future__ import annotations

from datetime import date as Date

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from indicators.analysis import Analysis
from market.market_data import MarketData
from text import numbers
from text.escape import escape_markdown
from ui.components.metric import draw_metric_with_change
from ui.components.source_phrase import source_phrase
from ui.sidebar import chart_time

STEP_KEYS = {-1: "Left", 1: "Right"}
SHOWN_KEY = "shown-sessions"


class Header:
    """The row of the header, whose controls are drawn at once and whose ticker once it is loaded."""

    def __init__(self) -> None:
        with st.container(key="header", horizontal=True, vertical_alignment="center", gap="small"):
            self._ticker = st.container(key="header-ticker", gap=None)
            self._price = st.container(key="header-price", width="content", gap=None)
            with st.container(key="header-day", horizontal=True, width="content", gap="xxsmall"):
                self._back = st.container(width="content")
                chart_time.draw_as_of("collapsed", _go_to_session)
                self._forward = st.container(width="content")
            with st.container(key="header-bars", horizontal=True, width="content", gap="small"):
                chart_time.draw_period("collapsed")
                chart_time.draw_interval("collapsed")

    def draw_title_alone(self, title: str) -> None:
        """Draw a title where there is no ticker to show."""
        self._ticker.title(escape_markdown(title), anchor=False)

    def draw(self, analysis: Analysis, data: MarketData) -> None:
        """Draw the ticker's name and price, and the two buttons that step from session to session."""
        self._ticker.title(f"{escape_markdown(analysis.symbol)}&ensp;{escape_markdown(analysis.name)}", anchor=False)
        self._ticker.caption(_basis_phrase(analysis))
        with self._price:
            draw_metric_with_change("Price", _price(analysis), analysis.change_pct, analysis.unit.of_change)
        sessions = pd.DatetimeIndex(data.history.bars.index)
        st.session_state[SHOWN_KEY] = sessions
        session = analysis.daily_bars.index[-1]
        _draw_step(self._back, "‹", "Session before (key ←)", -1, _neighbor(sessions, session, -1))
        _draw_step(self._forward, "›", "Next session (key →)", 1, _neighbor(sessions, session, 1))


def _basis_phrase(analysis: Analysis) -> str:
    """Return which bars these are: of what day, whether it is over, on which basis, and from where."""
    of_day = "" if analysis.session == analysis.as_of else f" of {numbers.format_day(analysis.session)}"
    state = f"session{of_day} in progress" if analysis.in_progress else f"at the close{of_day}"
    if analysis.interval != "1d":
        running = f", {analysis.unit.bar} in progress" if analysis.bar_in_progress else ""
        state = f"{analysis.unit.of_chart} bars, {state}{running}"
    basis = "split-adjusted prices" if analysis.price_basis == "split-adjusted" else "dividend-adjusted prices"
    day = f"{analysis.as_of:%A} {numbers.format_day(analysis.as_of)}"
    traded = "" if analysis.last_traded is None else f", last traded {numbers.format_day(analysis.last_traded)}"
    return f"As of {day}, {state}{traded}, {basis}, source: {source_phrase(analysis.source)}"


def _price(analysis: Analysis) -> str:
    return escape_markdown(analysis.price_format.price(analysis.price))


def _draw_step(slot: DeltaGenerator, label: str, name: str, step: int, day: Date | None) -> None:
    """Draw the button that goes to a neighboring session, disabled where there is none."""
    slot.button(
        label,
        key=f"session-step {step}",
        help=name,
        shortcut=STEP_KEYS[step],
        disabled=day is None,
        on_click=_go_to,
        args=(day,),
    )


def _neighbor(sessions: pd.DatetimeIndex, session: pd.Timestamp, step: int) -> Date | None:
    """Return the day of the session before (-1) or after (1), None where there is none."""
    place = int(sessions.searchsorted(session)) + step
    return sessions[place].date() if 0 <= place < len(sessions) else None


def _go_to(day: Date | None) -> None:
    """Show the session of `day`; the last one is that of no day, so that the page follows the market again."""
    sessions = st.session_state[SHOWN_KEY]
    st.session_state["asof"] = None if day == sessions[-1].date() else day


def _go_to_session() -> None:
    """Replace a day without a session that was typed, such as a Sunday, by the session before it."""
    typed, sessions = st.session_state["asof"], st.session_state.get(SHOWN_KEY)
    if typed is None or sessions is None or typed >= sessions[-1].date():
        return
    place = sessions.searchsorted(pd.Timestamp(typed), side="right") - 1
    if place >= 0:
        st.session_state["asof"] = sessions[place].date()
