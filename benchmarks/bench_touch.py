"""Measure how well the odds of touching a level are calibrated, on tickers that nothing was chosen on."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from benchmarks.daily_bars import REPORTED_ON, available_symbols, daily_bars
from indicators.analysts.split_adjustment import adjust_for_splits
from indicators.analysts.track_record import target_outcomes
from indicators.odds.reliability import Bin, TouchCases, all_cases, reliability, target_cases, touch_cases
from indicators.odds.touch import MONTH, QUARTER, YEAR, TouchOdds
from tests.support import real_googl
from tests.support.paths import MARKET_DATA

MAX_MISS_POINTS = 7.0  # the goal for every bin with cases enough, at 21 and 63 sessions
SIDES = {"above the price": True, "below the price": False}


def main() -> int:
    tickers = available_symbols(REPORTED_ON)
    bars = [daily_bars(ticker) for ticker in tickers]
    print(f"Levels 5 to 50% above and below the price, every 5 sessions. {', '.join(tickers)}.")
    print("Brier score beside the base rate's and the formula of one line's; miss: touched less said, in points.")
    missed = [sessions for sessions in (MONTH, QUARTER, YEAR) if not report_horizon(bars, sessions)]
    if MARKET_DATA.is_dir():
        report_targets()
    return 1 if set(missed) - {YEAR} else 0


def report_horizon(bars: list[pd.DataFrame], sessions: int) -> bool:
    """Print the scores and the bins; return whether every bin that is judged meets the goal."""
    cases, plain = touch_cases(bars, sessions), touch_cases(bars, sessions, driftless_odds)
    print(f"\n{f'{sessions} sessions':<18}{'cases':>7}{'Brier':>8}{'base':>8}{'formula':>9}{'miss':>7}")
    for label, upward in SIDES.items():
        print_scores(label, cases.of_side(upward), plain.of_side(upward))
    print_scores("all", cases, plain)
    bins = reliability(cases)
    print(f"{'said':<22}" + "".join(f"{10 * number:>5}+%" for number in range(len(bins))))
    print_bins("cases", [f"{one.count}" if one.count else "" for one in bins])
    print_bins("touched %", [f"{one.touched_pct:.0f}" if one.count else "" for one in bins])
    print_bins("miss", [miss_of(one) for one in bins])
    for label, upward in SIDES.items():
        print_bins(f"  {label}", [miss_of(one) for one in reliability(cases.of_side(upward))])
    print_bins("  of the formula", [miss_of(one) for one in reliability(plain)])
    print(f"touched as often as the range says: {inside_range(cases)}", flush=True)
    return all(abs(one.miss_points) <= MAX_MISS_POINTS for one in bins if one.is_judged)


def report_targets() -> None:
    """Print the bins of GOOGL's targets, said on the day of each for its twelve months."""
    bars = real_googl.bars()
    published = adjust_for_splits(real_googl.targets(), bars["close"], real_googl.SPLITS)
    bins = reliability(target_cases(target_outcomes(published, bars, bars.index[-1].date()), bars))
    total = all_cases(bins)
    print(f"\nGOOGL's targets, {total.count}: {total.touched_pct:.0f}% hit, {total.said_pct:.0f}% said on the day.")
    print(f"Brier {total.brier:.3f}; {total.base_rate_brier:.3f} for saying {total.touched_pct:.0f}% of each.")
    print_bins("cases", [f"{one.count}" for one in bins])
    print_bins("said %", [f"{one.said_pct:.0f}" if one.count else "" for one in bins])
    print_bins("touched %", [f"{one.touched_pct:.0f}" if one.count else "" for one in bins])


def driftless_odds(close: pd.Series) -> TouchOdds:
    """Return those of the formula of one line, 2 (1 - N(|ln(level / price)| / (s sqrt n))), s of the last 252 moves."""
    moves = np.diff(np.log(close.to_numpy()[-YEAR - 1 :]))
    return TouchOdds(float(close.iloc[-1]), float(moves.std()), drift_ratio=0.0)


def inside_range(cases: TouchCases) -> str:
    """Return in how many judged bins of either side the share touched lies within the mean range."""
    inside = judged = 0
    for upward in SIDES.values():
        side = cases.of_side(upward)
        numbers = (side.said * 10).astype(int).clip(max=9)
        for number, one in enumerate(reliability(side)):
            if one.is_judged:
                chosen, judged = numbers == number, judged + 1
                low, high = side.low[chosen].mean(), side.high[chosen].mean()
                inside += bool(low <= side.touched[chosen].mean() <= high)
    return f"{inside} of {judged} bins"


def miss_of(one: Bin) -> str:
    """Return the miss in points, nothing for a bin with too few cases."""
    return f"{one.miss_points:+.0f}" if one.is_judged else ""


def print_bins(label: str, cells: list[str]) -> None:
    print(f"{label:<22}" + "".join(f"{cell:>7}" for cell in cells))


def print_scores(label: str, cases: TouchCases, plain: TouchCases) -> None:
    total, of_formula = all_cases(reliability(cases)), all_cases(reliability(plain))
    print(
        f"{label:<18}{total.count:>7}{total.brier:>8.3f}{total.base_rate_brier:>8.3f}{of_formula.brier:>9.3f}"
        f"{total.miss_points:>+7.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
