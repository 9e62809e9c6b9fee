"""The few trendlines that are drawn, named and used in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indicators.trendlines.search import REACH_ATR, SAME_LINE_ATR
from indicators.trendlines.trendlines import Side, Trendline

SIDES: tuple[Side, ...] = ("support", "resistance")


def leading_trendlines(trendlines: Iterable[Trendline], price: float, atr: float | None) -> tuple[Trendline, ...]:
    """Return, for each side, the line offered, and the best one that the price has just gone through.

    The latter is an undercut line, else one with three touches or more that broke within the last 20 sessions.
    `trendlines`: best first, as `find_trendlines` returns them; only lines within 4 ATR of `price` are considered. A
    broken line within half an ATR of the one offered is left out: on a chart the two look like one line, which holds.
    """
    if not atr:
        return ()
    near = [line for line in trendlines if abs(line.value - price) <= REACH_ATR * atr]
    return tuple(line for side in SIDES for line in _leading_of([line for line in near if line.side == side], atr))


def _leading_of(lines: Sequence[Trendline], atr: float) -> list[Trendline]:
    offered = [line for line in lines if line.offered][:1]
    passed = [line for line in lines if line.standing == "undercut"]
    passed += [
        line
        for line in lines
        if line.standing == "lost"
        and not line.tentative
        and all(abs(line.value - kept.value) > SAME_LINE_ATR * atr for kept in offered)
    ]
    return offered + passed[:1]
