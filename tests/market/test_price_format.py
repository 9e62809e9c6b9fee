"""Prices are written in the unit of what is traded, with decimals enough to tell their levels apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.levels.chart import levels_figure
from indicators.ladder import ladder
from indicators.summary.summary import technical_read
from market.price_format import price_format
from tests.support.market_cases import serve_case
from tests.support.replay_server import ReplayServer, listing
from text.numbers import PriceFormat
from tickers.request import AnalysisRequest, load_analysis


@pytest.mark.parametrize(
    ("currency", "instrument", "hint", "price", "atr", "text"),
    [
        ("USD", "share", 2, 16.77, 1.2, "$16.77"),
        ("USD", "", None, 16.77, 1.2, "$16.77"),
        ("USD", "share", 2, 0.4512, 0.03, "$0.4512"),
        ("USD", "share", 4, 0.4512, 0.03, "$0.4512"),
        ("HKD", "share", 3, 0.163, 0.01, "HK$0.163"),
        ("GBp", "share", 2, 512.4, 9.0, "512.40p"),
        ("KRW", "share", 2, 73_320.0, 1500.0, "₩73,320"),
        ("JPY", "share", 2, 2589.3, 30.0, "¥2,589"),
        ("JPY", "share", 2, 150.3, 2.0, "¥150.3"),
        ("JPY", "share", 2, 2589.3, None, "¥2,589"),
        ("JPY", "index", 2, 38_283.85, 400.0, "38,283.85 points"),
        ("USD", "index", 2, 2636.78, 40.0, "2,636.78 points"),
        ("USD", "yield", 3, 4.123, 0.05, "4.123%"),
        ("USD", "exchange rate", 4, 1.1782, 0.007, "1.1782"),
        ("JPY", "exchange rate", 3, 150.231, 0.9, "150.231"),
        ("USX", "future", 2, 429.11, 6.0, "429.11 cents"),
        ("USD", "future", 2, -37.63, 3.0, "−$37.63"),
        ("USD", "coin", 10, 9.966e-6, 3e-7, "$0.0000099660"),
        ("USD", "coin", None, 9.966e-6, 3e-7, "$0.000009966"),
        ("USD", "coin", 2, 90_123.4, 2e3, "$90,123.40"),
        ("USD", "share", 99, 16.77, 1.2, "$16.77"),
    ],
)
def test_price_in_its_unit(currency, instrument, hint, price, atr, text):
    assert price_format(currency, instrument, hint, price, [], atr).price(price) == text


def test_unit_is_short_on_the_axis_and_among_levels():
    points, cents = PriceFormat("", " points"), PriceFormat("", " cents")
    assert (points.tick_suffix, points.level(2636.78)) == ("", "2,636.78")
    assert (cents.tick_suffix, cents.level(429.11)) == ("¢", "429.11¢")


@pytest.mark.parametrize(
    ("written", "value", "text"),
    [
        (PriceFormat("₩", "", 0), 85_333.33, "₩85,333"),
        (PriceFormat("", "", 4), 1.185, "1.185"),
        (PriceFormat("$", "", 4), 0.5, "$0.5000"),
        (PriceFormat("", "p"), 640.0, "640p"),
    ],
)
def test_target_has_the_decimals_that_it_needs(written, value, text):
    assert written.target(value) == text


def test_negative_price_that_rounds_to_zero_has_no_sign():
    assert PriceFormat("$").price(-0.001) == "$0.00"


@given(
    st.sampled_from(["exchange rate", "coin", "yield"]),
    st.lists(st.integers(1, 99_999), min_size=1, max_size=12, unique=True),
    st.integers(-9, 3),
)
def test_levels_of_a_rate_or_a_coin_never_print_alike(instrument, counts, power):
    levels = [float(f"{count}e{power}") for count in counts]
    written = price_format("USD", instrument, max(0, -power - 3), max(levels), levels, None)
    assert len({written.price(level) for level in levels}) == len(levels)


@given(st.lists(st.floats(1.0, 1e5), min_size=1, max_size=12))
def test_share_in_a_currency_with_cents_has_two_decimals(levels):
    assert price_format("USD", "share", 2, levels[0], levels, 1.0).places == 2


@pytest.mark.parametrize(
    ("case", "symbol", "text"),
    [
        ("fx-decimals", "GBPUSD=X", "1.1782"),
        ("tiny-token", "PEPE24478-USD", "$0.0000099661"),
        ("index-in-points", "^GSPC", "2,636.78 points"),
        ("won", "005930.KS", "₩73,320"),
        ("us-cents", "ZC=F", "429.11 cents"),
    ],
)
def test_reported_price_is_written_alike_everywhere(
    market_data: Path, yahoo: ReplayServer, case: str, symbol: str, text: str
) -> None:
    assert serve_case(yahoo, case).symbol == symbol
    analysis = load_analysis(symbol, AnalysisRequest())
    written = analysis.price_format
    assert written.price(analysis.price) == text
    assert f" {text} on " in technical_read(analysis)
    prices = {row.price for row in ladder(analysis)}
    step = 1.0 if case == "won" else 1e-9  # two levels within one won are one price
    assert len({written.number(price) for price in prices}) >= len({round(price / step) for price in prices})
    layout = levels_figure(analysis).to_dict()["layout"]
    texts = " ".join(annotation["text"] for annotation in layout["annotations"]).replace("&#36;", "$")
    assert f"<b>{text}</b>" in texts and f"Price {written.number(analysis.price)}" in texts
    assert layout["yaxis"]["tickprefix"].replace("&#36;", "$") == written.prefix
    assert layout["yaxis"]["ticksuffix"] == written.tick_suffix


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("INDEX", "CBOE Interest Rate 10 Year T No", "%"),
        ("INDEX", "Treasury Yield 30 Years", "%"),
        ("INDEX", "13 WEEK TREASURY BILL", "%"),
        ("FUTURE", "Micro 10-Year Yield Futures", "%"),
        ("INDEX", "S&P U.S. Treasury Bond Index", " points"),
        ("INDEX", "S&P High Yield Dividend Aristocrats", " points"),
        ("EQUITY", "Treasury Yield 10 Years plc", ""),
    ],
)
def test_yield_is_told_from_an_index_by_its_name(yahoo: ReplayServer, kind: str, name: str, text: str) -> None:
    yahoo.lists(listing("RATE", kind=kind, name=name))
    assert load_analysis("RATE", AnalysisRequest()).price_format.suffix == text


def test_stored_bars_keep_what_decides_the_format(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("GBPUSD=X", kind="CURRENCY", ratings=()))
    fetched = load_analysis("GBPUSD=X", AnalysisRequest())
    yahoo.fails("any", lambda sound: sound)
    yahoo.forget_requests()
    stored = load_analysis("GBPUSD=X", AnalysisRequest())
    assert yahoo.requests("chart") == []
    assert (stored.instrument, stored.price_hint) == (fetched.instrument, fetched.price_hint) == ("exchange rate", 2)
    assert stored.price_format == fetched.price_format
