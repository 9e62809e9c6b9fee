"""Figures and pictures of one ticker: `/api/levels/SYMBOL`, `/api/chart/SYMBOL.png`, `.svg` and `.json`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.answers import answer, levels_answer, shared_analysis, shared_png, shared_svg
from api.parameters import SymbolText, analysis_request, overlay_set, period_shown
from charts.levels.chart import levels_picture
from charts.options import Overlay, Period
from charts.palette import Theme
from market.symbols import parse_symbol
from tickers.request import AnalysisRequest

router = APIRouter()
Asked = Annotated[AnalysisRequest, Depends(analysis_request)]
Shown = Annotated[frozenset[Overlay], Depends(overlay_set)]
Suited = Annotated[Period, Depends(period_shown)]


@router.get("/levels/{symbol}")
def levels(symbol: SymbolText, asked: Asked, request: Request) -> Response:
    """Return a ticker's levels, targets and summary, as `levelboard.py scan --json` prints them."""
    return levels_answer(shared_analysis(parse_symbol(symbol), asked), request)


@router.get("/chart/{symbol}.png")
def chart_png(
    symbol: SymbolText, asked: Asked, overlays: Shown, request: Request, period: Suited, theme: Theme = "light"
) -> Response:
    """Return the picture of a ticker's levels and targets, 3200 x 1800 pixels."""
    parsed = parse_symbol(symbol)
    picture = shared_png(parsed, asked, period, theme, overlays)
    return answer(picture, "image/png", request, shared_analysis(parsed, asked).as_of)


@router.get("/chart/{symbol}.svg")
def chart_svg(
    symbol: SymbolText, asked: Asked, overlays: Shown, request: Request, period: Suited, theme: Theme = "light"
) -> Response:
    """Return the same picture as SVG, 1600 x 900 units."""
    parsed = parse_symbol(symbol)
    picture = shared_svg(parsed, asked, period, theme, overlays)
    return answer(picture, "image/svg+xml", request, shared_analysis(parsed, asked).as_of)


@router.get("/chart/{symbol}.json")
def chart_json(
    symbol: SymbolText, asked: Asked, overlays: Shown, request: Request, period: Suited, theme: Theme = "light"
) -> Response:
    """Return the same picture as a Plotly figure."""
    analysis = shared_analysis(parse_symbol(symbol), asked)
    figure = levels_picture(analysis, period, overlays, theme)
    return answer(figure.to_json().encode(), "application/json", request, analysis.as_of)
