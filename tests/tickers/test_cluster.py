"""Scans on a real Dask scheduler with workers in processes of their own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from datetime import date as Date
from pathlib import Path
from types import ModuleType
from typing import Any

import dask
import pytest
import trustme
from distributed import KilledWorker, LocalCluster, Security

from market.sample import sample
from market.store.store import get_store
from market.symbols import Symbol
from tests.support.store_fixtures import Postgres, postgres
from tickers import cluster as cluster_module
from tickers.batch import FailedTicker
from tickers.cluster import ClusterUnavailable, _AnsweringPool, scan_on_cluster
from tickers.scan import ScanRequest, ScanResult, ScanTask, scan_stored

__all__ = ["postgres"]

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.xdist_group("cluster")]

MINERS = tuple(map(Symbol, ("CIFR", "CLSK", "IREN", "MARA", "RIOT")))


@pytest.fixture(scope="module", autouse=True)
def plain_main_module() -> Iterator[None]:
    """Hide the page that an AppTest of this process left as its main module: a new process would run it first."""
    left = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    yield
    sys.modules["__main__"] = left


def local_cluster(**options: Any) -> LocalCluster:
    """Return a scheduler with two workers in processes of their own."""
    here = {"dashboard_address": ":0", "host": "127.0.0.1"}
    return LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **here, **options)


@contextmanager
def tls_configured(folder: Path) -> Iterator[None]:
    """Give Dask an authority and a certificate of it for every role, as its documentation of TLS says."""
    authority, certificate = folder / "authority.pem", folder / "certificate.pem"
    issuer = trustme.CA()
    issuer.cert_pem.write_to_path(str(authority))
    issuer.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    roles = ("scheduler", "worker", "client")
    files = {f"{role}.{part}": str(certificate) for role in roles for part in ("cert", "key")}
    settings = {f"distributed.comm.tls.{name}": path for name, path in (files | {"ca-file": str(authority)}).items()}
    with dask.config.set(settings | {"distributed.comm.require-encryption": True}):
        yield


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with local_cluster() as cluster:
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


@pytest.mark.postgres
def test_workers_read_a_postgresql_store_themselves(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVELS_STORE", postgres.new_database())  # before the workers start, which have it too
    store_miners()
    monkeypatch.setattr(cluster_module, "_stored", lambda *_: pytest.fail("the bars traveled with the task"))
    request = ScanRequest(days=(Date(2025, 11, 20), Date(2025, 11, 24)))
    with local_cluster() as cluster:
        found = list(scan_on_cluster(MINERS, request, cluster.scheduler_address))
    assert found == list(scan_stored(MINERS, request, jobs=1))
    assert [len(result.lines) for result in found if isinstance(result, ScanResult)] == [2] * 5


def test_a_cluster_with_tls_is_reached_by_dasks_own_configuration(tmp_path: Path) -> None:
    with tls_configured(tmp_path), local_cluster(protocol="tls://", security=Security()) as cluster:
        assert cluster.scheduler_address.startswith("tls://")
        found = list(scan_on_cluster(MINERS[:2], ScanRequest("sample"), cluster.scheduler_address))
    assert found == list(scan_stored(MINERS[:2], ScanRequest("sample"), jobs=1))


def test_without_a_certificate_one_sentence_says_where_to_name_it() -> None:
    with pytest.raises(ClusterUnavailable, match="no certificate for TLS is configured; name its files in DASK_"):
        list(scan_on_cluster(MINERS, ScanRequest("sample"), "tls://127.0.0.1:9"))


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
