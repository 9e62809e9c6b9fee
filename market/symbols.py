"""Ticker symbols: parsed once from what a user typed, and safe as file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2s
from typing import TYPE_CHECKING, NewType

from market.errors import BadSymbol
from market.symbol_spellings import as_yahoo_spells, tidy

if TYPE_CHECKING:
    from market.price_history import Instrument

Symbol = NewType("Symbol", str)  # a ticker as Yahoo Finance writes it, made by `parse_symbol`

MAX_LENGTH = 24  # characters: Yahoo's longest symbols are futures and roots of option chains
MAX_TYPED_LENGTH = 200  # characters: a longer text is no symbol, however it is spelled
MAX_STEM_LENGTH = 40  # characters, before the hash
SYMBOL = re.compile(r"\^?[A-Z0-9](?:[A-Z0-9_]|[.\-=&](?=[A-Z0-9]))*(?:=[FX])?")
# One symbol of a list: with the exchange before it, with the market behind it, or by itself
IN_A_LIST = re.compile(
    r"[A-Z_]{2,12}: +[^\s,;]+|[^\s,;]+(?: +[A-Z]{2})? +(?:EQUITY|CURNCY)(?![^\s,;])|[^\s,;]+ +US(?![^\s,;])|[^\s,;]+",
    re.IGNORECASE,
)
YIELDS = frozenset(("^IRX", "^FVX", "^TNX", "^TYX"))  # of the Treasury, which Yahoo lists as indices
# Names of devices, which Windows allows for no file, whatever its extension
WINDOWS_DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{port}{digit}" for port in ("COM", "LPT") for digit in range(10)),
}


def parse_symbol(text: str) -> Symbol:
    """Return the symbol as Yahoo Finance writes it: trimmed, in upper case, a cashtag without its `$`.

    Valid are `^GSPC`, `BRK-B`, `0700.HK`, `BTC-USD`, `EURUSD=X`, `GC=F`, `NIFTY_FIN_SERVICE.NS` and the like, and what
    `market.symbol_spellings` knows to stand for one of them, such as `NASDAQ:CIFR`. Raises `BadSymbol`.
    """
    if len(text) > MAX_TYPED_LENGTH:
        raise BadSymbol(text)
    tidied = tidy(text)
    symbol = tidied[1:] if tidied.startswith("$") else as_yahoo_spells(tidied)
    if len(symbol) > MAX_LENGTH or not symbol.isascii() or not SYMBOL.fullmatch(symbol):
        raise BadSymbol(text)
    return Symbol(symbol)


def parse_symbols(texts: Iterable[str]) -> tuple[list[Symbol], list[BadSymbol]]:
    """Return the symbols of the texts in their order, repeats included, and an error for each text that is none."""
    symbols: list[Symbol] = []
    errors: list[BadSymbol] = []
    for text in texts:
        try:
            symbols.append(parse_symbol(text))
        except BadSymbol as error:
            errors.append(error)
    return symbols, errors


def split_symbols(text: str) -> list[str]:
    """Return the symbols of a pasted list (separated by commas, semicolons or white space), each once, not yet parsed.

    What belongs to one symbol stays together: `NYSE: BRK.B`, `CIFR US Equity`.
    """
    return list(dict.fromkeys(word.upper() for word in IN_A_LIST.findall(unicodedata.normalize("NFKC", text))))


def instrument_of(symbol: str) -> Instrument:
    """Return what Yahoo's spelling of the symbol says is traded: ^GSPC an index, EURUSD=X a rate; "" if it does not."""
    if symbol in YIELDS:
        return "yield"
    if symbol.startswith("^"):
        return "index"
    return "exchange rate" if symbol.endswith("=X") else "future" if symbol.endswith("=F") else ""


def file_stem(symbol: str) -> str:
    """Return a file name without extension for any text: CIFR stays CIFR; a changed name carries a hash.

    Letters, digits, `-` and inner `.` are kept. No two texts get the same name, and none that Windows reserves.
    """
    kept = re.sub(r"[^A-Z0-9.\-]+", "_", symbol.upper()).strip("._-")[:MAX_STEM_LENGTH]
    reserved = kept.split(".")[0] in WINDOWS_DEVICES
    if kept and kept == symbol and not reserved:
        return kept
    hashed = blake2s(symbol.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{(kept.replace('.', '_') if reserved else kept) or 'symbol'}_{hashed}"
