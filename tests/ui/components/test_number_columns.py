"""Figures in tables are written as everywhere else."""

from __future__ import annotations

import pandas as pd

from text.numbers import PriceFormat
from ui.components.number_columns import round_columns, style_numbers, style_prices


def test_prices_of_each_ticker_are_written_in_its_format() -> None:
    frame = pd.DataFrame(
        {"Ticker": ["CIFR", "WON", "CIFR"], "Target": [18.0, 73_320.0, 17.5], "Upside": [1.0, 2.0, 3.0]}
    )
    table = style_numbers(frame, {"Upside": "{:.0f}%".format})
    formats = {"CIFR": PriceFormat("$"), "WON": PriceFormat("₩", "", 0), "NONE": PriceFormat()}
    html = style_prices(table, frame["Ticker"], ["Target"], formats).to_html()
    assert [cell for cell in ("18.00", "73,320", "17.50", "1%", "3%") if f">{cell}<" not in html] == []


def test_table_that_is_too_long_to_be_styled_stays_as_it_is() -> None:
    frame = pd.DataFrame({"Ticker": ["CIFR"] * 20_001, "Target": 18.0})
    assert style_prices(style_numbers(frame, {}), frame["Ticker"], ["Target"], {"CIFR": PriceFormat()}) is frame


def test_columns_are_rounded_to_the_decimals_shown_and_gaps_stay():
    frame = pd.DataFrame({"Price": [16.774999, None], "Change": [18.59971, -0.04], "Firm": ["A", "B"]})
    rounded = round_columns(frame, {"Price": 2, "Change": 1, "Missing": 1})
    assert rounded["Price"].tolist()[0] == 16.77 and rounded["Price"].isna().tolist() == [False, True]
    assert rounded["Change"].tolist() == [18.6, 0.0] and frame["Change"].tolist() == [18.59971, -0.04]
