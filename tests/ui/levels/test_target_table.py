"""The table of targets, in the order that the viewer chooses."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.apptest


def table() -> None:
    from datetime import timedelta

    from indicators import analyse
    from market import PriceHistory, PriceTarget
    from tests.support.generated_bars import walk
    from ui.levels.target_table import draw_target_table

    bars = walk(300)
    last, price = bars.index[-1].date(), float(bars["close"].iloc[-1])
    ratios = {"Far": (1.9, 5), "Near": (1.02, 90), "Below": (0.8, 40), "Over": (1.3, 370)}
    rows = [
        PriceTarget("X", firm, last - timedelta(days=days), price * ratio) for firm, (ratio, days) in ratios.items()
    ]
    draw_target_table(analyse(PriceHistory("X", "X", "USD", bars), rows), None, True)


@pytest.mark.parametrize(
    ("order", "firms"),
    [
        ("Highest", ["Far", "Over", "Near", "Below"]),
        ("Most likely", ["Near", "Below", "Far", "Over"]),
        ("Newest", ["Far", "Below", "Near", "Over"]),
    ],
)
def test_targets_stand_in_the_order_chosen(order: str, firms: list[str]) -> None:
    at = AppTest.from_function(table).run()
    assert list(at.dataframe[0].value["Firm"]) == ["Far", "Below", "Near"], "the newest first, the stale one folded"
    at.button_group(key="target-order").set_value(order).run()
    assert list(at.dataframe[0].value["Firm"]) == [firm for firm in firms if firm != "Over"]
    assert at.toggle(key="targets-stale").label == "Show 1 stale target"
    at.toggle(key="targets-stale").set_value(True).run()
    assert not at.exception
    frame = at.dataframe[0].value
    assert list(frame["Firm"]) == firms
    likely = frame.set_index("Firm")["Touch"]
    assert likely["Near"] > likely["Below"] > likely["Far"] and likely.isna()["Over"]
    assert list(frame.set_index("Firm")["Age"][["Far", "Over"]]) == [5, 370]
    record = frame.set_index("Firm")["Record"]
    assert record["Over"] == "0 of 1 hit" or record["Over"] == "1 of 1 hit"
    assert record.drop("Over").isna().all()
