"""What a firm's rating means: buy, hold or sell; and whether one rating is an upgrade from another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from market.price_target import RatingAction

Stance = Literal["buy", "hold", "sell"]

# Words for what a rating is measured against, or for how long; they do not change its direction.
QUALIFIERS = frozenset(
    (
        "sector",
        "market",
        "mkt",
        "peer",
        "industry",
        "long",
        "short",
        "near",
        "term",
        "trading",
        "speculative",
        "moderate",
    )
)

# Firms' own scales, strongest first: the rank orders ratings of one firm, its sign gives the stance.
RANKS: dict[int, tuple[str, ...]] = {
    2: ("strong buy", "conviction buy", "top pick", "conviction list buy", "best idea", "focus list"),
    1: (
        "buy",
        "outperform",
        "outperformer",
        "overperform",
        "overweight",
        "positive",
        "accumulate",
        "gradually accumulate",
        "add",
        "above average",
    ),
    0: (
        "hold",
        "neutral",
        "perform",
        "performer",
        "inline",
        "in line",
        "equal weight",
        "equalweight",
        "weight",
        "mixed",
        "average",
        "fair value",
        "fairly valued",
        "maintain",
    ),
    -1: (
        "sell",
        "underperform",
        "underperformer",
        "underweight",
        "reduce",
        "trim",
        "negative",
        "below average",
        "avoid",
    ),
    -2: ("strong sell", "conviction sell"),
}
# A firm that says so of a share stands by no target for it. "Under review" leaves the target as it was.
END_OF_COVERAGE = re.compile(
    r"\b(not rated|unrated|no rating|no recommendation|no longer (rated|covered)|n ?r|not covered|no coverage"
    r"|coverage (ended|removed|transferred)|restricted|(suspend|drop|discontinu|terminat|ceas|withdr)\w*)\b"
)
RANK_OF = {word: rank for rank, words in RANKS.items() for word in words}


@lru_cache(maxsize=1024)
def rank(rating: str | None) -> int | None:
    """Return the rank of a rating, from 2 (strong buy) over 0 (hold) to -2 (strong sell); None for an unknown one."""
    words = re.findall(r"[a-z]+", (rating or "").casefold())
    return RANK_OF.get(" ".join(word for word in words if word not in QUALIFIERS))


def stance(rating: str | None) -> Stance | None:
    """Return whether a firm's rating means buy, hold or sell, for color and sorting; None for an unknown one.

    "Sector Outperform", "Overweight" and "Top Pick" mean buy, "Peer Perform", "Equal-Weight" and "In-Line" hold,
    "Reduce" and "Underweight" sell. What is shown to people is the firm's own word.
    """
    position = rank(rating)
    if position is None:
        return None
    return "buy" if position > 0 else "sell" if position < 0 else "hold"


@lru_cache(maxsize=1024)
def ends_coverage(rating: str | None) -> bool:
    """Return whether a rating means that the firm no longer rates the share, as "Not Rated" or "Suspended" do."""
    return bool(END_OF_COVERAGE.search(" ".join(re.findall(r"[a-z]+", (rating or "").casefold()))))


def action_between(prior_rating: str | None, rating: str | None) -> RatingAction | None:
    """Return what a change from one rating to the next is; None where the two words do not say."""
    if not rating or not prior_rating:
        return None
    if rating.casefold() == prior_rating.casefold():
        return "reiterated"
    before, after = rank(prior_rating), rank(rating)
    if before is None or after is None:
        return None
    return "upgraded" if after > before else "downgraded" if after < before else "reiterated"
