"""Any body that Yahoo may send results in usable data or a MarketError, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import PriceHistory, PriceTarget
from market.errors import MarketError
from market.market_data import ReportedConsensus
from market.source import SymbolMatch
from market.symbols import parse_symbol
from market.yahoo.client import fetch_consensus, fetch_history, fetch_targets, near_matches
from tests.support.replay_server import ReplayServer, answers, listing

MONDAY = date(2025, 11, 24)

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**33), 2**33),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["America/New_York", "Asia/Tokyo", "USD", "CIFR", "up", "", [], {}, [None], 1e300, 10**400]),
)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
no_json = st.binary(max_size=40) | st.text(max_size=40).map(str.encode)


@st.composite
def altered(draw: st.DrawFn, body: object) -> object:
    """Draw the body with something else, or nothing, in one to three places at any depth."""
    changed = deepcopy(body)
    for _ in range(draw(st.integers(1, 3))):
        _alter(draw, changed)
    return changed


def _alter(draw: st.DrawFn, part: Any) -> None:
    while True:
        places = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not places:
            return
        place = draw(st.sampled_from(places))
        inner = part[place]
        if isinstance(inner, dict | list) and inner and draw(st.integers(0, 5)):
            part = inner
        elif draw(st.booleans()):
            part[place] = draw(anything)
            return
        else:
            del part[place]
            return


def sound_body(yahoo: ReplayServer, kind: str, call: Callable[[str], object]) -> object:
    """Return the body that the call receives from a working Yahoo."""
    kept: list[bytes] = []
    splits, dividends = {date(2025, 11, 14): (2, 1)}, {date(2025, 11, 18): 0.1}
    yahoo.lists(listing("CIFR", 12, MONDAY, splits=splits, dividends=dividends))
    yahoo.fails(kind, lambda reply: kept.append(reply.body) or reply)  # type: ignore[func-returns-value]
    call("CIFR")
    yahoo.works()
    return json.loads(kept[0])


def assert_usable_history(found: PriceHistory) -> None:
    bars = found.bars
    assert len(bars) > 0
    assert bars.index.is_monotonic_increasing
    assert bars.index.is_unique
    assert list(bars.columns) == ["open", "high", "low", "close", "volume"]
    assert (bars[["open", "high", "low", "close"]] > 0.0).all(axis=None)
    assert np.isfinite(bars.to_numpy()).all()
    assert found.symbol == "CIFR"
    assert found.name
    assert isinstance(found.currency, str)
    assert ((found.splits > 0.0) & np.isfinite(found.splits)).all()


def assert_usable_targets(found: tuple[PriceTarget, ...]) -> None:
    for row in found:
        assert isinstance(row.firm, str)
        assert row.firm
        assert type(row.date) is date
        assert row.target is not None or row.rating is not None
        for figure in (row.target, row.prior_target):
            assert figure is None or (type(figure) is float and np.isfinite(figure) and figure > 0.0)
        for text in (row.rating, row.prior_rating):
            assert text is None or (isinstance(text, str) and text)


def assert_usable_consensus(found: ReportedConsensus | None) -> None:
    for figure in [] if found is None else [found.mean, found.median, found.high, found.low]:
        assert figure is None or (type(figure) is float and np.isfinite(figure) and figure > 0.0)


def assert_usable_matches(found: tuple[SymbolMatch, ...]) -> None:
    for match in found:
        assert parse_symbol(match.symbol) == match.symbol
        assert isinstance(match.name, str)
        assert match.name


CALLS = [
    ("chart", fetch_history, assert_usable_history),
    ("summary", fetch_targets, assert_usable_targets),
    ("summary", fetch_consensus, assert_usable_consensus),
    ("search", near_matches, assert_usable_matches),
]


@pytest.mark.parametrize(("kind", "call", "assert_usable"), CALLS)
@pytest.mark.parametrize("how", ["anything", "altered", "no json"])
def test_any_body_is_usable_or_an_error(
    yahoo: ReplayServer, kind: str, call: Callable[[str], Any], assert_usable: Callable[[Any], None], how: str
) -> None:
    whole = sound_body(yahoo, kind, call)
    bodies = {"anything": anything, "altered": altered(whole), "no json": no_json}[how]

    @given(bodies)
    def holds(body: object) -> None:
        yahoo.works()
        yahoo.fails(kind, answers(body))
        try:
            found = call("CIFR")
        except MarketError as error:
            assert str(error).startswith("CIFR: ")
        else:
            assert_usable(found)

    holds()


@pytest.mark.parametrize(("kind", "call", "assert_usable"), CALLS)
def test_deeply_nested_body_is_an_error(
    yahoo: ReplayServer, kind: str, call: Callable[[str], Any], assert_usable: Callable[[Any], None]
) -> None:
    yahoo.fails(kind, answers(b"[" * 100_000))
    with pytest.raises(MarketError):
        call("CIFR")
