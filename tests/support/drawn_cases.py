"""Analyses to draw in tests: the bars of the sample with any number of invented firms, and awkward cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

import numpy as np

from indicators import analyse
from indicators.analysis import Analysis, Scale
from market import PriceHistory, PriceTarget
from market.sample import sample

DAY = Date(2025, 11, 24)
NAMES = ("Alder & Pine", "Birch", "Cedar Bruyette & Woods", "Dogwood Fitzgerald", "Elm", "Fir Capital Markets Limited")
RATINGS = ("Overweight", "Buy", "Neutral", "Sector Outperform", "Underweight", None)


def invented_targets(history: PriceHistory, firms: int, seed: int = 5) -> tuple[PriceTarget, ...]:
    """Return one target a firm around the last price: raised, cut, kept and new ones, some of them stale."""
    random = np.random.default_rng(seed)
    price = float(history.bars["close"].iloc[-1])
    targets = np.round(price * np.exp(random.normal(0.15, 0.3, firms)), 2)
    priors = np.round(targets * np.exp(random.normal(0.0, 0.25, firms)), 2)
    ages = random.integers(0, 500, firms)
    return tuple(
        PriceTarget(
            history.symbol,
            f"{NAMES[row % len(NAMES)]} {row}",
            DAY - timedelta(days=int(ages[row])),
            float(targets[row]),
            (float(priors[row]), None, float(targets[row]))[row % 3],
            RATINGS[row % len(RATINGS)],
            RATINGS[(row + 1) % len(RATINGS)],
        )
        for row in range(firms)
    )


def drawn_case(firms: int, symbol: str = "CIFR", scale: Scale = "linear", factor: float = 1.0) -> Analysis:
    """Return an analysis of the sample's bars times `factor`, with that many firms."""
    history = sample.history(symbol)
    bars = history.bars.copy()
    bars[["open", "high", "low", "close"]] *= factor
    history = replace(history, bars=bars)
    return analyse(history, invented_targets(history, firms), DAY, scale)


def far_off_case() -> Analysis:
    """Return an analysis with eight firms, two of them with targets far beyond any past price."""
    history = sample.history("CIFR")
    far = (
        PriceTarget("CIFR", "Moonshot Research", DAY, 900.0, 30.0, "Buy"),
        PriceTarget("CIFR", "Gloom & Doom", DAY, 0.5, 12.0, "Sell"),
    )
    return analyse(history, (*invented_targets(history, 6), *far), DAY)


def hostile_case() -> Analysis:
    """Return an analysis with tags, links and entities in every text from outside, all to be shown literally."""
    history = replace(sample.history("CIFR"), name="<b>Cipher</b> <img src=x onerror=alert(1)> $x^2$ &amp;")
    firm = '<a href="javascript:alert(1)">Evil</a>'
    rows = (
        PriceTarget("CIFR", firm, DAY, 18.0, 12.0, "<script>alert(1)</script>", note="</text><svg onload=alert(1)>"),
    )
    return analyse(history, rows, DAY)
