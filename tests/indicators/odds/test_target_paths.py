"""How often earlier targets were met, by the levels on the way."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from indicators.analysts.track_record import target_outcomes
from indicators.odds.level_histories import BANDS
from indicators.odds.level_holds import Holds
from indicators.odds.target_paths import GROUPS, PathRecord, group_of, path_records
from indicators.trendlines.significance import random_walks
from market import PriceTarget
from tests.support.generated_bars import walk

BARS = walk(900, seed=3)
SHUFFLED = next(random_walks(BARS, 1))
END = BARS.index[-1].date()


def targets(ratios: list[float]) -> list[PriceTarget]:
    """Return targets that are this many times the close of their day, a week apart."""
    days = [BARS.index[100 + 5 * number] for number in range(len(ratios))]
    return [
        PriceTarget("X", "Alder", day.date(), float(BARS.loc[day, "close"]) * ratio)
        for day, ratio in zip(days, ratios, strict=True)
    ]


def levels_at(*ratios: float) -> dict[str, np.ndarray]:
    """Return levels that are always so many times the close, and bands close to it."""
    close = BARS["close"].to_numpy()[:, None]
    return {"Zones": close * np.array(ratios), BANDS: close * np.array([0.99, 1.01])}


def test_targets_are_grouped_by_the_levels_on_the_way_without_bands() -> None:
    outcomes = target_outcomes(targets([1.05] * 10 + [1.2] * 10 + [1.6] * 10), BARS, END)
    levels = levels_at(1.1, 1.3, 1.4, 1.5)
    records = path_records(outcomes, BARS, levels, SHUFFLED, levels)
    hits = outcomes["hit"].to_numpy()
    assert [record.real for record in records] == [
        Holds(int(hits[:10].sum()), 10),
        Holds(int(hits[10:20].sum()), 10),
        Holds(int(hits[20:].sum()), 10),
        Holds(),
    ]


def test_peers_are_as_far_away_on_the_same_days_of_the_shuffled_bars() -> None:
    rows = targets([1.05, 0.9] * 10)
    outcomes = target_outcomes(rows, BARS, END)
    records = path_records(outcomes, BARS, levels_at(), SHUFFLED, levels_at())
    met = 0
    for row in rows:
        at = BARS.index.get_loc(str(row.date))
        ratio = (row.target or 0.0) / BARS["close"].iloc[at]
        goal = SHUFFLED["close"].iloc[at] * ratio
        ahead = SHUFFLED.iloc[at + 1 :].loc[: str(row.date + timedelta(days=365))]
        met += bool((ahead["high"] >= goal).any() if ratio >= 1.0 else (ahead["low"] <= goal).any())
    assert records[0].shuffled == Holds(met, 20)


@pytest.mark.parametrize(
    ("levels", "group", "words"),
    [
        (0, (0, 0), "no level"),
        (2, (1, 2), "1 or 2 levels"),
        (3, (3, 5), "3 to 5 levels"),
        (40, (6, 99), "6 levels or more"),
    ],
)
def test_groups_in_words(levels: int, group: tuple[int, int], words: str) -> None:
    assert group_of(levels) == group and group in GROUPS
    assert PathRecord(*group, Holds(), Holds()).levels == words
