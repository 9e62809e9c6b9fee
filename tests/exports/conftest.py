"""Fixtures of the export tests."""

from __future__ import annotations

from typing import Any

import pytest

from indicators import analyse
from indicators.ladder import LadderRow, ladder
from market.sample import sample
from tickers.json_document import analysis_document


@pytest.fixture(scope="package")
def cifr() -> dict[str, Any]:
    """Return the JSON document of the sample's CIFR; tests must not change it."""
    return analysis_document(analyse(sample.history("CIFR"), sample.targets("CIFR")))


@pytest.fixture(scope="package")
def cifr_ladder() -> tuple[LadderRow, ...]:
    """Return the ladder of the sample's CIFR."""
    return ladder(analyse(sample.history("CIFR"), sample.targets("CIFR")))
