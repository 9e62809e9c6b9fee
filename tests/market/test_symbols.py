"""Which texts are symbols, and what any text becomes as a file name."""

from __future__ import annotations

import re
import string
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from market.errors import BadSymbol
from market.symbols import MAX_LENGTH, file_stem, instrument_of, parse_symbol, parse_symbols, split_symbols

GOOD = [
    *("CIFR", "BRK-B", "^GSPC", "0700.HK", "BTC-USD", "EURUSD=X", "GC=F", "^TNX", "M&M.NS", "A", "005930.KS"),
    *("CL=F", "VOD.L", "BF-B", "^N225", "000001.SS", "ES=F", "DX-Y.NYB", "NIFTY_FIN_SERVICE.NS"),
]
BAD = [
    *("", " ", "../../etc/passwd", "CIFR/..", "A B", "<script>", "CIFR?x=1", "CIFR#", "A\x00B", "A\nB", "%2e%2e"),
    *("-A", "A-", ".A", "A.", "A..B", "=X", "^", "^^A", "ÄBC", "C\u202eIFR", "\u0410", "x" * 25, "🚀", "'A'"),
    *("$", "$$A", "$ A", "A$", "$-A", "€A"),
]
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in range(10))}
SAFE = set(string.ascii_uppercase + string.digits + "._-" + string.ascii_lowercase)


@pytest.mark.parametrize("symbol", GOOD)
def test_yahoo_symbols_are_parsed(symbol: str) -> None:
    assert parse_symbol(f" {symbol.lower()}\n") == symbol


@pytest.mark.parametrize("symbol", GOOD)
def test_cashtag_is_parsed_without_its_dollar_sign(symbol: str) -> None:
    assert parse_symbol(f" ${symbol.lower()}\n") == symbol


@pytest.mark.parametrize(
    ("symbol", "instrument"),
    [("^GSPC", "index"), ("^TNX", "yield"), ("GBPUSD=X", "exchange rate"), ("ZC=F", "future"), ("CIFR", "")],
)
def test_what_is_traded_by_the_spelling_of_the_symbol(symbol: str, instrument: str) -> None:
    assert instrument_of(symbol) == instrument


@pytest.mark.parametrize("text", ["$AA PL", "$$AAPL", "$"])
def test_error_quotes_the_text_as_typed(text: str) -> None:
    with pytest.raises(BadSymbol, match=re.escape(f"'{text}'")):
        parse_symbol(text)


def test_texts_are_parsed_in_order_and_each_error_is_kept() -> None:
    symbols, errors = parse_symbols(["nvda", "a b", "$AMD", "NVDA", "?"])
    assert symbols == ["NVDA", "AMD", "NVDA"]
    assert [error.symbol for error in errors] == ["a b", "?"]


@pytest.mark.parametrize("text", BAD)
def test_other_texts_are_rejected(text: str) -> None:
    with pytest.raises(BadSymbol):
        parse_symbol(text)


@given(st.text())
def test_any_text_is_a_plain_symbol_or_an_error(text: str) -> None:
    try:
        symbol = parse_symbol(text)
    except BadSymbol as error:
        assert str(error)
        return
    assert symbol == symbol.strip().upper()
    assert 0 < len(symbol) <= MAX_LENGTH
    assert set(symbol) <= set(string.ascii_uppercase + string.digits + "^.-=&_")
    assert parse_symbol(symbol) == symbol


@given(st.lists(st.sampled_from(GOOD)), st.sampled_from([",", ";", " ", "\n", ", ", " ; \t"]))
def test_pasted_list_is_split(symbols: list[str], separator: str) -> None:
    assert split_symbols(separator.join(symbols).lower()) == list(dict.fromkeys(symbols))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cifr us, CLSK", ["CIFR US", "CLSK"]),
        ("NYSE: BRK.B nvda", ["NYSE: BRK.B", "NVDA"]),
        ("CIFR US Equity\nVOD LN Equity", ["CIFR US EQUITY", "VOD LN EQUITY"]),
        ("NOK BB IT", ["NOK", "BB", "IT"]),
        ("ＣＩＦＲ，CLSK", ["CIFR", "CLSK"]),
        ("X USB", ["X", "USB"]),
    ],
)
def test_what_belongs_to_one_symbol_of_a_list_stays_together(text: str, words: list[str]) -> None:
    assert split_symbols(text) == words


@given(st.text(st.characters(), max_size=60))
@example("../../etc/passwd")
@example("..\\..\\windows")
@example("C:\\x")
@example("con")
@example("NUL.TXT")
@example("COM1.L")
@example("\\")
@example("")
@example("\ud800")
@example("a" * 10_000_000)
def test_any_text_becomes_a_plain_file_name(text: str) -> None:
    stem = file_stem(text)
    name = f"{stem}_levels_2025-11-24.png"
    assert stem
    assert set(stem) <= SAFE
    assert not stem.startswith((".", "-"))
    assert len(stem) <= 60
    assert stem.split(".")[0].upper() not in RESERVED
    assert name.split(".")[0].upper() not in RESERVED
    for kind in (PurePosixPath, PureWindowsPath, Path):
        assert kind(name).name == name
        assert len(kind(name).parts) == 1


@pytest.mark.parametrize("symbol", ["CIFR", "BRK-B", "0700.HK", "BTC-USD"])
def test_plain_symbol_is_its_own_file_name(symbol: str) -> None:
    assert file_stem(symbol) == symbol


@given(st.sets(st.text(max_size=6).map(str.upper), max_size=20))
def test_different_texts_have_different_file_names(texts: set[str]) -> None:
    assert len({file_stem(text).lower() for text in texts}) == len(texts)
