"""What stands between the price and a target: the levels on the way, the reward, and the risk down to the support."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.analysis import Analysis
from indicators.levels import Level, TrendlineOrigin, ZoneEdgeOrigin


@dataclass(frozen=True)
class TargetPath:
    """The technical levels strictly between the price and a target, nearest first, of a zone the edge met first.

    Bollinger Bands are no levels on a path: they move with the price.
    `reward` = target - price and `risk` = price - support, in the currency of the price; `ratio` = reward / risk. The
    last two are None where there is no support below the price, and the ratio for a target that is not above it.
    """

    levels: tuple[Level, ...]
    reward: float
    risk: float | None
    ratio: float | None


def reward_risk(analysis: Analysis) -> float | None:
    """Return (mean target - price) / (price - support) of the consensus; None where either is missing or not above 0.

    The support is the trendline offered, where there is none the nearest zone below the price; see `risk_level`.
    """
    return None if analysis.consensus is None else _ratio(analysis.consensus.mean - analysis.price, _risk(analysis))


def target_path(analysis: Analysis, target: float) -> TargetPath:
    """Return the levels on the way from the price to `target`, and what it would bring for the risk."""
    reward, risk = target - analysis.price, _risk(analysis)
    low, high = sorted((analysis.price, target))
    solid = (level for level in analysis.levels if level.is_technical and level.kind != "band")
    between = (level for level in solid if not level.is_far_edge)
    on_the_way = sorted(
        (level for level in between if low < level.price < high), key=lambda level: abs(level.price - analysis.price)
    )
    return TargetPath(tuple(on_the_way), reward, risk, _ratio(reward, risk))


def risk_level(analysis: Analysis) -> Level | None:
    """Return the level whose loss would end the case for a rise: the trendline offered below the price, else a zone.

    Of a zone it is the edge that the price meets first; of the zone that holds the price, the bottom.
    """
    below = [level for level in analysis.levels if level.price < analysis.price and not level.is_far_edge]
    lines = [level for level in below if _is_support_line(level)]
    zones = [level for level in below if isinstance(level.origin, ZoneEdgeOrigin)]
    return max(lines or zones, key=lambda level: level.price, default=None)


def _is_support_line(level: Level) -> bool:
    return isinstance(level.origin, TrendlineOrigin) and level.origin.line.side == "support"


def _risk(analysis: Analysis) -> float | None:
    level = risk_level(analysis)
    return None if level is None else analysis.price - level.price


def _ratio(reward: float, risk: float | None) -> float | None:
    return reward / risk if risk is not None and reward > 0.0 else None
