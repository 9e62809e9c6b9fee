"""The Compare page under Streamlit's AppTest, on the built-in sample."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.rebase import rebase
from market.sample import sample
from tests.support.app_pages import at_page

pytestmark = pytest.mark.apptest

__all__ = ["at_page"]

MINERS = ["CIFR", "CLSK", "IREN", "MARA", "RIOT"]


def test_tickers_are_rebased_to_the_selected_day(at_page):
    at = at_page("compare", source="Sample")
    assert at.multiselect[0].value == MINERS
    at.date_input(key="compare-base-day").set_value(date(2025, 11, 21)).run()
    assert not at.exception and "Demo data, not market prices" in at.warning[0].value
    line = rebase("CIFR", sample.history("CIFR").bars["close"], date(2025, 11, 21))
    assert round(line.pct.iloc[-1], 1) == 18.6
    at.segmented_control(key="compare-view").set_value("charts").run()
    assert not at.exception


def test_a_text_that_cannot_be_a_ticker_is_named(at_page):
    at = at_page("compare", source="Sample")
    at.multiselect[0].set_value(["CIFR", "<b>"]).run()
    assert not at.exception and any("cannot be a ticker" in warning.value for warning in at.warning)
    at.multiselect[0].set_value([]).run()
    assert "Pick up to eight tickers to compare" in at.info[0].value
