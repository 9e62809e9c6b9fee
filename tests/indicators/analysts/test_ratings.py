"""Ratings: the stance of each firm's own word, and the action between two ratings."""

from __future__ import annotations

import itertools

import pytest

from indicators.analysts.ratings import RANK_OF, action_between, stance
from tests.support import real_googl

WORDS = {
    "buy": "Buy|Strong Buy|Overweight|Sector Outperform|Market Outperform|Conviction Buy|Accumulate|Top Pick|"
    "Long-Term Buy|Positive|OUTPERFORM|Speculative Buy|Add",
    "hold": "Hold|Market Perform|Peer Perform|Sector Perform|Equal-Weight|Equal Weight|In-Line|In Line|Neutral|"
    "Sector Weight|Market Weight|Perform|Mixed",
    "sell": "Sell|Strong Sell|Underperform|Reduce|Underweight|Negative|Sector Underperform|Market Underperform",
}


@pytest.mark.parametrize(("meant", "word"), [(meant, word) for meant in WORDS for word in WORDS[meant].split("|")])
def test_stance_of_a_known_rating(meant, word):
    assert stance(word) == meant


@pytest.mark.parametrize("word", [None, "", "Not Rated", "Suspended", "Under Review", "===", "Hold the door"])
def test_an_unknown_rating_has_no_stance(word):
    assert stance(word) is None


def test_every_rating_in_the_googl_rows_has_a_stance():
    words = {word for row in real_googl.feed() for word in (row["toGrade"], row["fromGrade"]) if word}
    assert {word for word in words if stance(word) is None} == set()


@pytest.mark.parametrize(
    ("prior", "now", "action"),
    [
        ("Neutral", "Overweight", "upgraded"),
        ("Buy", "Strong Buy", "upgraded"),
        ("Market Outperform", "Market Perform", "downgraded"),
        ("Underweight", "Underweight", "reiterated"),
        ("Outperform", "Buy", "reiterated"),
        (None, "Buy", None),
        ("Buy", None, None),
        ("Not Rated", "Buy", None),
    ],
)
def test_action_between_two_ratings(prior, now, action):
    assert action_between(prior, now) == action


def test_the_reverse_of_an_upgrade_is_a_downgrade():
    mirror = {"upgraded": "downgraded", "downgraded": "upgraded", "reiterated": "reiterated"}
    for one, other in itertools.combinations(RANK_OF, 2):
        assert action_between(other, one) == mirror[action_between(one, other)]


def test_the_action_that_yahoo_gives_equals_that_of_its_two_ratings():
    rows = [row for row in real_googl.feed() if row["action"] in ("up", "down") and row["fromGrade"] and row["toGrade"]]
    actions = {"up": "upgraded", "down": "downgraded"}
    assert len(rows) > 20
    assert [r for r in rows if action_between(r["fromGrade"], r["toGrade"]) != actions[r["action"]]] == []
