"""Viewers of a running dashboard without a browser: websocket clients that speak Streamlit's own messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

LARGEST = 64 * 1024 * 1024  # bytes: a chart of all bars is a few
PATIENCE = 120.0  # seconds until an answer that does not come is an error


@dataclass
class Viewer:
    """One browser tab: it opens a page, switches tickers, and reads whatever the dashboard sends."""

    url: str
    query: dict[str, str]
    _socket: ClientConnection | None = None
    _ticker_box: str = ""
    _complaints: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Viewer:
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await connect(address, subprotocols=["streamlit"], max_size=LARGEST, proxy=None)  # type: ignore[list-item]
        await self._rerun([])
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None):
        if self._socket is not None:
            await self._socket.close()

    async def switch(self, ticker: str) -> float:
        """Seconds from the choice to the last message of the page it makes; the chart is of that ticker."""
        before = time.perf_counter()
        charts = await self._rerun([WidgetState(id=self._ticker_box, string_value=ticker)])
        took = time.perf_counter() - before
        assert any(ticker in chart for chart in charts), f"the chart of {ticker} came"
        return took

    async def _rerun(self, widgets: Sequence[WidgetState]) -> list[str]:
        """Asks for the page and waits for the whole of it; the charts in it, as JSON."""
        assert self._socket is not None
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(self.query)
        asked.rerun_script.widget_states.widgets.extend(widgets)
        await self._socket.send(asked.SerializeToString())
        charts: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while True:
                told = ForwardMsg.FromString(await self._socket.recv(decode=False))
                charts += self._read(told)
                if self._is_whole(told):
                    assert not self._complaints, self._complaints
                    return charts

    def _is_whole(self, told: ForwardMsg) -> bool:
        """Whether this message ends the page: it is not run once more, and no fragment of it."""
        if told.WhichOneof("type") != "script_finished":
            return False
        assert told.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR
        return told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def _read(self, told: ForwardMsg) -> list[str]:
        if told.WhichOneof("type") != "delta" or told.delta.WhichOneof("type") != "new_element":
            return []
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "selectbox" and element.selectbox.label == "Ticker":
            self._ticker_box = element.selectbox.id
        if kind == "exception" or (kind == "alert" and "failed" in element.alert.body):
            self._complaints.append(str(element))
        return [element.plotly_chart.spec] if kind == "plotly_chart" else []


async def switching(viewer: Viewer, tickers: Sequence[str], every: float, until: float) -> list[float]:
    """Switches to one ticker after the other, one each `every` seconds, until the clock (monotonic) says `until`."""
    times: list[float] = []
    async with viewer:
        while time.monotonic() < until:
            rest = every - (times[-1] if times else 0.0)
            await asyncio.sleep(max(rest, 0.0))
            times.append(await viewer.switch(tickers[len(times) % len(tickers)]))
    return times


async def crowd(url: str, viewers: int, tickers: Sequence[str], every: float, seconds: float) -> list[float]:
    """The switch times of that many viewers at once, who come one after the other within one `every`."""
    until = time.monotonic() + seconds + every

    async def one(number: int) -> list[float]:
        await asyncio.sleep(every * number / viewers)
        turned = [*tickers[number % len(tickers) :], *tickers[: number % len(tickers)]]
        viewer = Viewer(url, {"source": "Sample", "ticker": turned[-1]})
        return await switching(viewer, turned, every, until)

    return [each for times in await asyncio.gather(*map(one, range(viewers))) for each in times]
