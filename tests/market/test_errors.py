"""Failures as sentences: one line, of what happened and what to do, whatever came from outside."""

from __future__ import annotations

import copy
import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.errors import (
    BadSymbol,
    MalformedAnswer,
    MarketError,
    NoBars,
    NotInSample,
    RateLimited,
    UnknownSymbol,
    YahooRefused,
    YahooUnreachable,
)

SAID = [
    (BadSymbol("A B"), "«A B» cannot be a ticker: use letters, digits and . - ^ =, as in BRK-B or ^GSPC"),
    (BadSymbol(" "), "No ticker was given: type a symbol such as CIFR"),
    (UnknownSymbol("XYZQ"), "XYZQ: Yahoo Finance knows no such symbol"),
    (NotInSample("SPY", ("CIFR", "CLSK")), "SPY: the sample holds only CIFR, CLSK, so pick one of those"),
    (
        RateLimited("CIFR", 30.0),
        "CIFR: Yahoo Finance is limiting how often it is asked, so try again in 30 seconds",
    ),
    (
        RateLimited("CIFR", 3590.0),
        "CIFR: Yahoo Finance is limiting how often it is asked, so try again in 60 minutes",
    ),
    (
        RateLimited("CIFR", 0.4),
        "CIFR: Yahoo Finance is limiting how often it is asked, so try again in 1 second",
    ),
    (
        RateLimited("CIFR", 24 * 3600.0),
        "CIFR: Yahoo Finance is limiting how often it is asked, so try again in 24 hours",
    ),
    (
        RateLimited("CIFR"),
        "CIFR: Yahoo Finance is limiting how often it is asked, so try again in a few minutes",
    ),
    (
        YahooUnreachable("CIFR", "no connection"),
        "CIFR: Yahoo Finance cannot be reached (no connection), so check the network and try again",
    ),
    (
        YahooRefused("CIFR", 401),
        "CIFR: Yahoo Finance does not accept the request (status 401), so try again in a few minutes",
    ),
    (YahooRefused("CIFR", 502), "CIFR: Yahoo Finance is having trouble (status 502), so try again in a few minutes"),
    (NoBars("CIFR"), "CIFR: Yahoo Finance has no daily prices for it, it may be delisted"),
    (
        MalformedAnswer("CIFR", "it is cut off"),
        "CIFR: Yahoo Finance sent an answer that cannot be read (it is cut off), so try again later",
    ),
]
KINDS = [
    BadSymbol,
    UnknownSymbol,
    RateLimited,
    YahooUnreachable,
    lambda text: YahooUnreachable("CIFR", text),
    lambda text: YahooRefused(text, 500),
    NoBars,
    lambda text: MalformedAnswer("CIFR", text),
    lambda text: NotInSample(text, ("CIFR",)),
]


@pytest.mark.parametrize(("error", "sentence"), SAID)
def test_the_sentence(error: MarketError, sentence: str) -> None:
    assert str(error) == sentence


@pytest.mark.parametrize(("error", "sentence"), SAID)
@pytest.mark.parametrize("through", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])
def test_an_error_survives_a_cache_and_another_process(error: MarketError, sentence: str, through: object) -> None:
    again = through(error)  # type: ignore[operator]
    assert type(again) is type(error)
    assert str(again) == sentence
    assert vars(again) == vars(error)


@given(st.sampled_from(KINDS), st.text())
def test_outside_text_stays_on_one_short_line(kind: type[MarketError], text: str) -> None:
    said = str(kind(text))
    assert 0 < len(said) < 200
    assert not any(unicodedata.category(message) in ("Cc", "Cf", "Cs", "Co") for message in said)
    assert said == " ".join(said.split(" "))
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("text", ["JP\tMorgan", "JP\nMorgan", "JP \r\n Morgan", "\u202eJP\u00a0Morgan\u200b"])
def test_words_on_several_lines_stay_apart_on_one(text: str) -> None:
    assert "JP Morgan" in str(BadSymbol(text))


def test_ten_megabytes_are_cut_short() -> None:
    assert len(str(UnknownSymbol("x" * 10_000_000))) < 100
