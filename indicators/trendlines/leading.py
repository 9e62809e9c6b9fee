"""The few trendlines that a reader of the chart would draw today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indicators.trendlines.search import REACH_ATR, SAME_LINE_ATR
from indicators.trendlines.trendlines import Side, Trendline

SIDES: tuple[Side, ...] = ("support", "resistance")


def leading_trendlines(trendlines: Iterable[Trendline], price: float, atr: float | None) -> tuple[Trendline, ...]:
    """Return, for each side, the best unbroken line and the best recently broken one with three touches or more.

    `trendlines`: best first, as `find_trendlines` returns them; only lines within 4 ATR of `price` are considered. A
    broken line within half an ATR of the unbroken one is left out: on a chart the two look like one line, which holds.
    """
    if not atr:
        return ()
    near = [line for line in trendlines if abs(line.value - price) <= REACH_ATR * atr]
    return tuple(line for side in SIDES for line in _leading_of([line for line in near if line.side == side], atr))


def _leading_of(lines: Sequence[Trendline], atr: float) -> list[Trendline]:
    unbroken = [line for line in lines if line.status != "broken"][:1]
    broken = [line for line in lines if line.status == "broken" and not line.tentative]
    distinct = [line for line in broken if all(abs(line.value - kept.value) > SAME_LINE_ATR * atr for kept in unbroken)]
    return unbroken + distinct[:1]
