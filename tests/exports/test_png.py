"""Tests of PNG rendering: size, background, text where it belongs, and what happens without a browser."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from charts.levels.chart import levels_picture
from charts.palette import PALETTES, Theme
from exports import png
from tests.support.drawn_cases import drawn_case
from tests.support.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pictures")]

SMALL = go.Figure(layout={"width": 80, "height": 60})


@pytest.fixture(scope="module", autouse=True)
def _close_browsers() -> Iterator[None]:
    yield
    png.close()


@pytest.fixture(scope="module")
def plain_picture() -> np.ndarray:
    """Return the light picture of five firms, without caption, from the sample."""
    return pixels(png.render_png(levels_picture(drawn_case(5))))


def pixels(data: bytes) -> np.ndarray:
    """Return a picture as an array of rows x columns x RGBA."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def rgb(color: str) -> np.ndarray:
    """Return a hex color as three numbers."""
    return np.array([int(color[start : start + 2], 16) for start in (1, 3, 5)])


def ink(picture: np.ndarray, background: str) -> np.ndarray:
    """Return a mask of the pixels that differ from the background."""
    return (np.abs(picture[..., :3].astype(int) - rgb(background)) > 24).any(axis=-1)


def text_areas(figure: go.Figure) -> dict[str, tuple[slice, slice]]:
    """Return where prices, dates, the names of levels and, right of them, targets with their firms are written."""
    layout, scale = figure.layout, png.SCALE
    margin = layout.margin
    plot_height, plot_end = png.HEIGHT - margin.t - margin.b, png.WIDTH - margin.r

    def columns(left: float, right: float) -> slice:
        return slice(int(left * scale), int(right * scale))

    def rows(top: float, bottom: float) -> slice:
        return slice(
            int((margin.t + (1 - top) * plot_height) * scale), int((margin.t + (1 - bottom) * plot_height) * scale)
        )

    below_plot = slice((png.HEIGHT - margin.b + 4) * scale, (png.HEIGHT - margin.b + 26) * scale)
    panel_bottom = layout.yaxis.domain[0]
    return {
        "prices": (rows(1, panel_bottom), columns(0, margin.l - 4)),
        "dates": (below_plot, columns(margin.l, plot_end)),
        "levels": (rows(1, panel_bottom), columns(plot_end + 16, plot_end + 100)),
        "firms": (rows(1, panel_bottom), columns(png.WIDTH - 180, png.WIDTH)),
    }


def assert_whole(picture: np.ndarray, figure: go.Figure, theme: Theme) -> None:
    """Check the double size, the opaque background and the text on all sides."""
    assert picture.shape == (2 * 900, 2 * 1600, 4)
    assert (picture[..., 3] == 255).all()
    inked = ink(picture, PALETTES[theme].ground)
    for name, area in text_areas(figure).items():
        assert inked[area].sum() > 400, name


def test_picture_has_double_size_an_opaque_background_and_all_labels(plain_picture: np.ndarray) -> None:
    assert_whole(plain_picture, levels_picture(drawn_case(5)), "light")


def test_dark_picture_has_them_too() -> None:
    figure = levels_picture(drawn_case(5), theme="dark")
    assert_whole(pixels(png.render_png(figure)), figure, "dark")


def test_nothing_is_cut_off_at_the_edges() -> None:
    """The outermost six pixels are background: text that runs out of the picture would cross them."""
    inked = ink(pixels(png.render_png(levels_picture(drawn_case(40)))), PALETTES["light"].ground)
    edge = 6
    assert not inked[:edge].any() and not inked[-edge:].any()
    assert not inked[:, :edge].any() and not inked[:, -edge:].any()


def test_only_sample_data_has_a_warning_badge(plain_picture: np.ndarray) -> None:
    warning = rgb(PALETTES["light"].warning)

    def warning_pixels(picture: np.ndarray) -> int:
        corner = picture[: 80 * png.SCALE, 800 * png.SCALE :, :3]
        return int((np.abs(corner.astype(int) - warning) < 12).all(axis=-1).sum())

    from_yahoo = levels_picture(replace(drawn_case(5), source="yahoo"))
    assert warning_pixels(plain_picture) > 1000
    assert warning_pixels(pixels(png.render_png(from_yahoo))) == 0


def test_a_caption_adds_height_and_leaves_the_chart_as_it_is(plain_picture: np.ndarray) -> None:
    captioned = pixels(png.render_png(levels_picture(drawn_case(5), caption="CIFR traded near $16.77. " * 12)))
    assert captioned.shape[0] > plain_picture.shape[0] and captioned.shape[1] == plain_picture.shape[1]
    chart = slice(0, (png.HEIGHT - 40) * png.SCALE)
    assert (captioned[chart] == plain_picture[chart]).mean() > 0.999


@pytest.mark.long
def test_each_thread_gets_its_own_picture() -> None:
    colors = [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 0)] * 3

    def rendered_color(color: tuple[int, int, int]) -> tuple[int, ...]:
        figure = go.Figure(layout={"paper_bgcolor": f"rgb{color}", "width": 80, "height": 60})
        return tuple(int(channel) for channel in pixels(png.render_png(figure, 80, 60, 1))[2, 2, :3])

    with ThreadPoolExecutor(len(colors)) as pool:
        assert list(pool.map(rendered_color, colors[:2])) == colors[:2]
        after_two = running_browsers()
        assert list(pool.map(rendered_color, colors)) == colors
    if sys.platform == "linux":
        assert (len(after_two), len(running_browsers())) == (1, 2), "a second browser is for many that wait"


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="finds the browser's processes in /proc")
def test_killed_browsers_are_replaced(caplog: pytest.LogCaptureFixture) -> None:
    """Runs after the test above, which leaves two: a picture must outlive both."""
    first = png.render_png(SMALL, 80, 60, 1)
    killed = running_browsers()
    for browser in killed:
        for process in (browser, *descendants(browser)):
            os.kill(process, signal.SIGKILL)
    assert (pixels(png.render_png(SMALL, 80, 60, 1)) == pixels(first)).all()
    assert not set(killed) & set(running_browsers())
    gc.collect()
    # asyncio would log "Task exception was never retrieved" with a traceback
    assert "asyncio" not in {record.name for record in caplog.records}


def running_browsers(parent: int | None = None) -> list[int]:
    """Return the process of each browser that renders PNGs, without those of other tests' browsers."""
    found = []
    for child in child_processes(parent or os.getpid()):
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        found += [child] if b"choreographer" in command else running_browsers(child)
    return found


def descendants(process: int) -> list[int]:
    return [descendant for child in child_processes(process) for descendant in (child, *descendants(child))]


def child_processes(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for children in lists for child in children.read_text().split()]


def test_a_figure_that_cannot_be_rendered_raises_a_sentence_and_the_browser_goes_on() -> None:
    png.render_png(SMALL, 80, 60, 1)
    running = running_browsers()
    figure = go.Figure(layout={"width": 80, "height": 60})
    figure._data = [{"type": "scatter", "x": {"bdata": "AAAA", "dtype": "nonsense"}}]
    with pytest.raises(png.BrowserFailed, match=r"failed .*: try again, or use the camera button"):
        png.render_png(figure, 80, 60, 1)
    assert png.render_png(SMALL, 80, 60, 1)
    assert running_browsers() == running


def test_without_a_browser_the_error_says_what_to_install() -> None:
    """Runs in a process of its own, which is told of a browser that does not exist."""
    code = "from exports import png; import plotly.graph_objects as go; png.render_png(go.Figure())"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"BROWSER_PATH": str(ROOT / "no-such-browser")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "needs Chrome or Chromium" in result.stderr and "kaleido_get_chrome" in result.stderr


def test_what_the_libraries_log_is_not_printed_on_the_terminal() -> None:
    code = """
import logging
from exports import png

png.keep_library_logs_off_the_terminal()
try:
    raise ValueError
except ValueError:
    logging.getLogger("choreographer.channels.pipe").exception("a message that is cut off")
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr, result.stdout) == (0, "", "")
