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
        "price": _number(analysis.price),
        "change_pct": _number(analysis.change_pct),
        "in_progress": analysis.in_progress,
        "bar_in_progress": analysis.bar_in_progress,
        "ema": {str(average.span): _number(average.value) for average in analysis.emas},
        "bollinger": {edge: _number(float(analysis.bands[edge].iloc[-1])) for edge in ("lower", "middle", "upper")},
        "atr": _number(analysis.atr),
        "trendlines": [_line(line, (chances or {}).get(line)) for line in analysis.trendlines],
        "zones": [
            {"low": _number(zone.low), "high": _number(zone.high), "touches": [_day(touch) for touch in zone.touches]}
            for zone in analysis.zones
        ],
        "levels": [_level(level, analysis) for level in analysis.levels],
        "targets": [_target(target, analysis) for target in analysis.targets]
        + [_foreign_target(row, analysis.as_of) for row in analysis.foreign_targets],
        "consensus": _consensus(analysis),
        "reward_risk": _number(reward_risk(analysis)),
        "repairs": list(analysis.notes),
        "read": technical_read(analysis),
    }


def _number(value: float | None) -> float | None:
    """Return nine significant digits: more than any price has, and free of binary noise."""
    return float(f"{value:.9g}") if value is not None and math.isfinite(value) else None


def _day(day: Any) -> str:
    return day.isoformat()[:10]


def _line(line: Trendline, chance: float | None) -> dict[str, Any]:
    return {
        "side": line.side,
        "scale": line.scale,
        "value": _number(line.value),
        "slope": _number(line.slope),
        "start": _day(line.start),
        "end": _day(line.end),
        "touches": [_day(touch) for touch in line.touches],
        "status": line.status,
        "tentative": line.tentative,
        "offered": line.offered,
        "chance": _number(chance),
    }


def _level(level: Level, analysis: Analysis) -> dict[str, Any]:
    return {
        "kind": level.kind,
        "label": level.label,
        "price": _number(level.price),
        "role": level.role,
        "distance_pct": _number(level.distance_pct),
        "distance_atr": _number(level.distance_atr),
        "touch_21": _number(level_odds(analysis, level.price, MONTH)),
        "touch_63": _number(level_odds(analysis, level.price, QUARTER)),
    }


def _target(target: CurrentTarget, analysis: Analysis) -> dict[str, Any]:
    forecast = target_forecast(analysis, target)
    return _published(target, target.action, analysis.currency) | {
        "upside_pct": _number(target.upside_pct),
        "stale": target.stale,
        "counted": target.counted,
        "touch": _number(None if forecast is None else forecast.probability),
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
        "target": _number(row.target),
        "prior_target": _number(row.prior_target),
        "currency": currency,
    }


def _consensus(analysis: Analysis) -> dict[str, Any] | None:
    consensus = analysis.consensus
    if consensus is None:
        return None
    return {
        "count": consensus.count,
        "mean": _number(consensus.mean),
        "median": _number(consensus.median),
        "high": _number(consensus.high),
        "low": _number(consensus.low),
        "upside_pct": _number(consensus.upside_pct),
    }
