"""Measure how many targets end up in the wrong shares where a feed restated some rows before a split."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

import pandas as pd

from indicators.analysts.split_adjustment import AdjustedTarget, adjust_for_splits
from market import PriceTarget
from tests.support import real_googl
from tests.support.made_up_splits import MadeUpSplit, made_up_coverage, with_made_up_split
from tests.support.paths import MARKET_DATA

SPLITS = (("3:2", 1.5), ("2:1", 2.0), ("4:1", 4.0), ("10:1", 10.0), ("1:10", 0.1))
RESTATED = (0.0, 0.15, 0.5)
SEEDS = range(5)
GOOGL_DAYS = (date(2020, 12, 1), date(2021, 6, 1), date(2022, 1, 3), date(2024, 9, 3), date(2025, 6, 2))
MADE_UP_DAYS = (date(2022, 9, 1), date(2023, 3, 1), date(2023, 9, 1), date(2024, 3, 1), date(2024, 8, 1))
ROUNDING = 0.02  # relative: figures are published in cents
MAX_WRONG_PCT = 1.0  # the goal for splits of 4:1 and more with 15% of the rows restated

Coverage = tuple[tuple[PriceTarget, ...], pd.Series]


@dataclass(frozen=True)
class Tally:
    """Targets of the fifteen months before a split, and how many are in the wrong shares."""

    targets: int = 0
    wrong: int = 0
    unsure: int = 0
    unsure_and_wrong: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


def main() -> int:
    print("Targets of the fifteen months before a made-up split that end up in the wrong shares.")
    sources: list[tuple[str, list[Coverage], Iterable[date]]] = [
        ("made up", [made_up_coverage(seed) for seed in SEEDS], MADE_UP_DAYS),
        ("made up, opinions twice as wide", [made_up_coverage(seed, 0.8, 0.5) for seed in SEEDS], MADE_UP_DAYS),
    ]
    if MARKET_DATA.is_dir():
        sources.append(("GOOGL", [googl_coverage()] * len(SEEDS), GOOGL_DAYS))
    missed = [source for source in sources if not report_coverage(*source)]
    return 1 if missed else 0


def report_coverage(label: str, coverages: list[Coverage], days: Iterable[date]) -> bool:
    """Print one line a split and share restated; return whether wide splits meet the goal."""
    print(
        f"\n{label:<34}{'restated':>9}{'targets':>9}{'wrong':>8}{'unsure':>8}"
        f"{'wrong, not unsure':>19}{'prior alone':>13}"
    )
    met = True
    for name, shares in SPLITS:
        for restated in RESTATED:
            tally = Tally()
            for seed, coverage in enumerate(coverages):
                for day in days:
                    tally += judge(with_made_up_split(*coverage, day, shares, restated, Random(seed)))
            silent = 100.0 * (tally.wrong - tally.unsure_and_wrong) / tally.targets
            prior = old_priors_wrong_pct(coverages[0], days, shares) if restated == 0.0 else float("nan")
            print(
                f"  {name:<32}{restated:>9.0%}{tally.targets:>9}{100.0 * tally.wrong / tally.targets:>7.2f}%"
                f"{100.0 * tally.unsure / tally.targets:>7.2f}%{silent:>18.2f}%"
                + ("" if prior != prior else f"{prior:>12.2f}%"),
                flush=True,
            )
            met &= restated != 0.15 or max(shares, 1.0 / shares) < 4.0 or silent <= MAX_WRONG_PCT
    return met


def judge(made_up: MadeUpSplit) -> Tally:
    """Count the targets of rows that could be restated."""
    adjusted = adjust_for_splits(made_up.rows, made_up.closes, made_up.splits)
    tally = Tally()
    for row, (right, _), counts in zip(adjusted, made_up.right, made_up.could_be_restated, strict=True):
        if counts and right is not None:
            wrong = not _is_same(row.target, right)
            tally += Tally(1, wrong, row.basis_unsure, wrong and row.basis_unsure)
    return tally


def old_priors_wrong_pct(coverage: Coverage, days: Iterable[date], shares: float) -> float:
    """Return the percentage of priors in the wrong shares where the first rows after a split name them in the old."""
    total = wrong = 0
    for day in days:
        made_up = with_made_up_split(*coverage, day, shares, old_priors=True)
        plain = with_made_up_split(*coverage, day, shares)
        adjusted: tuple[AdjustedTarget, ...] = adjust_for_splits(made_up.rows, made_up.closes, made_up.splits)
        for row, published, usual, (_, right) in zip(adjusted, made_up.rows, plain.rows, made_up.right, strict=True):
            if published.prior_target != usual.prior_target and right is not None:
                total, wrong = total + 1, wrong + (not _is_same(row.prior_target, right))
    return 100.0 * wrong / total if total else float("nan")


def googl_coverage() -> Coverage:
    """Return GOOGL's rows and closes as if it had never split."""
    closes = real_googl.bars()["close"]
    adjusted = adjust_for_splits(real_googl.targets(), closes, real_googl.SPLITS)
    return tuple(PriceTarget("GOOGL", row.firm, row.date, row.target, row.prior_target) for row in adjusted), closes


def _is_same(figure: float | None, right: float) -> bool:
    return figure is not None and abs(figure / right - 1.0) <= ROUNDING


if __name__ == "__main__":
    sys.exit(main())
