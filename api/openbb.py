"""Widgets for OpenBB Workspace: what they are (`widgets.json`), a page of them (`apps.json`), and their data.

The formats are those of docs.openbb.co, "widgets.json Reference" and "apps.json Reference". Workspace reads both files
at the address that a user gives as a custom backend, and asks each widget's `endpoint` with its parameters.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Request, Response

from alerts.many_tickers import ChangesRequest
from api.answers import answer, json_answer, shared_analysis
from api.changes import changes_request, shared_changes, watched_symbols
from api.parameters import SymbolQuery, analysis_request
from api.watchlists import plain, shared_watchlists, watchlist_figures
from charts.levels.chart import levels_figure
from charts.options import Period
from charts.palette import Theme
from indicators.analysis import Scale
from indicators.intervals.bar_units import Interval
from indicators.ladder import ladder
from market.symbols import parse_symbol
from tickers.json_document import analysis_document
from tickers.request import AnalysisRequest

router = APIRouter()
Asked = Annotated[AnalysisRequest, Depends(analysis_request)]

REFRESH_MS = 5 * 60 * 1000
COLUMNS, CHART_ROWS, TABLE_ROWS = 40, 20, 14  # of Workspace's grid, which is 40 wide
EXAMPLE_SYMBOL = "CIFR"
NO_CHANGE: dict[str, Any] = {"session": None, "label": "", "price": None}  # in the row of a ticker that failed


def _parameter(name: str, label: str, value: Any, kind: str = "text", options: tuple[str, ...] = ()) -> dict[str, Any]:
    parameter = {"type": kind, "paramName": name, "label": label, "value": value, "description": label, "show": True}
    return parameter | ({"options": [{"label": option, "value": option} for option in options]} if options else {})


SYMBOL = _parameter("symbol", "Ticker", EXAMPLE_SYMBOL)
AS_OF = _parameter("asof", "As of", None, "date")
SINCE = _parameter("since", "Changes after", None, "date")
SCALE = _parameter("scale", "Scale", "linear", options=get_args(Scale))
INTERVAL = _parameter("interval", "Interval", "1d", options=get_args(Interval))
PERIOD = _parameter("period", "Period", "1y", options=get_args(Period))
WATCHLIST = {"type": "endpoint", "paramName": "name", "label": "Watchlist", "value": None, "show": True} | {
    "description": "One of the dashboard's watchlists",
    "optionsEndpoint": "api/openbb/watchlist-names",
}


def _column(field: str, header: str, number: bool = False, **more: Any) -> dict[str, Any]:
    return {"field": field, "headerName": header, "cellDataType": "number" if number else "text"} | more


SIGN = {"renderFn": "greenRed"}


def _widget(
    name: str, description: str, endpoint: str, parameters: list[dict[str, Any]], width: int, height: int, **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "category": "Levelboard",
        "endpoint": f"api/openbb/{endpoint}",
        "gridData": {"w": width, "h": height, "minW": 10, "minH": 6},
        "params": parameters,
        "source": ["Levelboard"],
        "refetchInterval": REFRESH_MS,
    } | more


def _table(columns: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "table", "data": {"table": {"showAll": True, "columnsDefs": columns}}}


WIDGETS: dict[str, dict[str, Any]] = {
    "levelboard_chart": _widget(
        "Levels and targets",
        "Price with its EMAs, Bollinger Bands, trendlines and zones, beside every analyst's price target.",
        "chart",
        [SYMBOL, AS_OF, PERIOD, INTERVAL, SCALE],
        COLUMNS,
        CHART_ROWS,
        type="chart",
        raw=False,
    ),
    "levelboard_ladder": _widget(
        "Levels",
        "Every technical level from the highest to the lowest, with its distance from the price.",
        "ladder",
        [SYMBOL, AS_OF, INTERVAL, SCALE],
        COLUMNS // 2,
        TABLE_ROWS,
        **_table(
            [
                _column("label", "Level", pinned="left"),
                _column("price", "Price", number=True),
                _column("role", "Role"),
                _column("distance_pct", "Distance, %", number=True, **SIGN),
                _column("distance_atr", "Distance, ATR", number=True),
            ]
        ),
    ),
    "levelboard_targets": _widget(
        "Price targets",
        "Each firm's current price target, with the one before it, its rating and its upside.",
        "targets",
        [SYMBOL, AS_OF],
        COLUMNS // 2,
        TABLE_ROWS,
        **_table(
            [
                _column("firm", "Firm", pinned="left"),
                _column("date", "Day"),
                _column("rating", "Rating"),
                _column("prior_target", "Prior", number=True),
                _column("target", "Target", number=True),
                _column("upside_pct", "Upside, %", number=True, **SIGN),
            ]
        ),
    ),
    "levelboard_watchlist": _widget(
        "Watchlist",
        "Where each ticker of a watchlist stands against its levels and targets.",
        "watchlist",
        [WATCHLIST, AS_OF],
        COLUMNS,
        TABLE_ROWS,
        **_table(
            [
                _column("symbol", "Ticker", pinned="left"),
                _column("price", "Price", number=True),
                _column("change_pct", "Change, %", number=True, **SIGN),
                _column("support", "Support"),
                _column("support_high", "Support at", number=True),
                _column("resistance", "Resistance"),
                _column("resistance_price", "Resistance at", number=True),
                _column("consensus_upside_pct", "Upside, %", number=True, **SIGN),
                _column("problem", "Problem"),
            ]
        ),
    ),
    "levelboard_changes": _widget(
        "Changes",
        "What changed on the tickers of a watchlist: levels crossed, trendlines touched, targets and ratings moved.",
        "changes",
        [WATCHLIST, SINCE, AS_OF],
        COLUMNS,
        TABLE_ROWS,
        **_table(
            [
                _column("symbol", "Ticker", pinned="left"),
                _column("session", "Session"),
                _column("text", "What changed"),
                _column("label", "Level or firm"),
                _column("price", "Price", number=True),
            ]
        ),
    ),
}


def _place(widget: str, x: int, y: int) -> dict[str, Any]:
    grid = WIDGETS[widget]["gridData"]
    return {"i": widget, "x": x, "y": y, "w": grid["w"], "h": grid["h"]}


APPS: list[dict[str, Any]] = [
    {
        "name": "Levelboard",
        "description": "One ticker's levels beside its analysts' targets, a watchlist, and what changed on it.",
        "img": "",
        "allowCustomization": True,
        "tabs": {
            "ticker": {
                "id": "ticker",
                "name": "Ticker",
                "layout": [
                    _place("levelboard_chart", 0, 0),
                    _place("levelboard_ladder", 0, CHART_ROWS),
                    _place("levelboard_targets", COLUMNS // 2, CHART_ROWS),
                ],
            },
            "watchlist": {
                "id": "watchlist",
                "name": "Watchlist",
                "layout": [_place("levelboard_watchlist", 0, 0), _place("levelboard_changes", 0, TABLE_ROWS)],
            },
        },
        "groups": [
            {
                "name": "Group 1",
                "type": "param",
                "paramName": "symbol",
                "defaultValue": EXAMPLE_SYMBOL,
                "widgetIds": ["levelboard_chart", "levelboard_ladder", "levelboard_targets"],
            }
        ],
        "prompts": [],
    }
]


@router.get("/widgets.json")
def widgets(request: Request) -> Response:
    """Return what each widget shows and which parameters it takes, for OpenBB Workspace."""
    return json_answer(WIDGETS, request)


@router.get("/apps.json")
def apps(request: Request) -> Response:
    """Return a page made of the widgets, for OpenBB Workspace."""
    return json_answer(APPS, request)


@router.get("/openbb/chart")
def chart(
    symbol: SymbolQuery, asked: Asked, request: Request, period: Period = "1y", theme: Theme = "light"
) -> Response:
    """Return the chart as a Plotly figure; Workspace adds `theme` itself."""
    analysis = shared_analysis(parse_symbol(symbol), asked)
    figure = levels_figure(analysis, period, theme=theme)
    return answer(figure.to_json().encode(), "application/json", request, analysis.as_of)


@router.get("/openbb/ladder")
def ladder_rows(symbol: SymbolQuery, asked: Asked, request: Request) -> Response:
    """Return a row for each technical level, highest first, with the price among them."""
    analysis = shared_analysis(parse_symbol(symbol), asked)
    return json_answer([plain(vars(row)) for row in ladder(analysis)], request, analysis.as_of)


@router.get("/openbb/targets")
def targets(symbol: SymbolQuery, asked: Asked, request: Request) -> Response:
    """Return a row for each firm's current target."""
    analysis = shared_analysis(parse_symbol(symbol), asked)
    return json_answer(analysis_document(analysis)["targets"], request, analysis.as_of)


@router.get("/openbb/watchlist-names")
def watchlist_names(request: Request) -> Response:
    """Return the names of the watchlists as options to choose from."""
    return json_answer([{"label": named.name, "value": named.name} for named in shared_watchlists()], request)


@router.get("/openbb/watchlist")
def watchlist(name: str, asked: Asked, request: Request) -> Response:
    """Return a row for each ticker of a watchlist."""
    return json_answer(watchlist_figures(name, asked), request, asked.as_of)


@router.get("/openbb/changes")
def changed(name: str, asked: Annotated[ChangesRequest, Depends(changes_request)], request: Request) -> Response:
    """Return a row for each change on the tickers of a watchlist, and for each ticker that failed."""
    found = shared_changes(watched_symbols(name), asked)
    failed = [NO_CHANGE | {"symbol": ticker["symbol"], "text": ticker["problem"]} for ticker in found["problems"]]
    return json_answer([*found["changes"], *failed], request, asked.as_of)
