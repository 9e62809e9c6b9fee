"""The locks hold what requirements.txt asks for, checked by hash, and name no place of the machine that made them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.support.paths import ROOT

LOCKS = [ROOT / "requirements.lock", ROOT / "tests" / "requirements.lock", ROOT / "benchmarks" / "requirements.lock"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")


def entries(lock: Path) -> list[str]:
    """One string a pinned package, its hashes with it."""
    text = re.sub(r"^ *#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [splitline for splitline in text.replace("\\\n", " ").splitlines() if splitline.strip()]


def pinned(lock: Path, python: str) -> dict[str, str]:
    """What the lock installs on that Python, on Linux: version by name."""
    machine = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    parsed = [Requirement(entry.partition("--hash")[0]) for entry in entries(lock)]
    return {
        each.name.lower(): str(each.specifier).removeprefix("==")
        for each in parsed
        if each.marker is None or each.marker.evaluate(machine)
    }


def wanted(file: Path) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def named(lock: Path) -> str:
    return str(lock.relative_to(ROOT))


@pytest.mark.parametrize("lock", LOCKS, ids=named)
def test_every_package_is_pinned_by_hash(lock: Path) -> None:
    assert all(re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry) for entry in entries(lock))


@pytest.mark.parametrize("lock", LOCKS, ids=named)
def test_no_address_and_no_path_of_a_machine(lock: Path) -> None:
    assert not re.search(r"://|--(index|find|extra)|/opt|/root", lock.read_text(encoding="utf-8"))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS, ids=named)
def test_each_python_gets_what_is_asked_for(lock: Path, python: str) -> None:
    machine = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    versions = pinned(lock, python)
    for each in [*wanted(ROOT / "requirements.txt"), *wanted(lock.with_suffix(".txt"))]:
        if each.marker is None or each.marker.evaluate(machine):
            assert each.specifier.contains(versions[each.name.lower()], prereleases=True), str(each)


@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_gets_one_edition_of_pandas_ta(python: str) -> None:
    editions = {"pandas-ta", "pandas-ta-classic"} & set(pinned(LOCKS[0], python))
    assert editions == ({"pandas-ta"} if python in ("3.12", "3.13") else {"pandas-ta-classic"})


def test_tests_run_on_the_versions_that_are_served() -> None:
    for python in PYTHONS:
        served = pinned(LOCKS[0], python)
        assert served.items() <= pinned(LOCKS[1], python).items()
