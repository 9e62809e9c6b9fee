"""Rules for the tree: which package may import which, which may know a library, how files are named and grouped."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

# What each package may import. Packages that are planned but not there yet have their row already.
MAY_IMPORT = {
    "text": set(),
    "market": {"text"},
    "indicators": {"market", "text"},
    "charts": {"indicators", "market", "text"},
    "tickers": {"indicators", "market", "text"},
    "exports": {"charts", "tickers", "indicators", "market", "text"},
    "alerts": {"exports", "charts", "tickers", "indicators", "market", "text"},
    "api": {"version", "alerts", "exports", "charts", "tickers", "indicators", "market", "text"},
    "ui": {"logs", "alerts", "exports", "api", "charts", "tickers", "indicators", "market", "text"},
    "terminal": {"logs", "alerts", "exports", "charts", "tickers", "indicators", "market", "text"},
    "pages": {"ui", "logs", "alerts", "exports", "api", "charts", "tickers", "indicators", "market", "text"},
}
# The same for the modules beside app.py. Streamlit runs the pages by their paths, so nothing imports them.
ENTRY_POINTS_MAY_IMPORT = {
    "version": set(),
    "logs": {"version"},
    "app": {"logs", "version", "ui", "api", "text"},
    "levelboard": {"logs", "version", "terminal", "market", "text"},
}
ANYONE_MAY_IMPORT = {"version"}

# Which parts of the tree may import a library, even inside a function
LIBRARY_USERS = {
    "streamlit": {"app", "pages", "ui"},
    "plotly": {"charts", "exports"},
    "sqlalchemy": {"market.store", "market.yahoo"},
    "yfinance": {"market.yahoo"},
    "kaleido": {"exports"},
    "choreographer": {"exports"},
    "pandas_ta": {"indicators.pandas_ta_adapter"},
    "pandas_ta_classic": {"indicators.pandas_ta_adapter"},
    "click": {"levelboard", "terminal"},
    "fastapi": {"api"},
    "apprise": {"alerts.sending"},
}
# They handle finished figures, so they may name Plotly's types in annotations
LIBRARY_TYPE_USERS = {"plotly": {"pages", "ui"}}

# The only parts of market that indicators may use: plain types, and the modules that define the types of their fields
PLAIN_TYPES = {"PriceHistory", "PriceTarget"}
PLAIN_TYPE_MODULES = {
    "market.events.company_events",
    "market.price_format",
    "market.price_history",
    "market.price_target",
}

HEAVY_LIBRARIES = {"yfinance", "streamlit", "plotly", "sqlalchemy", "kaleido"}
LIGHT_MODULES = ("text", "market", "market.targets_csv", "indicators", "tickers.scan")

PAGES = {
    "levels.py",
    "watchlist.py",
    "changes.py",
    "alerts.py",
    "compare.py",
    "coverage.py",
    "track_record.py",
    "evidence.py",
}
MAX_FILES_PER_FOLDER = 15
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "core", "manager", "misc"}
GUILLEMETS = "\u00ab\u00bb"

NOT_OURS = {"__pycache__", "out"}
HIDDEN_BUT_OURS = {".ci", ".github", ".streamlit"}

# Test files that are not named after one file of the tree, by folder, with the file whose behavior they test
TESTS_OF_AN_ASPECT = {
    "market/store/test_store_killed.py": "market/store/store.py",
    "market/yahoo/test_client_bodies.py": "market/yahoo/client.py",
    "market/yahoo/test_client_targets.py": "market/yahoo/client.py",
    "market/yahoo/test_reported_cases.py": "market/yahoo/client.py",
    "test_conftest.py": "tests/conftest.py",
    "test_layout.py": "pyproject.toml",
    "test_readme.py": "README.md",
    "test_requirements.py": "requirements.txt",
}
NOT_MIRRORED = {"journeys", "support"}


@dataclass(frozen=True)
class Import:
    """One name that a file imports, as an absolute dotted path: `module` and, in `from module import name`, `name`."""

    module: str
    name: str | None
    type_only: bool

    @property
    def path(self) -> str:
        return self.module if self.name is None else f"{self.module}.{self.name}"

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def tree_files() -> Iterator[Path]:
    """Yield every file of the project, as far as that can be told without git."""
    for folder, subfolders, files in os.walk(ROOT):
        subfolders[:] = sorted(
            name for name in subfolders if name not in NOT_OURS and (name[0] != "." or name in HIDDEN_BUT_OURS)
        )
        yield from (Path(folder) / name for name in sorted(files) if name != "secrets.toml")


FILES = list(tree_files())
PYTHON_FILES = [path for path in FILES if path.suffix == ".py"]
PACKAGES = [name for name in MAY_IMPORT if (ROOT / name).is_dir()]
ENTRY_POINTS = [name for name in ENTRY_POINTS_MAY_IMPORT if (ROOT / f"{name}.py").is_file()]
PRODUCT_FILES = [
    path for path in PYTHON_FILES if path.relative_to(ROOT).parts[0].removesuffix(".py") in {*PACKAGES, *ENTRY_POINTS}
]
TEST_FILES = [path for path in PYTHON_FILES if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """Return the dotted name under which Python imports the file: `market.store` for `market/store/__init__.py`."""
    return relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def top_name(path: Path) -> str:
    return module_name(path).partition(".")[0]


@cache
def syntax_tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every statement in the node, at any depth; expressions, most of a tree, hold none."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):
            yield child
            yield from _statements(child)


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Return every import in the file, at any depth."""
    nodes = list(_statements(syntax_tree(path)))
    type_only = {
        id(node)
        for block in nodes
        if isinstance(block, ast.If) and ast.unparse(block.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in block.body
        for node in ast.walk(statement)
    }
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [Import(alias.name, None, id(node) in type_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*parents, node.module or ""]).strip(".")
            found += [Import(module, alias.name, id(node) in type_only) for alias in node.names]
    return tuple(found)


def is_within(name: str, parts: set[str]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def importers(library: str, type_only: bool) -> list[str]:
    """Return the files that import the library, for annotations only or at run time."""
    return [
        relative(path)
        for path in PRODUCT_FILES
        if any(imported.top == library and imported.type_only is type_only for imported in imports_of(path))
    ]


def allowed_files(parts: set[str]) -> set[str]:
    return {relative(path) for path in PRODUCT_FILES if is_within(module_name(path), parts)}


def test_every_package_has_a_place_in_the_import_order() -> None:
    found = {top_name(path) for path in PYTHON_FILES} - {"tests", "benchmarks", "docs", "scripts"}
    assert found <= {*MAY_IMPORT, *ENTRY_POINTS_MAY_IMPORT}


def test_import_order_is_transitive() -> None:
    """A package that may import another may also import what that one may, so that the order is a line, not a net."""
    for package, below in MAY_IMPORT.items():
        for name in below:
            assert (MAY_IMPORT | ENTRY_POINTS_MAY_IMPORT)[name] <= below | ANYONE_MAY_IMPORT, f"{package}: {name}"


@pytest.mark.parametrize("package", [*PACKAGES, *ENTRY_POINTS])
def test_imports_run_one_way(package: str) -> None:
    allowed = (MAY_IMPORT | ENTRY_POINTS_MAY_IMPORT)[package] | ANYONE_MAY_IMPORT | {package}
    ours = {*MAY_IMPORT, *ENTRY_POINTS_MAY_IMPORT, "tests", "benchmarks", "docs", "scripts"}
    wrong = [
        f"{relative(path)} imports {imported.path}"
        for path in PRODUCT_FILES
        if top_name(path) == package
        for imported in imports_of(path)
        if imported.top in ours - allowed
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions count: hiding a circle there does not remove it. Imports for annotations do not."""
    modules = {module_name(path) for path in PYTHON_FILES}
    graph: dict[str, set[str]] = {}
    for path in PYTHON_FILES:
        targets = {
            imported.path if imported.path in modules else imported.module
            for imported in imports_of(path)
            if not imported.type_only
        }
        graph[module_name(path)] = targets & modules - {module_name(path)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("A circle: " + " is imported by ".join(error.args[1]))


@pytest.mark.parametrize("library", LIBRARY_USERS)
def test_only_some_parts_know_the_library(library: str) -> None:
    assert set(importers(library, type_only=False)) <= allowed_files(LIBRARY_USERS[library])
    type_users = LIBRARY_USERS[library] | LIBRARY_TYPE_USERS.get(library, set())
    assert set(importers(library, type_only=True)) <= allowed_files(type_users)


def test_indicators_use_only_the_plain_types_of_market() -> None:
    wrong = [
        f"{relative(path)} imports {imported.path}"
        for path in PRODUCT_FILES
        if top_name(path) == "indicators"
        for imported in imports_of(path)
        if imported.top == "market" and imported.module not in PLAIN_TYPE_MODULES and imported.name not in PLAIN_TYPES
    ]
    assert wrong == []


def test_importing_light_modules_loads_no_heavy_library() -> None:
    """In a new process, because other tests have loaded everything in this one. What one loads, all together load."""
    program = (
        "import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name); print(name, *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *LIGHT_MODULES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded_after = {line.partition(" ")[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert set(loaded_after) == set(LIGHT_MODULES)
    for module, loaded in loaded_after.items():
        assert not {name.partition(".")[0] for name in loaded} & HEAVY_LIBRARIES, module


def test_pages_folder_holds_the_pages_and_nothing_else() -> None:
    """Streamlit lists every other file of this folder in the sidebar, for a moment after the server has started."""
    assert {path.name for path in FILES if path.is_relative_to(ROOT / "pages")} == PAGES


def test_no_folder_has_too_many_files() -> None:
    folders = [path.parent for path in PYTHON_FILES if top_name(path) != "tests"]
    crowded = {relative(folder): folders.count(folder) for folder in folders}
    assert {name: count for name, count in crowded.items() if count > MAX_FILES_PER_FOLDER} == {}


def test_no_file_or_folder_has_a_vague_name() -> None:
    names = {
        part.removesuffix(".py").removeprefix("test_") for path in PYTHON_FILES for part in relative(path).split("/")
    }
    assert not names & VAGUE_NAMES


def test_no_text_has_guillemets() -> None:
    assert [relative(path) for path in FILES if set(_text(path)) & set(GUILLEMETS)] == []


def _text(path: Path) -> str:
    """Return the file's content, or nothing where it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_variable_is_called_each() -> None:
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in PYTHON_FILES
        for node in ast.walk(syntax_tree(path))
        if (isinstance(node, ast.Name) and node.id == "each" and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.arg) and node.arg == "each")
    ]
    assert wrong == []


def test_each_test_file_is_named_after_the_file_it_tests() -> None:
    missing = {}
    for path in TEST_FILES:
        inside = path.relative_to(ROOT / "tests")
        mirrored = inside.with_name(inside.name.removeprefix("test_")).as_posix()
        tested = TESTS_OF_AN_ASPECT.get(inside.as_posix(), mirrored)
        if inside.parts[0] not in NOT_MIRRORED and not (ROOT / tested).is_file():
            missing[inside.as_posix()] = tested
    assert missing == {}


def test_each_exception_in_the_names_of_test_files_is_needed() -> None:
    assert {name for name in TESTS_OF_AN_ASPECT if not (ROOT / "tests" / name).is_file()} == set()
