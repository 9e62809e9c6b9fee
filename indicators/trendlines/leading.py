"""The few trendlines that a reader of the chart would have drawn today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indicators.trendlines.search import ALIKE_ATR, REACH_ATR
from indicators.trendlines.trendlines import Side, Trendline

SIDES: tuple[Side, ...] = ("support", "resistance")


def leading_trendlines(trendlines: Iterable[Trendline], price: float, atr: float | None) -> tuple[Trendline, ...]:
    """On each side the best line that stands, and the best with three touches of those broken lately.

    `trendlines`: best first, as `find_trendlines` gives them; only lines within 4 ATR of `price` lead. A broken line
    within half an ATR of the standing one is left out: to the eye the two are one line, which stands.
    """
    if not atr:
        return ()
    near = [line for line in trendlines if abs(line.value - price) <= REACH_ATR * atr]
    return tuple(each for side in SIDES for each in _of_side([line for line in near if line.side == side], atr))


def _of_side(lines: Sequence[Trendline], atr: float) -> list[Trendline]:
    standing = [line for line in lines if line.status != "broken"][:1]
    broken = [line for line in lines if line.status == "broken" and not line.tentative]
    apart = [each for each in broken if all(abs(each.value - line.value) > ALIKE_ATR * atr for line in standing)]
    return standing + apart[:1]
