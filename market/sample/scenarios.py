"""The scenario behind each of the sample's five charts: its course, and the figures published for 2025-11-24.

An article printed that day's figures: prices and changes, EMAs and Bollinger Bands, and in words CIFR's trendline near
14 and its support from 14 to 15, CLSK's trendline of more than a year, its support near 10 and its resistance at 12.40
and from 14 to 15. MARA and RIOT, for which it gives no price, end near 11.21 and 13.88. Everything else is invented:
the earlier waypoints follow the sector's years (up in 2021, down in 2022, up again) at prices that suit the scenario,
and each seed was picked among those whose random walks show the levels that the article describes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PublishedFigures:
    """The figures published for the last day: EMAs over 20, 50, 100, 200 sessions, and the Bollinger Bands (20, 2)."""

    emas: tuple[float, float, float, float]
    lower: float
    upper: float

    @property
    def levels(self) -> NDArray[np.float64]:
        """The figures that are linear in the closes: the EMAs, and the mean midway between the bands."""
        return np.array([*self.emas, (self.lower + self.upper) / 2])

    @property
    def deviation(self) -> float:
        """The population deviation of the last 20 closes: each band is two deviations from the mean."""
        return (self.upper - self.lower) / 4


@dataclass(frozen=True)
class Scenario:
    """The course of one symbol. Dates are ISO, prices in dollars.

    `waypoints`: closes that the path passes through.
    `shares`: millions of shares traded on a usual day, at the beginning and at the end.
    `figures`: what the last day shows; None if nothing was published.
    `support_line`: two points of a line that no price undercuts from the first point on.
    `no_turn_ranges`: price ranges in which no swing low or high lies, so that those gather in zones between the ranges.
    `bar_lows`, `bar_highs`: extremes of single bars, such as the touches of a trendline.
    `volatility`: standard deviation of a usual day's log return.
    `sector_weight`: weight of the shocks that all five symbols share, from 0 to 1.
    `intraday_share`: part of the volatility that falls between open and close.
    """

    seed: int
    waypoints: Mapping[str, float]
    shares: tuple[float, float]
    figures: PublishedFigures | None = None
    support_line: Mapping[str, float] = field(default_factory=dict)
    no_turn_ranges: tuple[tuple[float, float], ...] = ()
    bar_lows: Mapping[str, float] = field(default_factory=dict)
    bar_highs: Mapping[str, float] = field(default_factory=dict)
    volatility: float = 0.05
    sector_weight: float = 0.7
    intraday_share: float = 0.8


SCENARIOS: dict[str, Scenario] = {
    "CIFR": Scenario(
        seed=124,
        figures=PublishedFigures((16.912, 15.887, 12.957, 9.775), 11.747, 24.620),
        waypoints={
            "2020-07-01": 3.60, "2021-03-10": 7.80, "2021-07-19": 4.10, "2021-11-09": 8.60, "2022-06-16": 1.90,
            "2022-12-28": 0.92, "2023-07-13": 4.10, "2023-10-12": 2.60, "2024-02-28": 5.20, "2024-05-01": 3.40,
            "2024-07-22": 6.10, "2024-09-06": 3.05, "2024-12-09": 6.60, "2025-04-08": 2.35, "2025-06-11": 4.10,
            "2025-08-07": 5.05, "2025-08-20": 6.70, "2025-09-05": 7.60, "2025-09-23": 11.80, "2025-10-09": 15.60,
            "2025-11-06": 24.60, "2025-11-14": 15.40, "2025-11-18": 16.90, "2025-11-20": 14.95, "2025-11-21": 14.14,
            "2025-11-24": 16.77,
        },
        support_line={"2025-08-07": 4.90, "2025-11-24": 14.42},
        no_turn_ranges=((13.00, 14.00), (15.05, 16.05)),
        bar_lows={
            "2025-08-07": 4.90, "2025-09-05": 7.43, "2025-10-09": 14.98, "2025-11-14": 14.72, "2025-11-21": 14.02,
        },
        bar_highs={"2025-09-23": 12.60, "2025-09-29": 14.88, "2025-10-30": 24.90, "2025-11-06": 25.71},
        shares=(4, 38),
    ),
    "CLSK": Scenario(
        seed=242,
        figures=PublishedFigures((13.252, 14.322, 13.500, 12.418), 7.780, 20.457),
        waypoints={
            "2020-07-01": 1.60, "2021-02-12": 6.40, "2021-07-19": 3.10, "2021-11-09": 6.10, "2022-06-16": 1.90,
            "2022-12-28": 1.20, "2023-07-13": 4.10, "2023-10-12": 2.50, "2024-03-01": 12.80, "2024-05-01": 10.40,
            "2024-07-22": 12.20, "2024-09-06": 6.20, "2024-11-20": 12.20, "2025-01-13": 11.20, "2025-02-18": 11.90,
            "2025-04-08": 8.13, "2025-05-20": 10.90, "2025-09-12": 12.20, "2025-11-04": 17.40, "2025-11-21": 9.73,
            "2025-11-24": 11.15,
        },
        support_line={"2024-09-06": 6.10, "2025-11-24": 10.03},
        no_turn_ranges=((9.12, 9.68), (10.32, 10.88), (12.70, 13.98), (15.02, 15.60)),
        bar_lows={"2024-09-06": 6.10, "2025-04-08": 7.97, "2025-09-22": 12.68, "2025-11-21": 9.72},
        bar_highs={"2025-03-19": 12.66},
        shares=(3, 30),
        intraday_share=0.88,
    ),
    "IREN": Scenario(
        seed=42,
        figures=PublishedFigures((52.678, 50.420, 41.122, 29.985), 37.781, 74.838),
        waypoints={
            "2020-07-01": 6.10, "2021-02-17": 17.00, "2021-07-19": 9.50, "2021-11-09": 19.50, "2022-06-16": 4.30,
            "2022-12-28": 1.65, "2023-07-13": 7.20, "2023-10-26": 3.40, "2024-02-28": 8.10, "2024-05-01": 4.90,
            "2024-07-16": 13.20, "2024-09-06": 6.70, "2024-12-06": 13.80, "2025-04-08": 5.80, "2025-07-03": 15.60,
            "2025-09-02": 26.50, "2025-11-04": 72.00, "2025-11-21": 42.32, "2025-11-24": 48.16,
        },
        shares=(2, 36),
    ),
    "MARA": Scenario(
        seed=61,
        waypoints={
            "2020-07-01": 1.25, "2021-03-10": 38.00, "2021-07-19": 22.50, "2021-11-09": 66.00, "2022-06-16": 6.90,
            "2022-12-28": 3.70, "2023-07-13": 17.20, "2023-10-12": 8.20, "2024-02-28": 27.00, "2024-05-01": 16.50,
            "2024-07-22": 22.60, "2024-09-06": 14.40, "2024-11-20": 24.80, "2025-01-13": 17.60, "2025-04-08": 11.20,
            "2025-07-18": 19.10, "2025-09-02": 15.40, "2025-10-14": 21.20, "2025-11-03": 17.60, "2025-11-12": 14.10,
            "2025-11-21": 10.32, "2025-11-24": 11.21,
        },
        shares=(9, 44),
    ),
    "RIOT": Scenario(
        seed=52,
        waypoints={
            "2020-07-01": 2.40, "2021-03-10": 49.00, "2021-07-19": 26.50, "2021-11-09": 39.00, "2022-06-16": 5.20,
            "2022-12-28": 3.50, "2023-07-13": 18.10, "2023-10-12": 8.80, "2024-02-28": 16.10, "2024-05-01": 9.90,
            "2024-07-22": 12.10, "2024-09-06": 6.90, "2024-12-06": 12.90, "2025-04-08": 6.60, "2025-07-18": 13.80,
            "2025-09-02": 13.40, "2025-10-14": 21.80, "2025-11-04": 18.60, "2025-11-13": 15.20, "2025-11-21": 12.74,
            "2025-11-24": 13.88,
        },
        shares=(6, 24),
    ),
}  # fmt: skip
