"""The ladder of levels: which rows begin an alert."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.apptest


def page(interval: str) -> None:
    from indicators import analyse
    from market.sample import sample
    from ui.levels.level_ladder import draw_ladder

    draw_ladder(analyse(sample.history("CIFR"), interval=interval))


def shown_columns(at: AppTest) -> str:
    assert not at.exception
    return str(at.dataframe[0].proto.columns)


def test_every_level_of_daily_bars_begins_an_alert_and_the_price_none():
    at = AppTest.from_function(page, args=("1d",)).run()
    rows = at.dataframe[0].value
    assert set(rows.loc[rows["Level"] != "Price", "Alert"]) == {"+ Set"}
    assert list(rows.loc[rows["Level"] == "Price", "Alert"]) == [""]
    assert '"Alert": {"hidden": true}' not in shown_columns(at)


def test_levels_of_weeks_begin_none_since_rules_watch_days():
    at = AppTest.from_function(page, args=("1wk",)).run()
    assert '"Alert": {"hidden": true}' in shown_columns(at)
