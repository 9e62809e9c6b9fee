"""Errors are one-line sentences that say what happened and what to do, whatever came from outside."""

from __future__ import annotations

import copy
import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.errors import BadSymbol, MarketError, UnknownSymbol
from market.files.errors import BadFile, FolderNotFound, NotInFolder
from market.sample.sample import NotInSample
from market.symbol_match import SymbolMatch
from market.yahoo.errors import MalformedResponse, NoBars, QueueFull, RateLimited, YahooRefused, YahooUnreachable
from tickers.scan import NotStored

SENTENCES = [
    (BadSymbol("A B"), "'A B' cannot be a ticker: use letters, digits and . - ^ =, as in BRK-B or ^GSPC"),
    (BadSymbol(" "), "No ticker was given: type a symbol such as CIFR"),
    (UnknownSymbol("XYZQ"), "XYZQ: Yahoo Finance knows no such symbol"),
    (
        UnknownSymbol("BRK.B", matches=(SymbolMatch("BRK-B", "Berkshire"),)),
        "BRK.B: Yahoo Finance knows no such symbol; did you mean BRK-B?",
    ),
    (
        UnknownSymbol("CIFX", matches=tuple(SymbolMatch(name, "") for name in ("CIFR", "CIF", "CIFS", "CIFT"))),
        "CIFX: Yahoo Finance knows no such symbol; did you mean CIFR, CIF or CIFS?",
    ),
    (NotInSample("SPY"), "SPY: the sample holds only CIFR, CLSK, IREN, MARA, RIOT, so pick one of those"),
    (
        RateLimited("CIFR", 30.0),
        "CIFR: Yahoo Finance is limiting requests, so try again in 30 seconds",
    ),
    (
        RateLimited("CIFR", 3590.0),
        "CIFR: Yahoo Finance is limiting requests, so try again in 60 minutes",
    ),
    (
        RateLimited("CIFR", 0.4),
        "CIFR: Yahoo Finance is limiting requests, so try again in 1 second",
    ),
    (
        RateLimited("CIFR", 24 * 3600.0),
        "CIFR: Yahoo Finance is limiting requests, so try again in 24 hours",
    ),
    (
        RateLimited("CIFR"),
        "CIFR: Yahoo Finance is limiting requests, so try again in a few minutes",
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
    (
        NoBars("CIFR"),
        "CIFR: Yahoo Finance has no daily prices for this ticker, which may have been renamed or delisted",
    ),
    (
        MalformedResponse("CIFR", "it is cut off"),
        "CIFR: Yahoo Finance sent a response that cannot be read (it is cut off), so try again later",
    ),
    (QueueFull("CIFR", 2), "CIFR: 2 requests are waiting for Yahoo Finance, so try again in a minute"),
    (NotStored("CIFR"), "CIFR: nothing is stored for it yet, so view or export it once, then scan again"),
    (
        FolderNotFound("CIFR"),
        "CIFR: no folder of price files is set (LEVELS_FILES), so start Levelboard with LEVELS_FILES=FOLDER, "
        "or choose another source",
    ),
    (
        FolderNotFound("CIFR", "/none"),
        "CIFR: the folder /none of LEVELS_FILES does not exist or cannot be read, so start Levelboard with "
        "LEVELS_FILES=FOLDER, or choose another source",
    ),
    (
        NotInFolder("SPY", "SPY"),
        "SPY: the folder of LEVELS_FILES has neither SPY.csv nor SPY.parquet, so add one of them or choose "
        "another ticker",
    ),
    (
        BadFile("CIFR", "CIFR.csv, line 12", "'abc' in close is not a number"),
        "CIFR.csv, line 12: 'abc' in close is not a number",
    ),
    (
        BadFile("CIFR", "CIFR.csv", "the file has no rows", "add daily bars"),
        "CIFR.csv: the file has no rows, so add daily bars",
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
    lambda text: MalformedResponse("CIFR", text),
    NotInSample,
    NotStored,
    lambda text: QueueFull(text, 1),
    lambda text: NotInFolder(text, "CIFR"),
    lambda text: FolderNotFound(text, ""),
]


@pytest.mark.parametrize(("error", "sentence"), SENTENCES)
def test_error_is_a_sentence(error: MarketError, sentence: str) -> None:
    assert str(error) == sentence


@pytest.mark.parametrize(("error", "sentence"), SENTENCES)
def test_sentence_is_built_from_cause_and_advice(error: MarketError, sentence: str) -> None:
    assert error.cause in sentence
    assert error.advice in sentence
    assert not error.cause.startswith(f"{error.symbol}: ")
    assert not error.cause.endswith(".") and not error.advice.endswith(".")


@pytest.mark.parametrize(("error", "sentence"), SENTENCES)
@pytest.mark.parametrize("through", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])
def test_error_survives_pickling_and_copying(error: MarketError, sentence: str, through: object) -> None:
    again = through(error)  # type: ignore[operator]
    assert type(again) is type(error)
    assert str(again) == sentence
    assert vars(again) == vars(error)


@given(st.sampled_from(KINDS), st.text())
def test_outside_text_fits_on_one_line(kind: type[MarketError], text: str) -> None:
    sentence = str(kind(text))
    assert 0 < len(sentence) < 200
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") for char in sentence)
    assert sentence == " ".join(sentence.split(" "))
    assert len(sentence.splitlines()) == 1


def test_ten_megabytes_are_shortened() -> None:
    assert len(str(UnknownSymbol("x" * 10_000_000))) < 100
