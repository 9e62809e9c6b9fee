"""Whether this computer has fonts for the names in a picture: without one, the browser draws boxes instead."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Iterable, Iterator

from indicators.analysis import Analysis
from text.prose import join_words

FC_LIST = "fc-list"  # of fontconfig, which Chrome asks on Linux
TIMEOUT_SECONDS = 5.0
FIRST_NOT_LATIN = 0x370  # every font has the letters before it
SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


def font_notice(analysis: Analysis) -> str | None:
    """Return a sentence that names the scripts in a picture for which there is no font, None where all can be drawn."""
    missing = scripts_without_font(_names(analysis))
    if not missing:
        return None
    return (
        f"This computer has no font for {join_words(missing)} characters, so pictures show boxes for them: install one,"
        " such as fonts-noto-core and fonts-noto-cjk."
    )


def scripts_without_font(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the scripts of the letters in the texts that no installed font has; none where that cannot be told.

    Chinese characters beside kana are Japanese.
    """
    samples = {_script(letter): letter for letter in sorted(set("".join(texts))) if _needs_font(letter)}
    missing = {script for script, letter in samples.items() if not _has_font(letter)}
    if "Japanese" in samples and "Chinese" in missing:
        missing = missing - {"Chinese"} | {"Japanese"}
    return tuple(sorted(missing))


def _names(analysis: Analysis) -> Iterator[str]:
    yield analysis.name
    for target in analysis.targets:
        yield from filter(None, (target.firm, target.rating, target.analyst))


def _needs_font(letter: str) -> bool:
    return ord(letter) >= FIRST_NOT_LATIN and unicodedata.category(letter).startswith("L")


def _script(letter: str) -> str:
    """Return the script of a letter, by the first word of its Unicode name: "HANGUL SYLLABLE GA"."""
    first = unicodedata.name(letter, "UNNAMED").split()[0]
    return SCRIPTS.get(first, first.capitalize())


def _has_font(letter: str) -> bool:
    """Return whether fontconfig lists a font that has the letter; without fontconfig there is no telling."""
    command = (FC_LIST, f":charset={ord(letter):x}", "family")
    try:
        listed = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return True
    return bool(listed.stdout.strip())
