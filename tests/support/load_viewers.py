"""Viewers of a running dashboard without a browser: websocket clients that speak Streamlit's own messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.support.page_texts import plain

MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # a chart of all bars takes a few megabytes
RERUN_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True)
class View:
    """What a viewer chooses: a ticker, and of the period and the as-of day (2025/11/24) those given."""

    ticker: str
    period: str | None = None
    as_of: str | None = None


@dataclass
class Viewer:
    """One browser tab: it opens a page, switches tickers, and reads whatever the dashboard sends.

    `charts`: those of the page as JSON. `options`: what each select box offers, by its label. `alerts`: the messages
    in boxes. `runs`: how often the page ran for the last request. `connection`: options of the websocket, such as
    another host or a password.
    """

    url: str
    query: dict[str, str]
    connection: dict[str, Any] = field(default_factory=dict)
    charts: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)
    runs: int = 0
    _socket: ClientConnection | None = None
    _widget_ids: dict[str, str] = field(default_factory=dict)  # by their labels
    _errors: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Viewer:
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        options: dict[str, Any] = {"subprotocols": ["streamlit"], "max_size": MAX_MESSAGE_BYTES, "proxy": None}
        self._socket = await connect(address, **options | self.connection)
        self.charts = await self._rerun([])
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None):
        if self._socket is not None:
            await self._socket.close()

    async def run_again(self) -> None:
        """Run the page again, as after a click."""
        self.charts = await self._rerun([])

    async def switch(self, view: View) -> float:
        """Return the seconds from the choice to the last message of the page; fail without a chart of that ticker."""
        widgets = [WidgetState(id=self._widget_ids["Ticker"], string_value=view.ticker)]
        for label, value in (("Period", view.period), ("As of", view.as_of)):
            if value is not None:
                widgets.append(WidgetState(id=self._widget_ids[label], string_array_value=StringArray(data=[value])))
        start = time.perf_counter()
        self.charts = await self._rerun(widgets)
        duration = time.perf_counter() - start
        assert any(view.ticker in chart for chart in self.charts), f"no chart of {view.ticker}"
        return duration

    async def _rerun(self, widgets: Sequence[WidgetState]) -> list[str]:
        """Request the page, wait for the whole of it, and return its charts as JSON."""
        assert self._socket is not None
        request = BackMsg()
        request.rerun_script.query_string = urlencode(self.query)
        request.rerun_script.widget_states.widgets.extend(widgets)
        await self._socket.send(request.SerializeToString())
        charts: list[str] = []
        self.alerts, self.runs = [], 0
        async with asyncio.timeout(RERUN_TIMEOUT_SECONDS):
            while True:
                message = ForwardMsg.FromString(await self._socket.recv(decode=False))
                self.runs += message.WhichOneof("type") == "new_session"
                charts += self._read(message)
                if self._ends_the_page(message):
                    assert not self._errors, self._errors
                    return charts

    def _ends_the_page(self, message: ForwardMsg) -> bool:
        """Return whether the run is over; neither a rerun that follows at once nor a fragment ends it."""
        if message.WhichOneof("type") != "script_finished":
            return False
        assert message.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR
        return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def _read(self, message: ForwardMsg) -> list[str]:
        """Note the id of the ticker box and any error; return the chart in the message, if it holds one."""
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return []
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "selectbox":
            self.options[element.selectbox.label] = list(element.selectbox.options)
        if kind in ("selectbox", "button_group", "date_input"):
            widget = getattr(element, kind)
            self._widget_ids[widget.label] = widget.id
        if kind == "alert":
            self.alerts.append(plain(element.alert.body))
        is_error = kind == "alert" and element.alert.format == Alert.ERROR
        if kind == "exception" or (is_error and "failed" in element.alert.body):
            self._errors.append(str(element))
        return [element.plotly_chart.spec] if kind == "plotly_chart" else []


async def switch_repeatedly(viewer: Viewer, views: Sequence[View], interval: float, deadline: float) -> list[float]:
    """Switch to the next view every `interval` seconds until `time.monotonic()` passes the deadline."""
    durations: list[float] = []
    async with viewer:
        while time.monotonic() < deadline:
            await asyncio.sleep(max(interval - (durations[-1] if durations else 0.0), 0.0))
            durations.append(await viewer.switch(views[len(durations) % len(views)]))
    return durations


async def measure_switches(
    url: str, source: str, viewers: int, views: Sequence[View], interval: float, seconds: float
) -> list[float]:
    """Return the switch durations of that many viewers at once, who arrive one by one within the first interval.

    Each goes through the views in an order of their own.
    """
    deadline = time.monotonic() + seconds + interval

    async def arrive(number: int) -> list[float]:
        await asyncio.sleep(interval * number / viewers)
        shuffled = Random(number).sample(views, len(views))
        viewer = Viewer(url, {"source": source, "ticker": shuffled[-1].ticker})
        return await switch_repeatedly(viewer, shuffled, interval, deadline)

    return [duration for durations in await asyncio.gather(*map(arrive, range(viewers))) for duration in durations]
