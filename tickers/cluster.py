"""Scan on a Dask cluster: the same work as on one machine, handed to the workers of a scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from market.errors import MarketError
from market.market_data import MarketData
from market.sources import SOURCES
from market.store.store import get_store
from market.symbols import Symbol
from tickers.batch import FailedTicker
from tickers.scan import ScanRequest, ScanResult, ScanTask, load_stored, scan_in_pool
from version import VERSION

if TYPE_CHECKING:
    from distributed import Client

Results = list[ScanResult | FailedTicker]  # of the tickers of a task

CONNECT_SECONDS = 10
TASKS_AHEAD_PER_THREAD = 3
RETRIES = 2  # of a task that a worker could not do, such as one whose store was out of reach for a moment
CONFIGURE_TLS = (
    "name its files in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT"
    " and DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY"
)
START_WORKERS = "start some in the folder of the code with python -m dask worker ADDRESS"


class WorkersLost(MarketError):
    """Every worker that took the symbol's task ended before it was done."""

    @property
    def cause(self) -> str:
        return "several workers ended while they scanned it"

    @property
    def advice(self) -> str:
        return "scan it on one machine to see why"


class ClusterUnavailable(Exception):
    """The scheduler at `address` cannot be used: `cause` says why and `advice` what to do."""

    def __init__(self, address: str, cause: str, advice: str) -> None:
        super().__init__(address, cause, advice)
        self.address, self.cause, self.advice = address, cause, advice

    def __str__(self) -> str:
        return f"{self.address}: {self.cause}; {self.advice}"


def scan_on_cluster(
    symbols: Sequence[Symbol], request: ScanRequest, address: str, ordered: bool = True
) -> Iterator[ScanResult | FailedTicker]:
    """Yield the documents of each stored ticker, or why there are none, one task a ticker. Raises `ClusterUnavailable`.

    Workers read a PostgreSQL store themselves; from any other the bars travel with the task. A ticker whose task ended
    several workers is reported, and the others go on. TLS is set up by Dask's own configuration.
    """
    is_readable = get_store().is_on_a_server and not SOURCES[request.source].is_local
    tasks = (ScanTask((symbol,), None if is_readable else (_stored(symbol, request),)) for symbol in symbols)
    with _connected(address) as (pool, threads):
        yield from scan_in_pool(tasks, request, pool, TASKS_AHEAD_PER_THREAD * threads, ordered)


def _stored(symbol: Symbol, request: ScanRequest) -> MarketData | MarketError:
    try:
        return load_stored(symbol, request)
    except MarketError as error:
        return error


@contextmanager
def _connected(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to the scheduler and lend its workers as a pool, with the number of their threads."""
    try:
        from distributed import Client, Security
    except ImportError:
        advice = "install it with pip install -r requirements-cluster.txt"
        raise ClusterUnavailable(address, "a scan on a cluster needs Dask", advice) from None
    if address.startswith("tls://") and not Security().get_connection_args("client").get("ssl_context"):
        raise ClusterUnavailable(address, "no certificate for TLS is configured", CONFIGURE_TLS)
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        raise ClusterUnavailable(
            address, "no Dask scheduler answers there", "start one with python -m dask scheduler"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ClusterUnavailable(address, "the scheduler has no workers", START_WORKERS)
        if _versions(client) != {VERSION}:
            raise ClusterUnavailable(address, f"not all workers have Levelboard {VERSION}", START_WORKERS)
        yield _AnsweringPool(client.get_executor(pure=False, retries=RETRIES), address), threads


def _versions(client: Client) -> set[str | None]:
    """Return the versions of Levelboard that the workers can import, None for none."""
    try:
        return set(client.run(_version_here).values())
    except ImportError:  # it cannot even import this function
        return {None}


def _version_here() -> str:
    return VERSION


class _AnsweringPool(Executor):
    """The workers as a pool, in which a task that ended several of them is answered with the reason."""

    def __init__(self, workers: Executor, address: str) -> None:
        self._workers, self._address = workers, address

    def submit(self, work: Any, /, task: ScanTask) -> Future[Results]:  # type: ignore[override]
        answered: Future[Results] = Future()
        answered.set_running_or_notify_cancel()
        self._workers.submit(work, task).add_done_callback(partial(self._answer, answered, task))
        return answered

    def _answer(self, answered: Future[Results], task: ScanTask, done: Future[Results]) -> None:
        from distributed import KilledWorker

        if done.cancelled():
            lost = ClusterUnavailable(self._address, "the scheduler is gone", "start it again and use --resume")
            answered.set_exception(lost)
        elif (error := done.exception()) is None:
            answered.set_result(done.result())
        elif isinstance(error, KilledWorker):
            answered.set_result([FailedTicker.from_error(symbol, WorkersLost(symbol)) for symbol in task.symbols])
        else:
            answered.set_exception(error)
