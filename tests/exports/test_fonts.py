"""Names that no font of this computer can draw are named before anyone sees boxes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from charts.base_layout import FONT_FAMILY
from exports.album import PictureOptions, make_picture
from exports.fonts import font_notice, scripts_without_font
from indicators import analyse
from indicators.analysis import Analysis
from market.sample import sample
from tests.support.market_cases import serve_case
from tests.support.replay_server import ReplayServer
from tickers.request import AnalysisRequest, load_analysis

NAMES = ("トヨタ自動車株式会社", "大和証券", "삼성전자", "Société Générale", "Сбербанк", "₩ ▲ 買い 12")


@pytest.fixture
def fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put another `fc-list` before the installed one: it lists a font for the letters of the file `known`."""
    program = tmp_path / "fc-list"
    program.write_text('#!/bin/sh\ngrep -qx "$1" "$(dirname "$0")/known" && echo "A Font"\nexit 0\n')
    program.chmod(0o755)
    (tmp_path / "known").write_text("")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def knows(fonts: Path, *letters: str) -> None:
    (fonts / "known").write_text("".join(f":charset={ord(letter):x}\n" for letter in letters))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fontconfig")
def test_scripts_without_a_font_are_named_once(fonts: Path) -> None:
    assert scripts_without_font(NAMES) == ("Cyrillic", "Japanese", "Korean")
    assert scripts_without_font(["大和証券"]) == ("Chinese",)
    assert scripts_without_font(["Cipher Mining Inc.", "Société Générale", "₩ ▲ – …"]) == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fontconfig")
def test_script_with_a_font_is_not_named(fonts: Path) -> None:
    knows(fonts, "С", "Б", "а", "б", "е", "к", "н", "р")
    assert scripts_without_font(["Сбербанк"]) == ()


def test_without_fontconfig_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert scripts_without_font(NAMES) == ()


def test_latin_names_start_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exports.fonts.subprocess.run", lambda *_, **__: pytest.fail("a program was started"))
    assert font_notice(analyse(sample.history("CIFR"), sample.targets("CIFR"))) is None


def test_figure_declares_fonts_for_other_scripts() -> None:
    assert {"Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic"} <= {name.strip(' "') for name in FONT_FAMILY.split(",")}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fontconfig")
def test_reported_names_without_a_font_are_said_with_the_picture(
    market_data: Path, yahoo: ReplayServer, fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_case(yahoo, "japanese-names")
    captions = []

    def draw(figure: object, *_: object) -> bytes:
        captions.append(" ".join(annotation.text for annotation in figure.layout.annotations))  # type: ignore[attr-defined]
        return b"a picture"

    monkeypatch.setattr("exports.png.render_png", draw)
    picture = make_picture("7203.T", AnalysisRequest(), PictureOptions())
    assert picture.notices[-1] == (
        "This computer has no font for Japanese characters, so pictures show boxes for them: install one,"
        " such as fonts-noto-core and fonts-noto-cjk."
    )
    assert "no font for Japanese characters" in captions[0].replace("<br>", " ")
    analysis: Analysis = load_analysis("7203.T", AnalysisRequest())
    knows(fonts, *analysis.name, *"".join(f"{target.firm}{target.rating}" for target in analysis.targets))
    assert font_notice(analysis) is None
