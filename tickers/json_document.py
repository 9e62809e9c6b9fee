"""An Analysis as one JSON object: plain numbers, ISO days, null for what does not exist."""

from __future__ import annotations

import math
from datetime import date as Date
from typing import Any

from indicators.analysis import Analysis
from indicators.analysts.targets import STALE_AFTER_DAYS, CurrentTarget, stated_action
from indicators.levels import Level
from indicators.odds.forecasts import level_odds, target_forecast
from indicators.odds.reward_risk import reward_risk
from indicators.odds.touch import MONTH, QUARTER
from indicators.summary.summary import technical_read
from indicators.trendlines.trendlines import Trendline
from indicators.zones import Zone
from market import PriceTarget
from market.price_target import RatingAction


def analysis_document(analysis: Analysis, chances: dict[Trendline, float] | None = None) -> dict[str, Any]:
    """Return the object that `levelboard.py export --json` prints.

    Prices are in `currency`, every `*_pct` in percent; `session` is the day of the last bar, on or before `as_of`. A
    figure that does not exist is None, never 0 and never NaN.
    `chances`: the chance of each line for which it was computed (see `chance_of_line`); null for the others.
    """
    return {
        "symbol": analysis.symbol,
        "name": analysis.name,
        "currency": analysis.currency,
        "source": analysis.source,
        "as_of": analysis.as_of.isoformat(),
        "interval": analysis.interval,
        "session": _day(analysis.bars.index[-1]),
        "price": json_number(analysis.price),
        "change_pct": json_number(analysis.change_pct),
        "in_progress": analysis.in_progress,
        "bar_in_progress": analysis.bar_in_progress,
        "ema": {str(average.span): json_number(average.value) for average in analysis.emas},
        "bollinger": {edge: json_number(float(analysis.bands[edge].iloc[-1])) for edge in ("lower", "middle", "upper")},
        "atr": json_number(analysis.atr),
        "trendlines": [_line(line, (chances or {}).get(line)) for line in analysis.trendlines],
        "zones": [_zone(zone) for zone in analysis.zones],
        "levels": [_level(level, analysis) for level in analysis.levels],
        "targets": [_target(target, analysis) for target in analysis.targets]
        + [_foreign_target(row, analysis.as_of) for row in analysis.foreign_targets],
        "consensus": _consensus(analysis),
        "reward_risk": json_number(reward_risk(analysis)),
        "repairs": list(analysis.notes),
        "read": technical_read(analysis),
    }


def json_number(value: float | None) -> float | None:
    """Return nine significant digits: more than any price has, and free of binary noise."""
    return float(f"{value:.9g}") if value is not None and math.isfinite(value) else None


def _day(day: Any) -> str:
    return day.isoformat()[:10]


def _line(line: Trendline, chance: float | None) -> dict[str, Any]:
    return {
        "side": line.side,
        "scale": line.scale,
        "value": json_number(line.value),
        "slope": json_number(line.slope),
        "start": _day(line.start),
        "end": _day(line.end),
        "touches": [_day(touch) for touch in line.touches],
        "status": line.status,
        "tentative": line.tentative,
        "offered": line.offered,
        "chance": json_number(chance),
    }


def _zone(zone: Zone) -> dict[str, Any]:
    days = [_day(touch) for touch in zone.touches]
    return {"low": json_number(zone.low), "high": json_number(zone.high), "touches": days}


def _level(level: Level, analysis: Analysis) -> dict[str, Any]:
    return {
        "kind": level.kind,
        "label": level.label,
        "price": json_number(level.price),
        "role": level.role,
        "distance_pct": json_number(level.distance_pct),
        "distance_atr": json_number(level.distance_atr),
        "touch_21": json_number(level_odds(analysis, level.price, MONTH)),
        "touch_63": json_number(level_odds(analysis, level.price, QUARTER)),
    }


def _target(target: CurrentTarget, analysis: Analysis) -> dict[str, Any]:
    forecast = target_forecast(analysis, target)
    return _published(target, target.action, analysis.currency) | {
        "upside_pct": json_number(target.upside_pct),
        "stale": target.stale,
        "counted": target.counted,
        "touch": json_number(None if forecast is None else forecast.probability),
    }


def _foreign_target(row: PriceTarget, as_of: Date) -> dict[str, Any]:
    """Return a target in another currency than the price: it has no upside, and is not counted."""
    return _published(row, stated_action(row), row.currency) | {
        "upside_pct": None,
        "stale": (as_of - row.date).days > STALE_AFTER_DAYS,
        "counted": False,
        "touch": None,
    }


def _published(row: PriceTarget, action: RatingAction | None, currency: str | None) -> dict[str, Any]:
    return {
        "firm": row.firm,
        "analyst": row.analyst,
        "date": _day(row.date),
        "rating": row.rating,
        "prior_rating": row.prior_rating,
        "action": action,
        "target": json_number(row.target),
        "prior_target": json_number(row.prior_target),
        "currency": currency,
    }


def _consensus(analysis: Analysis) -> dict[str, Any] | None:
    consensus = analysis.consensus
    if consensus is None:
        return None
    return {
        "count": consensus.count,
        "mean": json_number(consensus.mean),
        "median": json_number(consensus.median),
        "high": json_number(consensus.high),
        "low": json_number(consensus.low),
        "upside_pct": json_number(consensus.upside_pct),
    }
