"""The folders of the project and of the recorded market data."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKET_DATA = ROOT.parent / "shared" / "market-data"
