"""Entry point of the web server: `streamlit run app.py`, or `streamlit run app.py -- --verbose` for a full log.

The Streamlit script is `ui/dashboard.py`. It does not stand here, beside `pages/`: until a script has called
`st.navigation` once, Streamlit shows every file of a folder `pages` beside it in the sidebar, and runs the one that a
link names without the script and its sign-in.
"""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import get_instance
from streamlit.runtime.stats import GaugeStat

from api.server import routes
from ui.admitted_messages import AdmittedMessages
from ui.admitted_uploads import AdmittedUploads
from ui.allowed_hosts import OnlyAllowedHosts
from ui.compressed_assets import ChartPreload, CompressedAssets
from ui.loading import garbage, stopped_fetches
from ui.loading.alert_checks import AlertChecks, minutes_between_checks
from ui.sidebar import access

BROWSER_DELAY_SECONDS = 0.5  # the server listens only after the lifespan has started
EVERY_ADDRESS = ("", "0.0.0.0", "::")


@asynccontextmanager
async def start(_: st.App) -> AsyncIterator[None]:
    """Settle who may enter, and say on the terminal if nobody may; then open the browser, and check alerts.

    At the end, leave the fetches under way to other processes.
    """
    try:
        access.current_access()
    except access.NobodyMayEnter as refusal:
        print(refusal, file=sys.stderr, flush=True)
    garbage.start_collecting()
    open_browser()
    checks = AlertChecks(minutes_between_checks())
    yield
    checks.stop()
    stopped_fetches.leave_to_others()


def open_browser() -> None:
    """Open the dashboard in the user's browser, as `streamlit run` does for a script but not for a `st.App`."""
    if not st.get_option("server.headless"):
        opener = threading.Timer(BROWSER_DELAY_SECONDS, webbrowser.open, [server_url()])
        opener.daemon = True
        opener.start()


def server_url() -> str:
    """Return the address at which this computer's browser reaches the server."""
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    address = st.get_option("server.address") or ""
    host = "localhost" if address in EVERY_ADDRESS else address
    return f"{scheme}://{host}:{st.get_option('server.port')}/{(st.get_option('server.baseUrlPath') or '').strip('/')}"


def needs_no_sign_in() -> bool:
    """Return whether everyone who reaches the pages may see them."""
    try:
        return not access.current_access().needs_sign_in
    except access.NobodyMayEnter:
        return False


def count_sessions() -> int:
    """Return how many viewers have a page open."""
    families = get_instance().stats_mgr.get_stats(["active_sessions"])
    gauges = [gauge for family in families.values() for gauge in family if isinstance(gauge, GaugeStat)]
    return sum(gauge.value for gauge in gauges)


app = st.App(
    Path(__file__).parent / "ui" / "dashboard.py",
    lifespan=start,
    routes=routes(needs_no_sign_in, count_sessions),
    middleware=[
        Middleware(OnlyAllowedHosts),
        Middleware(AdmittedMessages),
        Middleware(AdmittedUploads),
        Middleware(CompressedAssets),
        Middleware(ChartPreload),
    ],
)
