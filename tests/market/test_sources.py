"""The registry of data sources: what it offers, how it names them, and one way to fetch from each."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from market import PriceTarget
from market.sample.sample import NotInSample
from market.source import Source, closest_symbols
from market.sources import (
    SOURCE_KEYS,
    SOURCES,
    default_source,
    fetch,
    fetch_stored,
    is_demo,
    limit_notice,
    near_matches,
    offered_sources,
    retry_now,
    source_subject,
    source_title,
    waiting_requests,
)
from market.store.store import get_store
from market.symbols import Symbol
from tests.support.paths import ROOT
from tests.support.replay_server import ReplayServer, listing

MONDAY = date(2025, 11, 24)
CIFR = Symbol("CIFR")
OWN = PriceTarget("CIFR", "JPMorgan", MONDAY, 18.0, source="own")


@pytest.fixture(autouse=True)
def no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEVELS_FILES", raising=False)


@pytest.mark.parametrize("key", SOURCE_KEYS)
def test_every_source_implements_the_protocol(key: str) -> None:
    source = SOURCES[key]
    assert source.key == key
    members = {name for name in vars(Source) if not name.startswith("_")}
    assert members <= set(dir(source))
    assert all((source.names.title, source.names.subject, source.names.phrase, source.names.credit))
    assert source.is_demo == bool(source.disclaimer)


def test_titles_differ() -> None:
    assert len({source_title(key) for key in SOURCES}) == len(SOURCES)


def test_only_the_sample_is_a_demo() -> None:
    assert [key for key in (*SOURCE_KEYS, "own", "unknown") if is_demo(key)] == ["sample"]


def test_key_of_no_source_is_its_own_name() -> None:
    assert (source_title("own"), source_subject("own")) == ("own", "own")
    with pytest.raises(KeyError):
        SOURCES["own"]


def test_files_are_offered_and_the_default_only_if_a_folder_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (offered_sources(), default_source()) == (("yahoo", "sample"), "yahoo")
    monkeypatch.setenv("LEVELS_FILES", str(tmp_path))
    assert (offered_sources(), default_source()) == (("files", "yahoo", "sample"), "files")


def test_own_targets_come_with_every_source(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    yahoo.lists(listing("CIFR", 300, MONDAY))
    (tmp_path / "CIFR.csv").write_text("date,open,high,low,close\n2025-11-24,1,1,1,1\n")
    monkeypatch.setenv("LEVELS_FILES", str(tmp_path))
    get_store().add_own_targets([OWN, replace(OWN, symbol="CLSK")])
    for key in SOURCES:
        data = fetch(CIFR, key)
        assert data.targets[-1] == OWN
        stored = fetch_stored(CIFR, key)
        assert stored is not None
        assert stored.targets == data.targets
    assert len(fetch(CIFR).targets) == 4


def test_sample_sends_no_request(yahoo: ReplayServer) -> None:
    data = fetch(CIFR, "sample")
    assert data.history.source == "sample"
    stored = fetch_stored(CIFR, "sample")
    assert stored is not None
    assert stored.targets == data.targets
    with pytest.raises(NotInSample):
        fetch(Symbol("NVDA"), "sample")
    retry_now(CIFR, "sample")
    assert limit_notice("sample") is None
    assert waiting_requests() == 0
    assert near_matches("CLSX", "sample")[0].symbol == "CLSK"
    assert yahoo.requests() == []


def test_closest_symbols_are_the_first_ones_if_none_is_close() -> None:
    symbols = [f"S{number}" for number in range(10)]
    assert [match.symbol for match in closest_symbols("QQQQ", symbols)] == symbols[:6]
    assert closest_symbols("QQQQ", ()) == ()


@pytest.mark.slow
def test_names_and_offers_load_nothing_heavy_and_stored_data_no_yfinance() -> None:
    program = """
import sys
from market.sources import *
heavy = {"yfinance", "sqlalchemy", "streamlit", "plotly"}
[SOURCES[key].names for key in SOURCES]
offered_sources()
print(heavy & set(sys.modules))
assert fetch_stored("CIFR") is None
print(heavy & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["set()", "{'sqlalchemy'}"]
