"""Analyses and what is drawn of them, shared: two who look at the same ticker as of the same day get the same objects.

Nobody changes them in place. They are kept for a little while only: the next prices make others.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date as Date
from functools import wraps
from typing import Concatenate, ParamSpec

import streamlit as st

from indicators.analysis import Analysis, Scale
from indicators.analysts.track_record import Hits, hits_by_firm, target_outcomes
from indicators.intervals.bar_units import Interval
from indicators.summary.summary import read_sentences
from market.market_data import MarketData
from tickers.request import analyse_market_data

KEPT_SECONDS = 120.0
MAX_ANALYSES, MAX_DRAWN = 256, 256  # of 0.3 MB; of what each drawing function sent to browsers, 0.1 MB for a chart
MAX_DIGESTS = 64

Arguments = ParamSpec("Arguments")


def shared_analysis(data: MarketData, as_of: Date | None, scale: Scale, interval: Interval) -> Analysis:
    """Do as `analyse_market_data`, once for all who have the same data on the same day. Raises `TooEarly`."""
    _, digest = _data_and_digest(data)  # here: Streamlit does not hash an object anew while it hashes it
    return _analysis(data, digest, as_of, scale, interval, Date.today())


def shared_sentences(analysis: Analysis) -> tuple[str, ...]:
    """Do as `read_sentences`, once for all who see the same shared analysis."""
    return _analysis_and_sentences(analysis)[1]


def shared_hits(analysis: Analysis) -> dict[str, Hits]:
    """Return each firm's hits on the ticker as known on the as-of day, once for all who see the same analysis."""
    return _analysis_and_hits(analysis)[1]


def draws_once(
    draw: Callable[Concatenate[Analysis, Arguments], None],
) -> Callable[Concatenate[Analysis, Arguments], None]:
    """Have `draw` draw once for all who see the same shared analysis with the same arguments.

    Streamlit keeps the messages that it sent to the first browser, and sends them to the others: the arguments have to
    say all that the drawing depends on, and nothing drawn may be a widget.
    """

    @st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_DRAWN, hash_funcs={Analysis: id}, show_spinner=False)
    @wraps(draw)
    def draw_and_keep(analysis: Analysis, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Analysis:
        draw(analysis, *args, **kwargs)
        return analysis  # while it is kept, no other analysis can have the same id

    @wraps(draw)
    def draw_shared(analysis: Analysis, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        draw_and_keep(analysis, *args, **kwargs)

    return draw_shared


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_DIGESTS, hash_funcs={MarketData: id}, show_spinner=False)
def _data_and_digest(data: MarketData) -> tuple[MarketData, str]:
    """Return what equal data have in common, as far as an analysis is made of it; computed once for each object."""
    content = replace(data, consensus=None, stale=False, targets_stale=False, age_notice=None, retry_at=None)
    return data, hashlib.sha256(pickle.dumps(content)).hexdigest()


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_ANALYSES, show_spinner=False)
def _analysis(
    _data: MarketData, digest: str, as_of: Date | None, scale: Scale, interval: Interval, today: Date
) -> Analysis:
    return analyse_market_data(_data, as_of, scale, interval)


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_ANALYSES, hash_funcs={Analysis: id}, show_spinner=False)
def _analysis_and_sentences(analysis: Analysis) -> tuple[Analysis, tuple[str, ...]]:
    return analysis, read_sentences(analysis)


@st.cache_resource(ttl=KEPT_SECONDS, max_entries=MAX_ANALYSES, hash_funcs={Analysis: id}, show_spinner=False)
def _analysis_and_hits(analysis: Analysis) -> tuple[Analysis, dict[str, Hits]]:
    return analysis, hits_by_firm(target_outcomes(analysis.published, analysis.daily_bars, analysis.as_of))
