"""Yahoo's endpoints on loopback, over real TLS sockets, for the real yfinance and the real dashboard.

The server acts as an HTTPS proxy: a process with its `environment` reaches it under Yahoo's own host names and trusts
its certificate. Nothing in yfinance or Levelboard is replaced.

In a test's own process, with the fixture `yahoo` of conftest.py:

    def test_it(yahoo):
        yahoo.lists(listing("CIFR", sessions=300))
        yahoo.fails("chart", status(429, "Too Many Requests", {"Retry-After": "30"}))
        ...
        assert len(yahoo.requests("chart", "CIFR")) == 1

With another process, such as the dashboard in a browser; faults can change while it runs:

    with ReplayServer() as yahoo:
        yahoo.lists(listing("CIFR"), listing("CLSK"))
        subprocess.Popen([sys.executable, "-m", "streamlit", "run", "app.py", ...], env=os.environ | yahoo.environment)
        yahoo.fails("chart", hang)
        yahoo.works()

In a terminal, with generated prices for CIFR, CLSK, IREN, MARA and RIOT:

    python -m tests.support.replay_server streamlit run app.py

A fault is a function from the sound reply to the one sent, for one kind of request: `chart`, `summary` (rating history
and consensus), `search`, `crumb`, `cookie`, or `any`. As with the real Yahoo, a chart needs no crumb, and a summary
without one is 401.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import pandas as pd
import trustme

from tests.support.generated_bars import walk

# curl uses the machine's own clock, whatever day a test pretends it is, so the cookie must not expire
COOKIE = "A3=replayed; Domain=.yahoo.com; Path=/; Secure; Expires=Fri, 01 Jan 2100 00:00:00 GMT"
HOSTS = ("*.yahoo.com", "*.finance.yahoo.com", "finance.yahoo.com", "yahoo.com")
JSON, TEXT, HTML = "application/json", "text/plain", "text/html"
CONSENT = '<html><form><input name="csrfToken" value="t"><input name="sessionId" value="s"></form></html>'


@dataclass(frozen=True)
class Reply:
    """What is sent after `wait` seconds; `promised`: a Content-Length that differs; `reset`: close the connection."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    promised: int | None = None
    reset: bool = False


Fault = Callable[[Reply], Reply]


@dataclass(frozen=True)
class Request:
    """One request that arrived."""

    kind: str
    symbol: str
    host: str
    path: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """One symbol as Yahoo knows it. `bars`: index `date` in the exchange's days, adjusted for `splits`.

    A column `adj close` of the bars replaces what follows from `dividends`. `splits`: (new, old) shares by day.
    `dividends`: amount by day. `ratings`: rows as `rating` makes them. `consensus`: (mean, median, high, low).
    `calendar`: what the calendar has of the next earnings. `reports`: rows of the page of earnings, as `report` makes
    them. `answers_as`: the symbol in the response, if it was renamed. `meta` and `events` are laid over those of the
    chart; its events come whatever days are asked for. `session`: opening and close of the trading period, if it is not
    the one that follows from `opens` and `closes`.
    """

    symbol: str
    bars: pd.DataFrame
    name: str = ""
    currency: str | None = "USD"
    zone: str = "America/New_York"
    opens: time = time(9, 30)
    closes: time = time(16, 0)
    kind: str = "EQUITY"
    splits: Mapping[date, tuple[float, float]] = field(default_factory=dict)
    dividends: Mapping[date, float] = field(default_factory=dict)
    ratings: tuple[dict[str, Any], ...] = ()
    consensus: tuple[float, float, float, float] | None = None
    calendar: Mapping[str, Any] | None = None
    reports: tuple[tuple[str, str, str, str], ...] = ()
    answers_as: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    session: tuple[datetime, datetime] | None = None

    def at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, ZoneInfo(self.zone))


def listing(symbol: str, sessions: int = 2600, last: date | None = None, seed: int = 7, **known: Any) -> Listing:
    """Return a symbol with generated prices up to the business day `last` (default: yesterday) and three ratings."""
    days = pd.bdate_range(end=last or date.today() - timedelta(days=1), periods=sessions, name="date")
    bars = walk(sessions, seed).set_axis(days).round(4)
    if "ratings" not in known:
        recent = [day.date() for day in days[-min(40, sessions) :: 10][:3]]
        firms = ("Northgate", "Harbor & Vale", "Sable Research")
        close = round(float(bars["close"].iloc[-1]), 2)
        known["ratings"] = tuple(
            rating(day, firm, "Buy", "Hold", "up", round(close * up, 2), round(close, 2))
            for day, firm, up in zip(recent, firms, (1.1, 1.2, 0.9), strict=False)
        )
        known.setdefault("consensus", (close * 1.07, close * 1.1, close * 1.2, close * 0.9))
    return Listing(symbol, bars, known.pop("name", f"{symbol} Replayed Inc."), **known)


def rating(
    day: date,
    firm: str,
    rated: str = "Buy",
    before: str = "",
    action: str = "main",
    target: float = 0.0,
    prior_target: float = 0.0,
) -> dict[str, Any]:
    """Return a row of Yahoo's rating history, published at 13:00 UTC."""
    published = datetime.combine(day, time(13), UTC)
    return {
        "epochGradeDate": int(published.timestamp()),
        "firm": firm,
        "toGrade": rated,
        "fromGrade": before,
        "action": action,
        "priceTargetAction": "Raises" if target > prior_target > 0 else "Announces",
        "currentPriceTarget": target,
        "priorPriceTarget": prior_target,
    }


def report(
    moment: datetime, estimate: float | None, eps: float | None, surprise: float | None = None
) -> tuple[str, str, str, str]:
    """Return a row of Yahoo's page of earnings: the time in New York, three figures."""
    local = moment.astimezone(ZoneInfo("America/New_York"))
    when = f"{local:%B} {local.day}, {local.year} at {local:%I %p %Z}"
    shown = ("-" if value is None else f"{value:g}" for value in (estimate, eps))
    return when, *shown, "-" if surprise is None else f"{surprise:+.2f}"


# Faults


def status(code: int, body: str = "", headers: Mapping[str, str] | None = None) -> Fault:
    kind = JSON if body.startswith("{") else HTML if body.startswith("<") else TEXT
    return lambda sound: Reply(code, body.encode(), {"Content-Type": kind, **(headers or {})})


def answers(body: object) -> Fault:
    """Send another body; JSON is written as Python does, with NaN and Infinity."""
    return lambda sound: replace(sound, status=200, body=body if isinstance(body, bytes) else json.dumps(body).encode())


def edited(change: Callable[[dict[str, Any]], object]) -> Fault:
    """Send the sound chart with its one result changed in place."""

    def fault(sound: Reply) -> Reply:
        body = json.loads(sound.body)
        change(body["chart"]["result"][0])
        return replace(sound, body=json.dumps(body).encode())

    return fault


def one_more_bar(moment: datetime, price: float | None) -> Fault:
    """Append a bar with the same price four times, or an empty one."""

    def change(result: dict[str, Any]) -> None:
        result["timestamp"].append(int(moment.timestamp()))
        result["indicators"]["adjclose"][0]["adjclose"].append(price)
        for name, cells in result["indicators"]["quote"][0].items():
            cells.append(1000.0 if name == "volume" and price is not None else price)

    return edited(change)


def cells(place: int, **values: float | None) -> Fault:
    """Replace figures of the bar at that position: `cells(-1, close=None)`."""

    def change(result: dict[str, Any]) -> None:
        for name, value in values.items():
            result["indicators"]["quote"][0][name][place] = value

    return edited(change)


def times(factor: float, *places: int) -> Fault:
    """Multiply the prices of the bars at those positions: 100.0 is pence for pounds."""

    def change(result: dict[str, Any]) -> None:
        quote = result["indicators"]["quote"][0]
        for cells in (quote["open"], quote["high"], quote["low"], quote["close"]):
            for place in places:
                cells[place] *= factor

    return edited(change)


def first(count: int, fault: Fault) -> Fault:
    """Apply the fault to so many requests only."""
    left = iter(range(count))
    return lambda sound: sound if next(left, None) is None else fault(sound)


def hang(sound: Reply) -> Reply:
    return replace(sound, wait=3600.0)


def reset(sound: Reply) -> Reply:
    return replace(sound, reset=True)


def cut_off(sound: Reply) -> Reply:
    """Send half of the response as if it were all."""
    return replace(sound, body=sound.body[: len(sound.body) // 2])


def broken_off(sound: Reply) -> Reply:
    """Send half of the response, then close the connection."""
    return replace(cut_off(sound), promised=len(sound.body))


RATE_LIMITED = status(429, "Too Many Requests")
EDGE_LIMITED = status(429, "Edge: Too Many Requests")
CRUMB_LIMITED = status(200, "Too Many Requests")
INVALID_CRUMB = status(401, '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}')
NOT_FOUND = status(
    404, '{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}'
)
SERVER_ERROR = status(500, "<html><body>Internal Server Error</body></html>")
WEB_PAGE = status(200, "<!doctype html><html><body>Yahoo</body></html>")
DOWN = status(200, "Will be right back...")
EMPTY = answers({"chart": {"result": [], "error": None}})


@dataclass(frozen=True)
class _Authority:
    """A certificate authority with a certificate for Yahoo's hosts; `certificate`: the file that makes it trusted."""

    certificate: str
    tls: ssl.SSLContext
    folder: tempfile.TemporaryDirectory[str]  # deleted with this object


@cache
def _authority() -> _Authority:
    """Return the one authority of this process: making its keys takes longer than most tests."""
    folder = tempfile.TemporaryDirectory(prefix="replay-", ignore_cleanup_errors=True)
    authority, certificate = trustme.CA(), str(Path(folder.name) / "authority.pem")
    authority.cert_pem.write_to_path(certificate)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(tls)
    return _Authority(certificate, tls, folder)


class ReplayServer:
    """The server, listening while its context is open. `now`: Yahoo's time; None for this computer's."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now
        self.crumb = "replayed.crumb"  # change it to expire sessions
        self._listings: dict[str, Listing] = {}
        self._faults: list[tuple[str, str | None, Fault]] = []
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._freed = threading.Event()
        self._closed = False
        self._authority = _authority()
        self.certificate = self._authority.certificate

    def __enter__(self) -> ReplayServer:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.yahoo, self._server.tls = self, self._authority.tls
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._freed.set()
        self._closed = True
        socket.create_connection(self._server.server_address[:2]).close()  # ends the wait for a request
        self._serving.join()
        self._server.server_close()

    def _serve(self) -> None:
        """Handle requests until closed. `serve_forever` would look only at intervals whether it is to end."""
        while not self._closed:
            self._server.handle_request()

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which yfinance reaches this server as Yahoo, in any process."""
        proxy = f"http://127.0.0.1:{self._server.server_port}"
        trusted = {"CURL_CA_BUNDLE": self.certificate, "REQUESTS_CA_BUNDLE": self.certificate}
        return {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": "", "no_proxy": "", **trusted}

    def lists(self, *listings: Listing) -> None:
        """Add symbols, or replace them as Yahoo does from one day to the next."""
        with self._lock:
            self._listings |= {listed.symbol: listed for listed in listings}

    def delists(self, symbol: str) -> None:
        with self._lock:
            self._listings.pop(symbol, None)

    def fails(self, kind: str, fault: Fault, symbol: str | None = None) -> None:
        """Apply `fault` to requests of this kind (and symbol) from now on; the latest fault wins."""
        with self._lock:
            self._faults.insert(0, (kind, symbol, fault))

    def works(self) -> None:
        """End all faults, and release requests that still hang."""
        with self._lock:
            self._faults.clear()
            self._freed.set()
            self._freed = threading.Event()

    def requests(self, kind: str | None = None, symbol: str | None = None) -> list[Request]:
        """Return the requests that arrived so far, in their order."""
        with self._lock:
            requests = list(self._requests)
        return [request for request in requests if kind in (None, request.kind) and symbol in (None, request.symbol)]

    def forget_requests(self) -> None:
        """Forget the requests that arrived so far."""
        with self._lock:
            self._requests.clear()

    def time(self) -> datetime:
        return self.now or datetime.now(UTC)

    def reply(self, request: Request, cookies: str) -> Reply:
        with self._lock:
            self._requests.append(request)
            listed = dict(self._listings)
            faults = [
                fault
                for kind, symbol, fault in self._faults
                if kind in (request.kind, "any") and symbol in (None, request.symbol)
            ]
        sound = _sound_reply(request, self.crumb, cookies, listed, self.time())
        return faults[0](sound) if faults else sound

    def wait(self, seconds: float) -> None:
        self._freed.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    yahoo: ReplayServer
    tls: ssl.SSLContext

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that close the connection, as many tests do on purpose."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each response waits 40 ms for the acknowledgment of its headers
    server: _Server

    def do_CONNECT(self) -> None:
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.host = self.path.partition(":")[0]
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        yahoo = self.server.yahoo
        reply = yahoo.reply(_parse_request(self.host, self.path), self.headers.get("Cookie", ""))
        if reply.wait:
            yahoo.wait(reply.wait)
        if reply.reset:
            self._reset()
        else:
            self._send(reply, yahoo.time())

    do_POST = do_GET

    def _send(self, reply: Reply, now: datetime) -> None:
        promised = len(reply.body) if reply.promised is None else reply.promised
        self.send_response_only(reply.status)
        for name, value in {"Date": format_datetime(now.astimezone(UTC), usegmt=True), **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection = self.close_connection or promised != len(reply.body)

    def _reset(self) -> None:
        bare = socket.socket(fileno=self.connection.detach())
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        bare.close()
        self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
            self.connection.close()
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


# The replies of a working Yahoo


def _parse_request(host: str, target: str) -> Request:
    parts = urlsplit(target)
    params = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    kinds = {"/v8/finance/chart/": "chart", "/v10/finance/quoteSummary/": "summary"}
    for start, kind in kinds.items():
        if parts.path.startswith(start):
            return Request(kind, unquote(parts.path.removeprefix(start)), host, parts.path, params)
    if parts.path == "/calendar/earnings":
        return Request("earnings", params.get("symbol", ""), host, parts.path, params)
    if parts.path == "/v1/finance/search":
        return Request("search", params.get("q", ""), host, parts.path, params)
    return Request("crumb" if parts.path.endswith("/getcrumb") else "cookie", "", host, parts.path, params)


def _sound_reply(request: Request, crumb: str, cookies: str, listings: Mapping[str, Listing], now: datetime) -> Reply:
    if request.kind == "cookie":
        return _cookie(request)
    if request.kind == "crumb":
        return Reply(200, crumb.encode(), {"Content-Type": TEXT}) if "A3=" in cookies else INVALID_CRUMB(_json({}))
    if request.kind == "search":
        return _json(_search(request.symbol, listings.values()))
    if request.kind == "summary" and request.params.get("crumb") != crumb:
        return INVALID_CRUMB(_json({}))
    listed = listings.get(request.symbol)
    if request.kind == "earnings":
        return Reply(200, _earnings_page(listed).encode(), {"Content-Type": HTML})
    if request.kind == "summary":
        return _summary(listed, request.params.get("modules", ""))
    return NOT_FOUND(_json({})) if listed is None else _json(chart(listed, request.params, now))


def _json(body: object, code: int = 200) -> Reply:
    return Reply(code, json.dumps(body).encode(), {"Content-Type": JSON})


def _cookie(request: Request) -> Reply:
    headers = {"Set-Cookie": COOKIE, "Content-Type": HTML}
    if request.host == "fc.yahoo.com":
        return Reply(404, b"", headers)
    return Reply(200, CONSENT.encode(), headers)


def _summary(listed: Listing | None, modules: str) -> Reply:
    result: dict[str, Any] = {}
    if listed is not None and listed.ratings and "upgradeDowngradeHistory" in modules:
        result["upgradeDowngradeHistory"] = {"history": list(listed.ratings), "maxAge": 86400}
    if listed is not None and listed.consensus and "financialData" in modules:
        mean, median, high, low = listed.consensus
        targets = {"targetMeanPrice": mean, "targetMedianPrice": median, "targetHighPrice": high, "targetLowPrice": low}
        price = float(listed.bars["close"].iloc[-1])
        analysts = len({row["firm"] for row in listed.ratings})
        result["financialData"] = {"currentPrice": price, **targets, "numberOfAnalystOpinions": analysts}
    if listed is not None and listed.calendar is not None and "calendarEvents" in modules:
        result["calendarEvents"] = {"maxAge": 1, "earnings": dict(listed.calendar)}
    if result:
        return _json({"quoteSummary": {"result": [result], "error": None}})
    description = f"No fundamentals data found for any of the summaryTypes={modules}"
    return _json({"quoteSummary": {"result": None, "error": {"code": "Not Found", "description": description}}}, 404)


def _earnings_page(listed: Listing | None) -> str:
    """Return the page as far as it is read: its only table, and a page without one where nothing is known."""
    columns = ("Symbol", "Company", "Earnings Date", "EPS Estimate", "Reported EPS", "Surprise (%)")
    head = "".join(f"<th>{name}</th>" for name in columns)
    if listed is None or not listed.reports:
        return "<html><body><p>We couldn't find any results.</p></body></html>"
    rows = ("".join(f"<td>{cell}</td>" for cell in (listed.symbol, listed.name, *row)) for row in listed.reports)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<html><body><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>"


def _search(text: str, listings: Iterable[Listing]) -> dict[str, Any]:
    known = {listed.symbol: listed for listed in listings}
    near = get_close_matches(text.upper(), known, n=6, cutoff=0.5)
    named = [listed.symbol for listed in known.values() if text.lower() in listed.name.lower()]
    quotes = [
        {
            "symbol": symbol,
            "longname": known[symbol].name,
            "shortname": known[symbol].name,
            "quoteType": known[symbol].kind,
        }
        for symbol in dict.fromkeys([*near, *named])
    ]
    return {"explains": [], "count": len(quotes), "quotes": quotes, "news": []}


def chart(listed: Listing, params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the chart of a working Yahoo, between `period1` and `period2` of the parameters."""
    first = datetime.fromtimestamp(int(params.get("period1", 0)), UTC)
    last = min(now, datetime.fromtimestamp(int(params.get("period2", 2**33)), UTC))
    times = [listed.at(day.date(), listed.opens) for day in listed.bars.index]
    within = [first <= moment <= last for moment in times]
    bars = listed.bars[within]
    stamps = [int(moment.timestamp()) for moment, kept in zip(times, within, strict=True) if kept]
    meta = _meta(listed, bars, now)
    if stamps and meta["regularMarketTime"] < meta["currentTradingPeriod"]["regular"]["end"]:
        stamps[-1] = max(stamps[-1], meta["regularMarketTime"])  # Yahoo dates a session under way by its last trade
    result: dict[str, Any] = {"meta": meta, "timestamp": stamps}
    events = {"splits": _splits(listed, first, last), "dividends": _dividends(listed, first, last)}
    events = {name: rows | dict(listed.events.get(name, {})) for name, rows in events.items()}
    if any(events.values()):
        result["events"] = {name: rows for name, rows in events.items() if rows}
    quote = {name: bars[name].tolist() for name in ("open", "high", "low", "close", "volume")}
    result["indicators"] = {"quote": [quote], "adjclose": [{"adjclose": _adjusted(listed, bars)}]}
    if not stamps:
        del result["timestamp"]
        result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    return {"chart": {"result": [result], "error": None}}


def _meta(listed: Listing, bars: pd.DataFrame, now: datetime) -> dict[str, Any]:
    today = now.astimezone(ZoneInfo(listed.zone)).date()
    session = today - timedelta(days=max(0, today.weekday() - 4))
    opens, closes = listed.session or (listed.at(session, listed.opens), listed.at(session, listed.closes))
    traded = min(now, listed.at(bars.index[-1].date(), listed.closes)) if len(bars) else now
    regular = {"timezone": "EST", "start": int(opens.timestamp()), "end": int(closes.timestamp()), "gmtoffset": 0}
    return {
        "currency": listed.currency,
        "symbol": listed.answers_as or listed.symbol,
        "exchangeName": "NMS",
        "instrumentType": listed.kind,
        "firstTradeDate": int(listed.at(listed.bars.index[0].date(), listed.opens).timestamp()),
        "regularMarketTime": int(traded.timestamp()),
        "gmtoffset": 0,
        "exchangeTimezoneName": listed.zone,
        "regularMarketPrice": float(bars["close"].iloc[-1]) if len(bars) else None,
        "longName": listed.name,
        "shortName": listed.name[:30],
        "priceHint": 2,
        "currentTradingPeriod": {"pre": dict(regular), "regular": regular, "post": dict(regular)},
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
        **listed.meta,
    }


def _splits(listed: Listing, first: datetime, last: datetime) -> dict[str, Any]:
    return {
        stamp: {"date": int(stamp), "numerator": new, "denominator": old, "splitRatio": f"{new}:{old}"}
        for stamp, (new, old) in _events(listed, listed.splits, first, last)
    }


def _dividends(listed: Listing, first: datetime, last: datetime) -> dict[str, Any]:
    rows = _events(listed, listed.dividends, first, last)
    return {stamp: {"date": int(stamp), "amount": amount} for stamp, amount in rows}


def _events(listed: Listing, by_day: Mapping[date, Any], first: datetime, last: datetime) -> Iterator[tuple[str, Any]]:
    """Yield events by the time of their day's opening; each exists from that morning on."""
    for day, event in by_day.items():
        opening = listed.at(day, listed.opens)
        if first <= opening and day <= last.astimezone(opening.tzinfo).date():
            yield str(int(opening.timestamp())), event


def _adjusted(listed: Listing, bars: pd.DataFrame) -> list[float]:
    """Return closes times (1 - dividend / the close before it) for every later dividend, unless the bars have them."""
    if "adj close" in bars:
        return bars["adj close"].tolist()
    close, factor = bars["close"], pd.Series(1.0, index=bars.index)
    for day, amount in listed.dividends.items():
        before = close.index < pd.Timestamp(day)
        if before.any():
            factor[before] *= 1.0 - amount / close[before].iloc[-1]
    return (close * factor).tolist()


if __name__ == "__main__":
    with ReplayServer() as server:
        server.lists(
            *(listing(name, seed=place) for place, name in enumerate(("CIFR", "CLSK", "IREN", "MARA", "RIOT")))
        )
        sys.exit(subprocess.call(sys.argv[1:], env=os.environ | server.environment))
