"""Many viewers at once: no error, a switch of ticker stays a switch, and the memory comes back."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from tests.support.dashboard import Dashboard, serving
from tests.support.load_viewers import crowd

TICKERS = ("CIFR", "CLSK", "IREN", "MARA", "RIOT")
SETTLE = 150.0  # seconds: Streamlit keeps a closed session for two minutes, in case its viewer comes back


def resident(dashboard: Dashboard) -> float:
    """MB that the server holds in memory."""
    status = Path(f"/proc/{dashboard.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def watched(dashboard: Dashboard, viewers: int, every: float, seconds: float) -> list[float]:
    return asyncio.run(crowd(dashboard.url, viewers, TICKERS, every, seconds))


@pytest.mark.slow
def test_several_viewers_switch_tickers_without_an_error() -> None:
    with serving() as dashboard:
        times = watched(dashboard, viewers=8, every=1.5, seconds=6.0)
        said = dashboard.said()
    assert len(times) >= 8 * 3
    assert "Traceback" not in said


@pytest.mark.soak
def test_fifty_viewers_for_two_minutes_wait_at_most_three_times_as_long_as_one() -> None:
    with serving() as dashboard:
        alone = watched(dashboard, viewers=1, every=1.0, seconds=30.0)
        before = resident(dashboard)
        times = watched(dashboard, viewers=50, every=10.0, seconds=120.0)
        during = resident(dashboard)
        time.sleep(SETTLE)
        watched(dashboard, viewers=1, every=1.0, seconds=3.0)
        after, said = resident(dashboard), dashboard.said()
    one, many = float(np.percentile(alone, 95)), float(np.percentile(times, 95))
    print(f"\n{len(times)} switches of 50 viewers: p95 {many:.3f} s, of one viewer {one:.3f} s, {many / one:.2f} times")
    print(f"memory {before:.0f} MB before, {during:.0f} MB during, {after:.0f} MB afterwards")
    assert "Traceback" not in said
    assert many <= 3.0 * one
    assert after <= 1.2 * before
