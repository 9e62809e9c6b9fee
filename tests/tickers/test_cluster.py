"""Scans on a real Dask scheduler with workers in processes of their own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as Date
from types import ModuleType
from typing import Any

import pytest
from distributed import KilledWorker, LocalCluster

from market.sample import sample
from market.store.store import get_store
from market.symbols import Symbol
from tickers import cluster as cluster_module
from tickers.batch import FailedTicker
from tickers.cluster import ClusterUnavailable, _AnsweringPool, scan_on_cluster
from tickers.scan import ScanRequest, ScanResult, ScanTask, scan_stored

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.xdist_group("cluster")]

MINERS = tuple(map(Symbol, ("CIFR", "CLSK", "IREN", "MARA", "RIOT")))


@pytest.fixture(scope="module", autouse=True)
def plain_main_module() -> Iterator[None]:
    """Hide the page that an AppTest of this process left as its main module: a new process would run it first."""
    left = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    yield
    sys.modules["__main__"] = left


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:
        yield cluster


def store_miners() -> None:
    """Store the sample's bars and targets as if Yahoo had just sent them."""
    now = datetime.now(UTC)
    for symbol in MINERS:
        get_store().save_history(replace(sample.history(symbol), fetched_at=now))
        get_store().save_targets(symbol, sample.targets(symbol), Date(2025, 11, 24), now)


def test_bars_of_an_sqlite_store_travel_with_the_task_and_give_the_same_lines(cluster: LocalCluster) -> None:
    store_miners()
    symbols = (*MINERS[:2], Symbol("NVDA"), *MINERS[2:])
    request = ScanRequest(scale="log", days=(Date(2025, 11, 20), Date(2025, 11, 24)))
    found = list(scan_on_cluster(symbols, request, cluster.scheduler_address))
    assert found == list(scan_stored(symbols, request, jobs=1))
    unknown = found.pop(2)
    assert [len(result.lines) for result in found if isinstance(result, ScanResult)] == [2] * 5
    assert isinstance(unknown, FailedTicker)
    assert unknown.reason == "NVDA: nothing is stored for it yet, so view or export it once, then scan again"


def test_a_worker_that_is_killed_in_the_middle_loses_and_repeats_no_line(cluster: LocalCluster) -> None:
    symbols = MINERS * 12
    request = ScanRequest("sample", days=tuple(Date(2025, 11, day) for day in (18, 19, 20, 21, 24)))
    expected = {result.symbol: result for result in scan_stored(MINERS, request, jobs=1)}
    results: list[ScanResult | FailedTicker] = []
    for result in scan_on_cluster(symbols, request, cluster.scheduler_address, ordered=False):
        results.append(result)
        if len(results) == 5:
            nanny = next(iter(cluster.workers.values()))
            os.kill(nanny.pid, signal.SIGKILL)
    assert sorted(result.symbol for result in results) == sorted(symbols)
    assert all(isinstance(result, ScanResult) for result in expected.values())
    assert all(result == expected[result.symbol] for result in results)


def test_without_a_scheduler_one_sentence_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 1)
    with pytest.raises(ClusterUnavailable) as error:
        list(scan_on_cluster(MINERS, ScanRequest("sample"), "tcp://127.0.0.1:9"))
    assert str(error.value) == (
        "tcp://127.0.0.1:9: no Dask scheduler answers there; start one with python -m dask scheduler"
    )


def test_without_workers_one_sentence_says_how_to_start_some() -> None:
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address=":0", host="127.0.0.1") as empty,
        pytest.raises(ClusterUnavailable, match="the scheduler has no workers; start some in the folder"),
    ):
        list(scan_on_cluster(MINERS, ScanRequest("sample"), empty.scheduler_address))


class EndingWorkers:
    """Workers that end every task in the same way."""

    def __init__(self, end: Exception | None) -> None:
        self._end = end

    def submit(self, *_: Any) -> Future[Any]:
        done: Future[Any] = Future()
        if self._end is None:
            done.cancel()
        else:
            done.set_exception(self._end)
        return done


@pytest.mark.parametrize("end", [KilledWorker("task", "worker", 3), None, ZeroDivisionError("inside")])
def test_a_task_that_ends_its_workers_fails_alone(end: Exception | None) -> None:
    answered = _AnsweringPool(EndingWorkers(end), "tcp://here").submit(scan_stored, ScanTask((Symbol("CIFR"),)))
    if isinstance(end, KilledWorker):
        (result,) = answered.result()
        assert result.reason == (
            "CIFR: several workers ended while they scanned it, so scan it on one machine to see why"
        )
    else:
        with pytest.raises(type(end) if end else ClusterUnavailable):
            answered.result()
