"""What the API answers with: computed once for equal questions, and not sent again to who has it already."""

from __future__ import annotations

import hashlib
import json
from datetime import date as Date
from threading import Condition
from typing import Any

from cachetools import TTLCache, cached
from fastapi import Request, Response

from charts.levels.chart import levels_picture
from charts.options import Overlay, Period
from charts.palette import Theme
from exports.png import render, render_png
from indicators.analysis import Analysis
from market.symbols import Symbol
from tickers.json_document import analysis_document
from tickers.request import AnalysisRequest, load_analysis

FRESH_SECONDS = 15  # an answer about today serves equal questions for this long
CACHED_ANALYSES, CACHED_PICTURES = 64, 32
MAX_AGE_TODAY_SECONDS, MAX_AGE_PAST_SECONDS = 60, 24 * 60 * 60


@cached(TTLCache[Any, Analysis](CACHED_ANALYSES, FRESH_SECONDS), condition=Condition())
def shared_analysis(symbol: Symbol, request: AnalysisRequest) -> Analysis:
    """Return the analysis; callers that ask for the same at the same time wait for one computation."""
    return load_analysis(symbol, request)


@cached(TTLCache[Any, bytes](CACHED_PICTURES, FRESH_SECONDS), condition=Condition())
def shared_png(
    symbol: Symbol, request: AnalysisRequest, period: Period, theme: Theme, overlays: frozenset[Overlay]
) -> bytes:
    """Return the picture of `levelboard.py export`, drawn once for equal questions."""
    return render_png(levels_picture(shared_analysis(symbol, request), period, overlays, theme))


@cached(TTLCache[Any, bytes](CACHED_PICTURES, FRESH_SECONDS), condition=Condition())
def shared_svg(
    symbol: Symbol, request: AnalysisRequest, period: Period, theme: Theme, overlays: frozenset[Overlay]
) -> bytes:
    """Return the same picture as SVG."""
    return render(levels_picture(shared_analysis(symbol, request), period, overlays, theme), "svg")


def json_answer(content: Any, request: Request, as_of: Date | None = None) -> Response:
    """Return `content` as JSON; no figure is NaN."""
    body = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    return answer(body, "application/json", request, as_of)


def levels_answer(analysis: Analysis, request: Request) -> Response:
    """Return the object that `levelboard.py scan --json` prints."""
    return json_answer(analysis_document(analysis), request, analysis.as_of)


def answer(body: bytes, media_type: str, request: Request, as_of: Date | None = None) -> Response:
    """Return the body, or 304 where the caller's `If-None-Match` names it already.

    An answer as of a past day may be kept for a day, any other for a minute: bars change while the market trades.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    is_past = as_of is not None and as_of < Date.today()
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={MAX_AGE_PAST_SECONDS if is_past else MAX_AGE_TODAY_SECONDS}",
    }
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
