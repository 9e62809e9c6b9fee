"""How others write what Yahoo Finance writes: by exchange, by country, with a class of shares, full-width.

NASDAQ:CIFR, NYSE: BRK.B, TSE:7203, LON:VOD     exchange and symbol (Google Finance, TradingView)
CIFR US Equity, 7203 JP, EURUSD Curncy          symbol and market (Bloomberg)
CIFR:US, VOD:LN                                 the same (Bloomberg's pages)
cifr.us, vod.uk                                 symbol and country (Stooq)
BRK/B, BRK B                                    class of shares after a slash or a space
EUR/USD, BTC/USD                                pair of currencies, or of a coin and a currency
"""

from __future__ import annotations

import re
import unicodedata

UNITED_STATES = ""  # Yahoo writes no suffix there

# Yahoo's suffix of the exchanges by the names that others put before a symbol
EXCHANGES = {
    **dict.fromkeys(("NASDAQ", "NASDAQGS", "NASDAQGM", "NASDAQCM", "NYSE", "NYQ", "NMS", "US"), UNITED_STATES),
    **dict.fromkeys(("NYSEAMERICAN", "NYSEMKT", "AMEX", "NYSEARCA", "ARCA", "BATS", "CBOE"), UNITED_STATES),
    **dict.fromkeys(("OTC", "OTCMKTS", "OTCBB", "OTCQB", "OTCQX", "PINK"), UNITED_STATES),
    **dict.fromkeys(("LON", "LSE", "LSIN"), ".L"),
    **dict.fromkeys(("TYO", "TSE", "JPX"), ".T"),
    "TSX": ".TO",
    **dict.fromkeys(("TSXV", "CVE"), ".V"),
    **dict.fromkeys(("CSE", "CNSX"), ".CN"),
    "NEO": ".NE",
    "ASX": ".AX",
    **dict.fromkeys(("HKG", "HKEX", "SEHK"), ".HK"),
    **dict.fromkeys(("ETR", "XETR", "XETRA", "GER"), ".DE"),
    **dict.fromkeys(("FRA", "FWB"), ".F"),
    **dict.fromkeys(("EPA", "PAR"), ".PA"),
    "AMS": ".AS",
    **dict.fromkeys(("EBR", "BRU"), ".BR"),
    **dict.fromkeys(("ELI", "LIS"), ".LS"),
    **dict.fromkeys(("BIT", "MIL"), ".MI"),
    "BME": ".MC",
    **dict.fromkeys(("SWX", "SIX", "VTX"), ".SW"),
    **dict.fromkeys(("STO", "OMXSTO"), ".ST"),
    **dict.fromkeys(("CPH", "OMXCOP"), ".CO"),
    **dict.fromkeys(("HEL", "OMXHEX"), ".HE"),
    **dict.fromkeys(("OSL", "OSE"), ".OL"),
    **dict.fromkeys(("VIE", "WBAG"), ".VI"),
    **dict.fromkeys(("WSE", "GPW"), ".WA"),
    "ISE": ".IR",
    "NSE": ".NS",
    **dict.fromkeys(("BOM", "BSE"), ".BO"),
    "KRX": ".KS",
    "KOSDAQ": ".KQ",
    **dict.fromkeys(("TPE", "TWSE"), ".TW"),
    "TPEX": ".TWO",
    "SGX": ".SI",
    **dict.fromkeys(("SHA", "SSE"), ".SS"),
    **dict.fromkeys(("SHE", "SZSE"), ".SZ"),
    **dict.fromkeys(("BVMF", "BMFBOVESPA"), ".SA"),
    "BMV": ".MX",
    "JSE": ".JO",
    **dict.fromkeys(("TLV", "TASE"), ".TA"),
    "NZE": ".NZ",
    "TADAWUL": ".SR",
    "BIST": ".IS",
}
CURRENCY_EXCHANGES = {"CURRENCY", "FX", "FX_IDC", "FOREX", "OANDA"}

# Yahoo's suffix by Bloomberg's code of the market
MARKET_CODES = {
    **dict.fromkeys(("US", "UN", "UW", "UQ", "UR", "UA", "UP"), UNITED_STATES),
    "LN": ".L",
    **dict.fromkeys(("JP", "JT"), ".T"),
    **dict.fromkeys(("GR", "GY"), ".DE"),
    "FP": ".PA",
    "NA": ".AS",
    "BB": ".BR",
    "PL": ".LS",
    "IM": ".MI",
    "SM": ".MC",
    **dict.fromkeys(("SW", "SE", "VX"), ".SW"),
    "SS": ".ST",
    "DC": ".CO",
    "FH": ".HE",
    "NO": ".OL",
    "AV": ".VI",
    "PW": ".WA",
    "ID": ".IR",
    **dict.fromkeys(("CN", "CT"), ".TO"),
    "AU": ".AX",
    "NZ": ".NZ",
    "HK": ".HK",
    "CG": ".SS",
    "CS": ".SZ",
    "TT": ".TW",
    "KS": ".KS",
    "KQ": ".KQ",
    "SP": ".SI",
    **dict.fromkeys(("IS", "IN"), ".NS"),
    "IB": ".BO",
    "BZ": ".SA",
    "MM": ".MX",
    "SJ": ".JO",
    "IT": ".TA",
    "TI": ".IS",
}
# Of which Yahoo has exchange rates; what else is quoted in one of them is a coin
CURRENCIES = {
    "AUD", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR",
    "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SEK", "SGD", "THB", "TRY", "TWD", "USD",
    "ZAR",
}  # fmt: skip
COUNTRY_SUFFIXES = {".US": UNITED_STATES, ".UK": ".L", ".JP": ".T"}  # Yahoo gives these to no exchange

# White space and what has no width: web pages put it around what is copied from them
BLANK_ENDS = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$")
LISTED = r"[A-Z0-9](?:[A-Z0-9_&\-]*[A-Z0-9])?(?:[./ ][A-Z])?"
BY_EXCHANGE = re.compile(rf"(?P<exchange>[A-Z_]{{2,12}}) ?: ?(?P<listed>{LISTED}|\^[A-Z0-9]+)")
BY_MARKET = re.compile(rf"(?P<listed>{LISTED})(?: |:)(?P<market>[A-Z]{{2}})(?P<key> EQUITY)?")
BLOOMBERG_PAIR = re.compile(r"(?P<pair>[A-Z]{3} ?/? ?[A-Z]{3}) (?:CURNCY|BGN CURNCY)")
PAIR = re.compile(r"(?P<base>[A-Z0-9]{2,5}?) ?(?P<slash>/?) ?(?P<quote>[A-Z]{3})")
CLASS_OF_SHARES = re.compile(r"(?P<root>[A-Z0-9]+/|[A-Z0-9]{2,} )(?P<share_class>[A-Z])")
BY_COUNTRY = re.compile(rf"(?P<listed>{LISTED})(?P<country>\.(?:US|UK|JP))")
NUMBERED = re.compile(r"[0-9][0-9A-Z]{3}")  # as Tokyo numbers its shares: 7203, 130A
DOTTED = re.compile(r"(?P<root>[A-Z0-9\-]+)\.(?P<last>[A-Z]{1,2})")
REUTERS_OF_UNITED_STATES = {"N", "O", "OQ", "A", "K", "P", "PK"}


def tidy(text: str) -> str:
    """Return the text as typed on a plain keyboard: in upper case, with single plain spaces and no blank ends."""
    plain = BLANK_ENDS.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r" +", " ", plain).upper()


def as_yahoo_spells(text: str) -> str:
    """Return Yahoo's spelling of a tidied symbol that names its market as others do; any other text as it is."""
    if (found := BY_EXCHANGE.fullmatch(text)) and (spelled := _of_exchange(found["exchange"], found["listed"])):
        return spelled
    if (found := BY_MARKET.fullmatch(text)) and found["market"] in MARKET_CODES:
        return _with_suffix(found["listed"], MARKET_CODES[found["market"]])
    if found := BLOOMBERG_PAIR.fullmatch(text):
        return re.sub("[ /]", "", found["pair"]) + "=X"
    if found := BY_COUNTRY.fullmatch(text):
        return _with_suffix(found["listed"], COUNTRY_SUFFIXES[found["country"]])
    if found := CLASS_OF_SHARES.fullmatch(text):
        return f"{found['root'][:-1]}-{found['share_class']}"
    if (found := PAIR.fullmatch(text)) and found["slash"]:
        return _of_pair(found["base"], found["quote"]) or text
    return text


def other_spellings(symbol: str) -> tuple[str, ...]:
    """Return what Yahoo may call a symbol that it does not know, the likeliest first.

    BRK-B for BRK.B, CIFR for CIFR.O, VOD.L for VOD.LN, 0700.HK for 700.HK, EURUSD=X for EURUSD, BTC-USD for BTCUSD.
    """
    if found := PAIR.fullmatch(symbol):
        pair = _of_pair(found["base"], found["quote"])
        return (pair,) if pair else ()
    found = DOTTED.fullmatch(symbol)
    if found is None:
        return ()
    root, last = found["root"], found["last"]
    with_class = (f"{root}-{last}",) if len(last) == 1 else ()
    bare = (root,) if last in REUTERS_OF_UNITED_STATES else ()
    of_market = (_with_suffix(root, MARKET_CODES[last]),) if last in MARKET_CODES else ()
    return tuple(spelling for spelling in with_class + bare + of_market if spelling != symbol)


def _of_pair(base: str, quote: str) -> str | None:
    """Return Yahoo's symbol of an exchange rate, or of a coin in a currency; None where `quote` is no currency."""
    if quote not in CURRENCIES:
        return None
    return f"{base}{quote}=X" if base in CURRENCIES else f"{base}-{quote}"


def _of_exchange(exchange: str, listed: str) -> str | None:
    if exchange in CURRENCY_EXCHANGES:
        return f"{listed}=X"
    if exchange not in EXCHANGES:
        return None
    if listed.startswith("^"):
        return listed
    suffix = EXCHANGES[exchange]
    if exchange == "TSE" and not NUMBERED.fullmatch(listed):  # Google's name for Toronto, others' for Tokyo
        suffix = ".TO"
    return _with_suffix(listed, suffix)


def _with_suffix(listed: str, suffix: str) -> str:
    """Return the symbol with the suffix of its exchange, and a class of shares after a hyphen."""
    spelled = re.sub(r"[./ ](?=[A-Z]$)", "-", listed)
    if suffix == ".HK" and spelled.isdecimal():
        spelled = f"{int(spelled):04d}"
    return spelled + suffix
