"""The tree keeps its order: which package may import which, and what an import may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

BELOW = {
    "market": set(),
    "indicators": {"market"},
    "charts": {"indicators", "market"},
    "pages": {"charts", "indicators", "market"},
}
OURS = set(BELOW)
VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
# With the modules of the two, for the types of their fields
PLAIN_TYPES = {"PriceHistory", "PriceTarget"}
PLAIN_MODULES = {"market.price_history", "market.price_target"}
HEAVY = {"yfinance", "streamlit", "plotly", "sqlalchemy", "kaleido"}
STREAMLIT_FREE = ("market", "indicators", "charts")

MODULES = [path for package in sorted(OURS) for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> Iterator[tuple[str, str | None]]:
    """Each import in the file, at any depth: the module, and the name taken from it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join([path.parent.name] * bool(node.level) + [node.module or ""]).strip(".")
            yield from ((module, alias.name) for alias in node.names)


def package_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def top(module: str) -> str:
    return module.partition(".")[0]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_run_one_way(path: Path) -> None:
    package = package_of(path)
    taken = {top(module) for module, _ in imported(path)} & OURS
    assert taken <= BELOW[package] | {package}


@pytest.mark.parametrize("path", [each for each in MODULES if package_of(each) == "indicators"], ids=named)
def test_indicators_know_of_market_the_plain_types_only(path: Path) -> None:
    taken = {(module, name) for module, name in imported(path) if top(module) == "market"}
    assert {name for module, name in taken if module not in PLAIN_MODULES} <= PLAIN_TYPES


@pytest.mark.parametrize("path", [each for each in MODULES if package_of(each) in STREAMLIT_FREE], ids=named)
def test_only_pages_know_streamlit(path: Path) -> None:
    assert "streamlit" not in {top(module) for module, _ in imported(path)}


def test_pandas_ta_has_one_door() -> None:
    doors = [
        named(path) for path in MODULES if any(top(module).startswith("pandas_ta") for module, _ in imported(path))
    ]
    assert doors == ["indicators/pandas_ta_adapter.py"]


def test_no_module_has_a_vague_name() -> None:
    names = {part for path in MODULES for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert not names & VAGUE


@pytest.mark.parametrize("module", ("market", "indicators", "tickers.scan"))
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    """In a process of its own, for here others have loaded everything."""
    loaded = subprocess.run(
        [sys.executable, "-c", f"import {module}, sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {top(each) for each in loaded.stdout.split()} & HEAVY
