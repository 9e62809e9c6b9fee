"""The parameters of a request, checked: the same values as in the page's address."""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import AfterValidator

from charts.options import DEFAULT_OVERLAYS, DEFAULT_PERIODS, OVERLAYS, Overlay, Period
from indicators.analysis import Scale
from indicators.intervals.bar_units import Interval
from market.source import SourceKey
from market.sources import SOURCES, default_source
from tickers.request import AnalysisRequest


def past_day(day: Date | None) -> Date | None:
    """Return the day as it is; refuse one in the future."""
    if day is not None and day > Date.today():
        raise ValueError("it is in the future, use a day up to today")
    return day


def _known_source(key: str | None) -> str | None:
    if key is not None and key not in SOURCES:
        raise ValueError(f"use one of {', '.join(SOURCES)}")
    return key


def _known_overlays(text: str | None) -> str | None:
    unknown = [name for name in _names(text) if name not in OVERLAYS]
    if unknown:
        raise ValueError(f"use {', '.join(OVERLAYS)}")
    return text


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


AsOf = Annotated[
    Date | None,
    Query(alias="asof", description="ISO day; nothing later is used. By default the latest.", examples=["2025-11-24"]),
    AfterValidator(past_day),
]
Source = Annotated[
    SourceKey | None,
    Query(description="Where the prices come from: yahoo, sample or files."),
    AfterValidator(_known_source),
]
Overlays = Annotated[
    str | None,
    Query(description=f"What is drawn, separated by commas, of: {', '.join(OVERLAYS)}."),
    AfterValidator(_known_overlays),
]
SymbolText = Annotated[str, Path(description="A symbol of the source, such as CIFR, BRK-B or ^GSPC.")]
SymbolQuery = Annotated[str, Query(alias="symbol", description="A symbol of the source, such as CIFR or ^GSPC.")]


def analysis_request(
    asof: AsOf = None, scale: Scale = "linear", interval: Interval = "1d", source: Source = None
) -> AnalysisRequest:
    """Return what to analyze, from the parameters `asof`, `scale`, `interval` and `source`."""
    return AnalysisRequest(source or default_source(), asof, scale, interval=interval)


def period_shown(asked: Annotated[AnalysisRequest, Depends(analysis_request)], period: Period | None = None) -> Period:
    """Return the period asked for, by default the one that suits the interval."""
    return period or DEFAULT_PERIODS[asked.interval]


def overlay_set(overlays: Overlays = None) -> frozenset[Overlay]:
    """Return what is drawn, from the parameter `overlays`."""
    chosen = _names(overlays)
    return DEFAULT_OVERLAYS if overlays is None else frozenset(name for name in OVERLAYS if name in chosen)
