"""The PNG as a picture: its size, its ground, ink where words belong; and what becomes of it without its browser."""

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
from indicators.analysis import Analysis
from tests.support.drawn_cases import drawn_case
from tests.support.paths import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _one_browser() -> Iterator[None]:
    yield
    png.close()


def pixels(data: bytes) -> np.ndarray:
    """Rows x columns x RGBA."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))


def ink(picture: np.ndarray, ground: str) -> np.ndarray:
    """Where the picture is anything but its ground."""
    colour = np.array([int(ground[each : each + 2], 16) for each in (1, 3, 5)])
    return (np.abs(picture[..., :3].astype(int) - colour) > 24).any(axis=-1)


def places(figure: go.Figure) -> dict[str, tuple[slice, slice]]:
    """Where the words of the four axes stand: prices left, days below, levels between the panels, firms below right."""
    layout, scale = figure.layout, png.SCALE
    margin = layout.margin
    wide, high = png.WIDTH - margin.l - margin.r, png.HEIGHT - margin.t - margin.b

    def across(low: float, high_: float) -> slice:
        return slice(int((margin.l + low * wide) * scale), int((margin.l + high_ * wide) * scale))

    def down(top: float, bottom: float) -> slice:
        return slice(int((margin.t + (1 - top) * high) * scale), int((margin.t + (1 - bottom) * high) * scale))

    floor = layout.yaxis.domain[0]
    return {
        "prices": (down(1, floor), slice(0, (margin.l - 4) * scale)),
        "days": (slice((png.HEIGHT - margin.b + 4) * scale, (png.HEIGHT - margin.b + 26) * scale), across(0, 0.6)),
        "levels": (down(1, floor), across(layout.xaxis2.domain[0] + 28 / wide, layout.xaxis2.domain[1])),
        "firms": (down(floor - 0.02, 0), across(*layout.xaxis3.domain)),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_twice_the_size_opaque_and_has_ink_where_words_belong(theme: Theme) -> None:
    figure = levels_picture(drawn_case(5), theme=theme)
    picture = pixels(png.render_png(figure))
    assert picture.shape == (2 * 900, 2 * 1600, 4)
    assert (picture[..., 3] == 255).all()
    inked = ink(picture, PALETTES[theme].ground)
    for name, place in places(figure).items():
        assert inked[place].sum() > 400, name


def test_nothing_is_clipped() -> None:
    """The outermost six pixels are ground: a word that runs out of the picture would cross them."""
    inked = ink(pixels(png.render_png(levels_picture(drawn_case(40)))), PALETTES["light"].ground)
    edge = 6
    assert not inked[:edge].any() and not inked[-edge:].any()
    assert not inked[:, :edge].any() and not inked[:, -edge:].any()


def test_a_sample_says_so_in_its_picture() -> None:
    """The badge's colour is nowhere in a picture of market prices."""
    warning = PALETTES["light"].warning
    colour = np.array([int(warning[each : each + 2], 16) for each in (1, 3, 5)])
    sampled = drawn_case(1)

    def badge(analysis: Analysis) -> int:
        corner = pixels(png.render_png(levels_picture(analysis)))[: 80 * png.SCALE, 800 * png.SCALE :, :3]
        return int((np.abs(corner.astype(int) - colour) < 12).all(axis=-1).sum())

    assert badge(sampled) > 1000
    assert badge(replace(sampled, source="yahoo")) == 0


def test_the_read_makes_the_picture_higher_and_leaves_the_chart_as_it_is() -> None:
    analysis = drawn_case(3)
    bare = pixels(png.render_png(levels_picture(analysis)))
    read = pixels(png.render_png(levels_picture(analysis, caption="CIFR traded near $16.77. " * 12)))
    assert read.shape[0] > bare.shape[0] and read.shape[1] == bare.shape[1]
    chart = slice(0, (png.HEIGHT - 40) * png.SCALE)
    assert (read[chart] == bare[chart]).mean() > 0.999


def test_threads_get_their_own_pictures() -> None:
    colours = [(255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 0)] * 2

    def one(colour: tuple[int, int, int]) -> tuple[int, ...]:
        figure = go.Figure(layout={"paper_bgcolor": f"rgb{colour}", "width": 80, "height": 60})
        return tuple(int(pixel) for pixel in pixels(png.render_png(figure, 80, 60, 1))[2, 2, :3])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, colours)) == colours


@pytest.mark.skipif(sys.platform != "linux", reason="finds the browser's processes in /proc")
def test_a_browser_that_was_killed_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    figure = go.Figure(layout={"width": 80, "height": 60})
    first = png.render_png(figure, 80, 60, 1)
    for process in drawing(os.getpid()):
        os.kill(process, signal.SIGKILL)
    assert (pixels(png.render_png(figure, 80, 60, 1)) == pixels(first)).all()
    gc.collect()
    assert "asyncio" not in {
        record.name for record in caplog.records
    }  # «Task exception was never retrieved», a traceback


def drawing(process: int) -> list[int]:
    """The processes of the browser that draws PNGs; other tests' dashboards and browsers are not among them."""
    found = []
    for child in children(process):
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        found += [child, *descendants(child)] if b"choreographer" in command else drawing(child)
    return found


def descendants(process: int) -> list[int]:
    return [descendant for child in children(process) for descendant in (child, *descendants(child))]


def children(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def test_a_figure_that_cannot_be_drawn_is_a_sentence() -> None:
    figure = go.Figure(layout={"width": 80, "height": 60})
    figure._data = [{"type": "scatter", "x": {"bdata": "AAAA", "dtype": "nonsense"}}]
    with pytest.raises(png.BrowserFailed, match=r"failed .*: try again, or use the camera button"):
        png.render_png(figure, 80, 60, 1)
    assert png.render_png(go.Figure(), 80, 60, 1)


def test_without_a_browser_it_says_what_to_install() -> None:
    """In a process of its own, whose only browser is one that does not exist."""
    said = subprocess.run(
        [sys.executable, "-c", "from charts import png; import plotly.graph_objects as go; png.png(go.Figure())"],
        cwd=ROOT,
        env=os.environ | {"BROWSER_PATH": str(ROOT / "no-such-browser")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "needs Chrome or Chromium" in said.stderr and "kaleido_get_chrome" in said.stderr
