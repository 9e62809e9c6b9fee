"""Every way in which Yahoo fails, through the real yfinance and real sockets: the error's class and sentence."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from curl_cffi import CurlOpt
from hypothesis import example, given
from hypothesis import strategies as st
from yfinance.data import YfData

from market.bar_faults import BarFault
from market.errors import BadSymbol, MarketError, UnknownSymbol
from market.symbols import parse_symbol
from market.yahoo import session
from market.yahoo.client import fetch_consensus, fetch_history, fetch_targets, near_matches
from market.yahoo.errors import MalformedResponse, NoBars, RateLimited, YahooRefused, YahooUnreachable
from tests.support.paths import ROOT
from tests.support.replay_server import (
    CRUMB_LIMITED,
    DOWN,
    EDGE_LIMITED,
    EMPTY,
    INVALID_CRUMB,
    NOT_FOUND,
    RATE_LIMITED,
    SERVER_ERROR,
    WEB_PAGE,
    Fault,
    ReplayServer,
    Reply,
    answers,
    broken_off,
    cells,
    cut_off,
    edited,
    first,
    hang,
    listing,
    one_more_bar,
    reset,
    status,
    times,
)

NOW = datetime(2025, 11, 24, 21, 30, tzinfo=UTC)
MONDAY = date(2025, 11, 24)
KIND = {fetch_history: "chart", fetch_targets: "summary", fetch_consensus: "summary", near_matches: "search"}
UNKNOWN = "CIFR: Yahoo Finance knows no such symbol"
NONE = "CIFR: Yahoo Finance has no daily prices for this ticker, which may have been renamed or delisted"
LIMITED = "CIFR: Yahoo Finance is limiting requests, so try again in a few minutes"
IN_30 = "CIFR: Yahoo Finance is limiting requests, so try again in 30 seconds"
IN_90 = "CIFR: Yahoo Finance is limiting requests, so try again in 90 seconds"
TROUBLE = "CIFR: Yahoo Finance is having trouble (status {}), so try again in a few minutes"
REFUSED = "CIFR: Yahoo Finance does not accept the request (status {}), so try again in a few minutes"
UNREACHABLE = "CIFR: Yahoo Finance cannot be reached ({}), so check the network and try again"
UNREADABLE = "CIFR: Yahoo Finance sent a response that cannot be read ({}), so try again later"

LATER = NOW + timedelta(seconds=90)
DEAD = {
    "chart": {"result": [{"meta": {"currency": None, "symbol": "CIFR"}, "indicators": {"quote": [{}]}}], "error": None}
}
NO_SUCH_DAYS = status(
    400, '{"chart":{"result":null,"error":{"code":"Bad Request","description":"Data doesn\'t exist for startDate"}}}'
)

# Faults that every call meets alike
ANY = [
    (RATE_LIMITED, RateLimited, LIMITED),
    (EDGE_LIMITED, RateLimited, LIMITED),
    (status(429, "Too Many Requests", {"Retry-After": "30"}), RateLimited, IN_30),
    (status(429, "", {"Retry-After": f"{LATER:%a, %d %b %Y %H:%M:%S} GMT"}), RateLimited, IN_90),
    (status(429, "", {"Retry-After": "soon"}), RateLimited, LIMITED),
    (status(429, "", {"Retry-After": "99999999"}), RateLimited, LIMITED),
    (INVALID_CRUMB, YahooRefused, REFUSED.format(401)),
    (status(403, "<html>"), YahooRefused, REFUSED.format(403)),
    (status(404, "<html>Not here</html>"), YahooRefused, REFUSED.format(404)),
    (SERVER_ERROR, YahooRefused, TROUBLE.format(500)),
    (status(503), YahooRefused, TROUBLE.format(503)),
    (WEB_PAGE, MalformedResponse, UNREADABLE.format("it is a web page")),
    (cut_off, MalformedResponse, UNREADABLE.format("it is cut off")),
    (status(200), MalformedResponse, UNREADABLE.format("it is cut off")),
    (answers([]), MalformedResponse, UNREADABLE.format("a part of it is missing or not as expected")),
    (broken_off, YahooUnreachable, UNREACHABLE.format("the connection failed")),
    (reset, YahooUnreachable, UNREACHABLE.format("the connection failed")),
]
CHART = [
    (NOT_FOUND, UnknownSymbol, UNKNOWN),
    (DOWN, YahooUnreachable, UNREACHABLE.format("it is down for maintenance")),
    (EMPTY, NoBars, NONE),
    (answers(DEAD), NoBars, NONE),
    (NO_SUCH_DAYS, NoBars, NONE),
    (answers({}), MalformedResponse, UNREADABLE.format("a part of it is missing or not as expected")),
    (edited(lambda result: result["meta"].pop("exchangeTimezoneName")), MalformedResponse, None),
    (edited(lambda result: result["meta"].update(exchangeTimezoneName="Mars/Utopia")), MalformedResponse, None),
    (edited(lambda result: result.pop("timestamp")), MalformedResponse, None),
    (edited(lambda result: result["timestamp"].pop()), MalformedResponse, None),
    (edited(lambda result: result["indicators"]["quote"][0].update(close=["x"] * 300)), MalformedResponse, None),
]


@pytest.fixture(autouse=True)
def cifr(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("CIFR", 300, MONDAY))


def error_of(call: Callable[..., object], *args: object, **options: object) -> MarketError:
    with pytest.raises(MarketError) as caught:
        call(*args, **options)
    return caught.value


@pytest.mark.parametrize("call", KIND, ids=lambda call: call.__name__)
@pytest.mark.parametrize(("fault", "kind", "sentence"), ANY)
def test_faults_of_any_call(
    yahoo: ReplayServer, call: Callable[[str], object], fault: Fault, kind: type[MarketError], sentence: str
) -> None:
    yahoo.fails(KIND[call], fault)
    error = error_of(call, "CIFR")
    assert type(error) is kind
    assert str(error) == sentence


@pytest.mark.parametrize(("fault", "kind", "sentence"), CHART)
def test_faults_of_a_chart(yahoo: ReplayServer, fault: Fault, kind: type[MarketError], sentence: str | None) -> None:
    yahoo.fails("chart", fault)
    error = error_of(fetch_history, "CIFR")
    assert type(error) is kind
    assert str(error) == (sentence or UNREADABLE.format("a part of it is missing or not as expected"))


@pytest.mark.parametrize("call", KIND, ids=lambda call: call.__name__)
@pytest.mark.parametrize("fault", [RATE_LIMITED, INVALID_CRUMB, SERVER_ERROR, WEB_PAGE, cut_off, reset])
def test_next_call_after_a_fault_succeeds(yahoo: ReplayServer, call: Callable[[str], object], fault: Fault) -> None:
    yahoo.fails(KIND[call], fault)
    error_of(call, "CIFR")
    yahoo.works()
    assert call("CIFR")


@pytest.mark.parametrize(("fault", "requests"), [(RATE_LIMITED, 1), (SERVER_ERROR, 1), (NOT_FOUND, 1)])
def test_fault_that_no_cookie_can_fix_costs_one_request(yahoo: ReplayServer, fault: Fault, requests: int) -> None:
    yahoo.fails("chart", fault)
    error_of(fetch_history, "CIFR")
    assert len(yahoo.requests("chart")) == requests


@example("Mon, 01 Jan 99999999999999999999 00:00:00 GMT")
@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d ([+-]\d{1,6}|GMT)"))
def test_any_retry_after_header_is_a_wait_or_none(header: str) -> None:
    wait = session._retry_after_seconds(header, NOW)
    assert wait is None or 0.0 < wait <= 24 * 3600
    assert session._retry_after_seconds(None, NOW) is None


# Cookies and crumbs


@pytest.mark.parametrize("fault", [RATE_LIMITED, CRUMB_LIMITED, SERVER_ERROR, reset])
def test_bars_need_no_crumb(yahoo: ReplayServer, fault: Fault) -> None:
    yahoo.fails("crumb", fault)
    assert len(fetch_history("CIFR").bars) == 300


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (RATE_LIMITED, LIMITED),
        (CRUMB_LIMITED, LIMITED),
        (status(429, "Too Many Requests", {"Retry-After": "30"}), IN_30),
    ],
)
def test_targets_without_a_crumb_are_rate_limited(yahoo: ReplayServer, fault: Fault, sentence: str) -> None:
    yahoo.fails("crumb", fault)
    error = error_of(fetch_targets, "CIFR")
    assert type(error) is RateLimited
    assert str(error) == sentence
    yahoo.works()
    assert len(fetch_targets("CIFR")) == 3


def test_expired_crumb_is_renewed(yahoo: ReplayServer) -> None:
    fetch_targets("CIFR")
    yahoo.crumb = "a.newer.one"
    assert len(fetch_targets("CIFR")) == 3


@pytest.mark.parametrize("call", [fetch_history, fetch_targets])
def test_request_with_an_invalid_crumb_is_repeated_once(yahoo: ReplayServer, call: Callable[[str], object]) -> None:
    yahoo.fails(KIND[call], first(1, INVALID_CRUMB))
    assert call("CIFR")
    assert len(yahoo.requests(KIND[call])) == 2


def test_all_threads_share_one_cookie(yahoo: ReplayServer) -> None:
    symbols = [f"CO{place}" for place in range(8)]
    yahoo.lists(*(listing(symbol, 300, MONDAY, seed=place) for place, symbol in enumerate(symbols)))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fetch_history, symbols))
    assert [history.symbol for history in found] == symbols
    assert len({history.bars["close"].iloc[-1] for history in found}) == 8
    assert len(yahoo.requests("cookie")) == len(yahoo.requests("crumb")) == 1


# No response at all


@pytest.mark.parametrize("call", KIND, ids=lambda call: call.__name__)
def test_hanging_request_ends_at_the_timeout(
    yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch, call: Callable[[str], object]
) -> None:
    monkeypatch.setattr(session, "CALL_TIMEOUT_SECONDS", 0.6)
    yahoo.fails("any", hang)
    error = error_of(call, "CIFR")
    assert type(error) is YahooUnreachable
    assert str(error) == UNREACHABLE.format("no response within 1 seconds")


def test_timeout_is_ten_seconds() -> None:
    assert session.CALL_TIMEOUT_SECONDS == 10.0


@pytest.mark.parametrize("left", [1.0, 0.05, 0.0009, 1e-9, 0.0, -1.0])
def test_every_request_has_a_timeout(monkeypatch: pytest.MonkeyPatch, left: float) -> None:
    """curl counts thousandths of a second, and takes 0 for no timeout."""
    monkeypatch.setattr(session, "monotonic", lambda: 100.0)
    call = session.Call("CIFR", began=100.0 + left - session.CALL_TIMEOUT_SECONDS)
    try:
        seconds = call.timeout_for("GET query2.finance.yahoo.com/v8/finance/chart/CIFR")
    except TimeoutError:
        assert left <= 0.05
    else:
        assert int(seconds * 1000) > 0


def test_hanging_cookie_leaves_time_for_the_bars(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CALL_TIMEOUT_SECONDS", 2.0)
    yahoo.fails("cookie", hang)
    assert len(fetch_history("CIFR").bars) == 300


def test_parallel_calls_wait_for_a_hanging_cookie_once(yahoo: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CALL_TIMEOUT_SECONDS", 3.0)
    yahoo.fails("cookie", hang)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(fetch_history, ["CIFR"] * 6))
    assert [len(history.bars) for history in found] == [300] * 6
    yahoo.works()
    assert len(fetch_targets("CIFR")) == 3  # and a later call fetches a cookie again


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("no_proxy")
def test_host_name_that_cannot_be_resolved() -> None:
    """The resolver set here does not exist, on any machine, with or without a network."""
    YfData()._session.curl_options[CurlOpt.DOH_URL] = "https://127.0.0.1:1/"
    error = error_of(fetch_history, "CIFR")
    assert type(error) is YahooUnreachable
    assert str(error) == UNREACHABLE.format("its address was not found")


def test_proxy_that_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    error = error_of(fetch_history, "CIFR")
    assert type(error) is YahooUnreachable
    assert str(error) == UNREACHABLE.format("the connection failed")


def test_untrusted_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name)
    error = error_of(fetch_history, "CIFR")
    assert type(error) is YahooUnreachable
    assert str(error) == UNREACHABLE.format("no secure connection")


def test_impossible_symbol_is_not_requested(yahoo: ReplayServer) -> None:
    for call in (fetch_history, fetch_targets, fetch_consensus):
        with pytest.raises(BadSymbol):
            call(parse_symbol("../../etc/passwd"))
    assert yahoo.requests() == []


# Renamed, delisted


def test_delisted_ticker_is_unknown_or_has_no_bars_if_it_was_known(yahoo: ReplayServer) -> None:
    yahoo.delists("CIFR")
    assert str(error_of(fetch_history, "CIFR")) == UNKNOWN
    error = error_of(fetch_history, "CIFR", since=MONDAY)
    assert type(error) is NoBars
    assert str(error) == NONE


def test_isin_of_no_share_is_unknown(yahoo: ReplayServer) -> None:
    """yfinance recognizes an ISIN and searches for its share."""
    error = error_of(fetch_history, "US0378331005")
    assert type(error) is UnknownSymbol
    assert str(error) == "US0378331005: Yahoo Finance knows no such symbol"


def test_no_bar_since_a_day_is_no_bars(yahoo: ReplayServer) -> None:
    assert str(error_of(fetch_history, "CIFR", since=date(2025, 11, 25))) == NONE


def test_renamed_ticker_is_reported(yahoo: ReplayServer) -> None:
    yahoo.lists(listing("FB", 300, MONDAY, answers_as="META"))
    history = fetch_history("FB")
    assert history.symbol == "FB"
    assert history.notes == ("Yahoo Finance returns the prices of META for FB: the ticker may have been renamed",)


# Faulty bars


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf")])
def test_bar_without_a_close_is_removed_and_reported(yahoo: ReplayServer, missing: float | None) -> None:
    yahoo.fails("chart", cells(-3, close=missing))
    history = fetch_history("CIFR")
    assert len(history.bars) == 299
    assert history.notes == ("1 bar without a price was left out: 2025-11-20",)
    assert history.faults == (BarFault("no close", (date(2025, 11, 20),)),)


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf"), 0.0])
def test_bar_without_a_low_stays_and_is_reported(yahoo: ReplayServer, missing: float | None) -> None:
    yahoo.fails("chart", cells(-3, low=missing))
    history = fetch_history("CIFR")
    assert len(history.bars) == 300
    assert history.bars["low"].iloc[-3] == history.bars[["open", "close"]].iloc[-3].min()
    (note,) = history.notes
    assert note.startswith("1 bar had an open, high or low that was missing")


def test_missing_volume_is_zero(yahoo: ReplayServer) -> None:
    yahoo.fails("chart", cells(-3, volume=None))
    history = fetch_history("CIFR")
    assert history.bars["volume"].loc["2025-11-20"] == 0.0
    assert history.notes == ()


def test_bar_of_tomorrow_is_removed_and_reported(yahoo: ReplayServer) -> None:
    yahoo.fails("chart", one_more_bar(datetime(2025, 11, 25, 14, 30, tzinfo=UTC), 3.8))
    history = fetch_history("CIFR")
    assert history.bars.index[-1] == pd.Timestamp(MONDAY)
    assert history.notes == ("1 bar dated after the exchange's own day was left out: 2025-11-25",)


@pytest.mark.parametrize(("place", "factor"), [(-150, 100.0), (-150, 0.01), (-1, 0.01), (-1, 100.0)])
def test_bar_a_hundred_times_off_is_repaired_and_reported(yahoo: ReplayServer, factor: float, place: int) -> None:
    known = listing("CIFR", 300, MONDAY)
    yahoo.lists(replace(known, bars=known.bars.assign(volume=1000.0 + 100.0 * (np.arange(300) % 7))))
    sound, adjusted = fetch_history("CIFR").bars, fetch_history("CIFR", "dividend-adjusted").bars
    yahoo.fails("chart", times(factor, place))  # but not its adjusted close
    history = fetch_history("CIFR")
    pd.testing.assert_frame_equal(history.bars, sound, check_freq=False)
    pd.testing.assert_frame_equal(fetch_history("CIFR", "dividend-adjusted").bars, adjusted, check_freq=False)
    day = sound.index[place]
    assert history.notes == (f"1 bar was repaired (another unit, or the wrong side of a split): {day:%Y-%m-%d}",)


# The log


def test_log_has_requests_but_no_cookie_or_crumb(yahoo: ReplayServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fetch_history("CIFR")
    yahoo.fails("summary", INVALID_CRUMB)
    error_of(fetch_targets, "CIFR")
    messages = [record.getMessage() for record in caplog.records if record.name == "levelboard.yahoo"]
    assert "'CIFR' bars: 300 bars, 3 requests" in messages
    assert any(message.startswith("GET query2.finance.yahoo.com/v8/finance/chart/CIFR: 200, ") for message in messages)
    assert f"'CIFR' targets: {REFUSED.format(401)} [HTTPError]" in messages
    assert "replayed" not in caplog.text.replace("Replayed", "")


def test_yfinance_itself_logs_nothing(yahoo: ReplayServer, caplog: pytest.LogCaptureFixture) -> None:
    """It would repeat our messages on the terminal."""
    yahoo.fails("any", RATE_LIMITED)
    error_of(fetch_history, "CIFR")
    error_of(fetch_targets, "CIFR")
    assert {record.name for record in caplog.records if record.name.startswith("yfinance")} == set()


def test_log_message_is_one_line(yahoo: ReplayServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "levelboard.yahoo")
    near_matches("a\r\nGET evil: 200\x1b[31m" + "x" * 1000)
    assert all("\n" not in record.getMessage() and "\x1b" not in record.getMessage() for record in caplog.records)
    assert max(len(record.getMessage()) for record in caplog.records) < 200


@pytest.mark.slow
def test_nothing_is_written_to_disk(yahoo: ReplayServer, tmp_path: Path) -> None:
    program = "from market.yahoo.client import *; fetch_history('CIFR'); print(len(fetch_targets('CIFR')))"
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA")}
    environment = os.environ | yahoo.environment | homes | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "3\n"
    assert list(tmp_path.rglob("*")) == []


# Answers that are too large


def packed_zeros(sound: Reply) -> Reply:
    """Send 400 MB of zeros in 400 kB."""
    packing = zlib.compressobj(wbits=31)
    megabyte = bytes(1_000_000)
    body = b"".join([packing.compress(megabyte) for _ in range(400)] + [packing.flush()])
    return replace(sound, body=body, headers={**sound.headers, "Content-Encoding": "gzip"})


def plain_zeros(sound: Reply) -> Reply:
    return replace(sound, body=bytes(40_000_000))


def packed_zeros_in_chunks(sound: Reply) -> Reply:
    """Send the same without its length, in chunks of a thousand bytes."""
    packed = packed_zeros(sound)
    chunks = (packed.body[begin : begin + 1000] for begin in range(0, len(packed.body), 1000))
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    return replace(packed, body=body, headers={**packed.headers, "Transfer-Encoding": "chunked"})


@pytest.mark.slow
@pytest.mark.parametrize("fault", [packed_zeros, packed_zeros_in_chunks, plain_zeros])
def test_an_answer_that_is_too_large_is_not_read_to_its_end(yahoo: ReplayServer, fault: Fault) -> None:
    fetch_history("CIFR")
    yahoo.fails("chart", fault)
    tracemalloc.start()
    with pytest.raises(MarketError) as error:
        fetch_history("CIFR")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "it is longer than 20 MB" in str(error.value)
    assert peak < 150_000_000
