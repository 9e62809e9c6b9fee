"""What was measured on one ticker, or on several together: odds against outcomes, kinds of levels, paths of targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis import Analysis
from indicators.analysts.track_record import target_outcomes
from indicators.bars.columns import bar_columns
from indicators.odds.level_histories import KINDS, level_histories
from indicators.odds.level_holds import Holds, KindHolds, kind_holds
from indicators.odds.reliability import Bin, add_bins, reliability, target_cases, touch_cases
from indicators.odds.target_paths import PathRecord, path_records
from indicators.odds.touch import MONTH, QUARTER
from indicators.trendlines.significance import random_walks

VERSION = 1  # of what is measured: a change makes what was stored before void


@dataclass(frozen=True)
class Evidence:
    """Counts, so that those of several tickers add up.

    `touch_21`, `touch_63`: levels 5 to 50% from the price, by the odds given for so many sessions. `targets`: targets
    whose twelve months are over, by the odds on the day of each. `kinds`: visits to levels. `paths`: the same targets
    by the levels on the way.
    """

    touch_21: tuple[Bin, ...]
    touch_63: tuple[Bin, ...]
    targets: tuple[Bin, ...]
    kinds: tuple[KindHolds, ...]
    paths: tuple[PathRecord, ...]

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            add_bins(self.touch_21, other.touch_21),
            add_bins(self.touch_63, other.touch_63),
            add_bins(self.targets, other.targets),
            tuple(mine + theirs for mine, theirs in zip(self.kinds, other.kinds, strict=True)),
            tuple(mine + theirs for mine, theirs in zip(self.paths, other.paths, strict=True)),
        )

    def fields(self) -> dict[str, Any]:
        """Return plain values that JSON can hold, for `evidence_from_fields`."""
        return asdict(self)


def evidence_from_fields(fields: Mapping[str, Any]) -> Evidence:
    """Return the evidence whose `fields` these are. Raises KeyError or TypeError for others."""
    return Evidence(
        touch_21=_bins(fields["touch_21"]),
        touch_63=_bins(fields["touch_63"]),
        targets=_bins(fields["targets"]),
        kinds=tuple(KindHolds(one["kind"], **_holds(one, "real", "shifted", "shuffled")) for one in fields["kinds"]),
        paths=tuple(
            PathRecord(one["least"], one["most"], **_holds(one, "real", "shuffled")) for one in fields["paths"]
        ),
    )


def _bins(rows: Iterable[Mapping[str, Any]]) -> tuple[Bin, ...]:
    return tuple(Bin(**row) for row in rows)


def _holds(fields: Mapping[str, Any], *names: str) -> dict[str, Holds]:
    return {name: Holds(**fields[name]) for name in names}


def measure_evidence(analysis: Analysis) -> Evidence:
    """Return what the daily bars and the targets known on the as-of day show; ten years take about two seconds.

    Walks forward: each level and each probability is that of the bars before what it is held against. The peers have
    the daily moves of the bars in another order, see `random_walks`. Sessions up to the last with a price of zero or
    below are left out: moves from there have no size.
    """
    bars = _since_prices_are_positive(analysis.daily_bars)
    shuffled = next(random_walks(bars, 1)).assign(volume=bars["volume"])
    levels, shuffled_levels = level_histories(bars), level_histories(shuffled)
    columns, shuffled_columns = bar_columns(bars), bar_columns(shuffled)
    outcomes = target_outcomes(analysis.published, bars, analysis.as_of)
    return Evidence(
        reliability(touch_cases([bars], MONTH)),
        reliability(touch_cases([bars], QUARTER)),
        reliability(target_cases(outcomes, bars)),
        tuple(kind_holds(kind, columns, levels[kind], shuffled_columns, shuffled_levels[kind]) for kind in KINDS),
        path_records(outcomes, bars, levels, shuffled, shuffled_levels),
    )


def _since_prices_are_positive(bars: pd.DataFrame) -> pd.DataFrame:
    below = np.flatnonzero((bars["low"] <= 0.0).to_numpy())
    return bars.iloc[below[-1] + 1 :] if below.size else bars
