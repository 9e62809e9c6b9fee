"""Two running dashboards on one store send an alert, once and without anybody looking."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from alerts.destinations import Destination
from alerts.kept_rules import save_destination
from tests.support.alert_checker import SYMBOL, make_rule, write_prices
from tests.support.alert_servers import web_server
from tests.support.dashboard import OFFLINE, serving

MINUTES = 0.02  # between two checks
WAIT_SECONDS = 30.0


@pytest.mark.server
@pytest.mark.long
def test_dashboards_that_share_a_store_send_each_alert_once(own_store: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices"
    prices.mkdir()
    write_prices(prices)
    local = {"no_proxy": "127.0.0.1"}  # the web server is no internet
    settings = local | {
        "LEVELS_STORE": str(own_store),
        "LEVELS_FILES": str(prices),
        "LEVELS_ALERT_MINUTES": str(MINUTES),
    }
    with web_server() as webhook, serving(OFFLINE | settings) as first, serving(OFFLINE | settings) as second:
        hook = save_destination(Destination("Hook", webhook.address), "").id
        for number in range(3):
            make_rule(f"rule {number}", hook)
            deadline = time.monotonic() + WAIT_SECONDS
            while len(webhook.received) <= number and time.monotonic() < deadline:
                time.sleep(0.1)
        time.sleep(5 * 60.0 * MINUTES)
        titles = [received["title"] for received in webhook.received]
        said = first.log_text() + second.log_text()
    assert titles == [f"{SYMBOL}: rule {number}" for number in range(3)], said
    assert "Traceback" not in said and "t0ken-of-ann" not in said
