"""Symbols as other services spell them lead to Yahoo's spelling, or to what may be meant."""

from __future__ import annotations

import pytest

from market.errors import BadSymbol
from market.symbol_spellings import other_spellings
from market.symbols import parse_symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("＄ＣＩＦＲ", "CIFR"),
        ("\u00a0ci\uff46r\u00a0", "CIFR"),
        ("CIFR\u200b", "CIFR"),
        ("NASDAQ:CIFR", "CIFR"),
        ("nasdaq: cifr", "CIFR"),
        ("NYSE:\u00a0BRK.B", "BRK-B"),
        ("cifr us", "CIFR"),
        ("CIFR\u00a0US Equity", "CIFR"),
        ("BRK/B US Equity", "BRK-B"),
        ("cifr.us", "CIFR"),
        ("VOD.UK", "VOD.L"),
        ("RDS/A", "RDS-A"),
        ("TSE:7203", "7203.T"),
        ("tse:130a", "130A.T"),
        ("TSE:RY", "RY.TO"),
        ("LON:VOD", "VOD.L"),
        ("lon:bt.a", "BT-A.L"),
        ("HKG:700", "0700.HK"),
        ("7203 JP Equity", "7203.T"),
        ("vod ln", "VOD.L"),
        ("ETR:SAP", "SAP.DE"),
        ("CURRENCY:EURUSD", "EURUSD=X"),
        ("EURUSD Curncy", "EURUSD=X"),
        ("NSE:NIFTY_FIN_SERVICE", "NIFTY_FIN_SERVICE.NS"),
        ("CIFR:US", "CIFR"),
        ("vod:ln", "VOD.L"),
        ("US:CIFR", "CIFR"),
        ("700 HK", "0700.HK"),
        ("brk b", "BRK-B"),
        ("EUR/USD", "EURUSD=X"),
        ("btc / usd", "BTC-USD"),
        ("1INCH/EUR", "1INCH-EUR"),
        ("BRK.B", "BRK.B"),
        ("EURUSD", "EURUSD"),
    ],
)
def test_spellings_of_others_lead_to_yahoos(text: str, symbol: str) -> None:
    assert parse_symbol(text) == symbol
    assert parse_symbol(parse_symbol(text)) == symbol


@pytest.mark.parametrize(
    "text", ["NOWHERE:CIFR", "NASDAQ:", ":CIFR", "CIFR XX", "CIFR US Bond", "A/BC", "CIFR/", "A B", "CIFR/XYZ"]
)
def test_other_texts_with_a_market_are_rejected(text: str) -> None:
    with pytest.raises(BadSymbol):
        parse_symbol(text)


@pytest.mark.parametrize(
    ("symbol", "spellings"),
    [
        ("BRK.B", ("BRK-B",)),
        ("CIFR.OQ", ("CIFR",)),
        ("VOD.LN", ("VOD.L",)),
        ("IBM.N", ("IBM-N", "IBM")),
        ("VOD.L", ("VOD-L",)),
        ("700.HK", ("0700.HK",)),
        ("0700.HK", ()),
        ("EURUSD", ("EURUSD=X",)),
        ("BTCUSD", ("BTC-USD",)),
        ("SHIBEUR", ("SHIB-EUR",)),
        ("CIFR", ()),
        ("GOOGL", ()),
    ],
)
def test_other_spellings_of_an_unknown_symbol(symbol: str, spellings: tuple[str, ...]) -> None:
    assert other_spellings(symbol) == spellings
