"""The **Export all pictures** button: a ZIP of every ticker's PNG, with a page that shows them all."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import streamlit as st

from exports.album import Picture, PictureOptions, make_album
from exports.album_zip import AlbumZip
from exports.png import PngError
from exports.watchlist_files import file_stem_of
from text import numbers
from text.escape import escape_markdown
from tickers.batch import FailedTicker
from tickers.request import AnalysisRequest
from ui.loading.background import Background
from ui.loading.batch_run import redraw_until_over, time_left_phrase

SESSION_KEY = "watchlist-export"


@dataclass
class Export:
    """The pictures of the watchlist `name` while they are packed into a ZIP."""

    name: str
    zip: AlbumZip
    work: Background[Picture | FailedTicker]

    @property
    def over(self) -> bool:
        """Whether the ZIP is complete."""
        return self.work.over


def draw_export_button(name: str, symbols: tuple[str, ...], request: AnalysisRequest, options: PictureOptions) -> None:
    """Draw the button that starts the export of the watchlist `name`; it is disabled while one is running."""
    export: Export | None = st.session_state.get(SESSION_KEY)
    if st.button(
        "Export all pictures",
        icon=":material/photo_library:",
        disabled=export is not None and not export.over,
        key="watchlist-export-all",
        help="A ZIP with a PNG of each ticker for the selected period, interval, overlays and day",
    ):
        packed = AlbumZip()
        work = Background(_pack_pictures(symbols, request, options, packed), len(symbols))
        st.session_state[SESSION_KEY] = Export(name, packed, work)
        st.rerun()


def draw_export() -> None:
    """Draw the progress of the export, then its download button; nothing where none was started."""
    export: Export | None = st.session_state.get(SESSION_KEY)
    if export is not None and export.over:
        _draw_download(export)
    elif export is not None:
        redraw_until_over(_draw_progress, export)


def _pack_pictures(
    symbols: tuple[str, ...], request: AnalysisRequest, options: PictureOptions, packed: AlbumZip
) -> Generator[Picture | FailedTicker]:
    """Yield each picture once it is in the ZIP, which is closed at the end, also after a stop."""
    try:
        for picture in make_album(symbols, request, options):
            packed.add(picture)
            yield picture
    finally:
        packed.close()


def _draw_progress(export: Export) -> None:
    work = export.work
    with st.container(horizontal=True, vertical_alignment="center", key="watchlist-export-progress"):
        share = work.done / work.total
        st.progress(share, text=f"{work.done} of {work.total} pictures{time_left_phrase(work)}", width="stretch")
        key = "watchlist-export-stop"
        st.button("Stop", icon=":material/stop:", key=key, on_click=work.stop, disabled=work.stopped)


def _draw_download(export: Export) -> None:
    work, done = export.work, export.zip
    if work.fault is not None:
        reason = str(work.fault) if isinstance(work.fault, PngError) else "The export failed; the log has the details"
        st.error(escape_markdown(reason, 400), icon=":material/broken_image:")
    if done.failures:
        with st.expander(
            f"No picture for {numbers.format_count(len(done.failures), 'ticker')}",
            expanded=True,
            icon=":material/broken_image:",
        ):
            st.markdown("\n".join(f"- {escape_markdown(failed.reason, 300)}" for failed in done.failures))
    if done.pictures:
        stopped = ", stopped" if work.stopped else ""
        st.download_button(
            f"Download ZIP ({done.pictures} of {work.total} pictures{stopped})",
            done.content,
            f"{file_stem_of(export.name)}_levels.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
            type="primary",
            key="watchlist-zip",
        )
    elif work.stopped:
        st.caption("Stopped before the first picture.")
