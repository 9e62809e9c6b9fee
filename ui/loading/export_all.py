"""«Export all pictures»: every ticker's PNG in one ZIP, with a page that shows them, made while the page goes on."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import streamlit as st

from exports.album import Picture, PictureOptions, make_album
from exports.album_zip import AlbumZip
from exports.png import PngError
from text.escape import escape_markdown
from tickers.batch import FailedTicker
from tickers.request import AnalysisRequest
from ui.components.watchlist_files import stem
from ui.loading.background import Background
from ui.loading.batch_run import poll, time_left

KEY = "watchlist-export"


@dataclass
class Export:
    """The pictures of one watchlist on their way into a ZIP."""

    name: str
    zip: AlbumZip
    work: Background[Picture | FailedTicker]

    @property
    def over(self) -> bool:
        """The ZIP is whole."""
        return self.work.over


def button(name: str, symbols: tuple[str, ...], request: AnalysisRequest, options: PictureOptions) -> None:
    """Begins with the pictures of the watchlist `name`; one export at a time."""
    export: Export | None = st.session_state.get(KEY)
    if st.button(
        "Export all pictures",
        icon=":material/photo_library:",
        disabled=export is not None and not export.over,
        key="watchlist-export-all",
        help="A PNG of each ticker with the period, overlays and day chosen, in a ZIP with a page that shows them",
    ):
        packed = AlbumZip()
        st.session_state[KEY] = Export(
            name, packed, Background(_packed(symbols, request, options, packed), len(symbols))
        )
        st.rerun()


def draw() -> None:
    """How far it is, then the ZIP; nothing where none was asked for."""
    export: Export | None = st.session_state.get(KEY)
    if export is not None and export.over:
        _exported(export)
    elif export is not None:
        poll(_exporting, export)


def _packed(
    symbols: tuple[str, ...], request: AnalysisRequest, options: PictureOptions, packed: AlbumZip
) -> Generator[Picture | FailedTicker]:
    """Each picture once it is in the ZIP; the ZIP is whole at the end, also at one before its time."""
    try:
        for each in make_album(symbols, request, options):
            packed.add(each)
            yield each
    finally:
        packed.close()


def _exporting(export: Export) -> None:
    work = export.work
    with st.container(horizontal=True, vertical_alignment="center", key="watchlist-export-progress"):
        share = work.done / work.total
        st.progress(share, text=f"{work.done} of {work.total} pictures{time_left(work)}", width="stretch")
        key = "watchlist-export-stop"
        st.button("Stop", icon=":material/stop:", key=key, on_click=work.stop, disabled=work.stopped)


def _exported(export: Export) -> None:
    work, done = export.work, export.zip
    if work.fault is not None:
        reason = str(work.fault) if isinstance(work.fault, PngError) else "The export failed; its log says why"
        st.error(escape_markdown(reason, 400), icon=":material/broken_image:")
    if done.failures:
        with st.expander(f"{len(done.failures)} without a picture", expanded=True, icon=":material/broken_image:"):
            st.markdown("\n".join(f"- {escape_markdown(failed.reason, 300)}" for failed in done.failures))
    if done.pictures:
        stopped = ", stopped" if work.stopped else ""
        st.download_button(
            f"Download ZIP ({done.pictures} of {work.total} pictures{stopped})",
            done.content,
            f"{stem(export.name)}_levels.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
            type="primary",
            key="watchlist-zip",
        )
    elif work.stopped:
        st.caption("Stopped before the first picture was drawn.")
