"""Yahoo's chart response for a listing, as yfinance receives it, without a server in between."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from typing import Any

import pandas as pd
from yfinance.scrapers.history import PriceHistory as YahooPrices

from market.yahoo.bars.repair import _Received, day_table, repaired
from tests.support.replay_server import Listing, chart

REQUEST: dict[str, Any] = {"start": date(2010, 1, 1), "end": date(2100, 1, 1), "auto_adjust": False, "keepna": True}


@dataclass(frozen=True)
class Response:
    """What yfinance reads of a response."""

    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def response(listed: Listing) -> Response:
    """Return the chart an hour after the close of the last bar."""
    now = listed.at(listed.bars.index[-1].date(), listed.closes).astimezone(UTC) + timedelta(hours=1)
    return Response(json.dumps(chart(listed, {}, now)))


def received_table(listed: Listing) -> pd.DataFrame:
    """Return the bars of that response as yfinance reads them, unrepaired."""
    return day_table(
        YahooPrices(_Received(response(listed)), listed.symbol, "UTC", session=object()).history(**REQUEST)
    )


def repair(listed: Listing) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Return the repaired bars of that response, and the days that were repaired."""
    return repaired(received_table(listed), REQUEST, response(listed), listed.symbol)


def in_other_unit(listed: Listing, factor: float, places: slice) -> Listing:
    """Return the listing with the prices of those bars multiplied."""
    bars = listed.bars.copy()
    bars.iloc[places, :4] *= factor
    return replace(listed, bars=bars)
