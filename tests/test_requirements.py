"""The locks satisfy requirements.txt, pin every package by hash, and hold no address of the machine they come from."""

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
    """Return one string per pinned package, with its hashes."""
    text = re.sub(r"^ *#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def pinned(lock: Path, python: str) -> dict[str, str]:
    """Return what the lock installs on that Python on Linux, as version by name."""
    machine = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    parsed = [Requirement(entry.partition("--hash")[0]) for entry in entries(lock)]
    return {
        requirement.name.lower(): str(requirement.specifier).removeprefix("==")
        for requirement in parsed
        if requirement.marker is None or requirement.marker.evaluate(machine)
    }


def requirements_in(file: Path) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def relative(lock: Path) -> str:
    return str(lock.relative_to(ROOT))


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_every_package_is_pinned_by_hash(lock: Path) -> None:
    assert all(re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry) for entry in entries(lock))


@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_locks_hold_no_address_or_path_of_a_machine(lock: Path) -> None:
    assert not re.search(r"://|--(index|find|extra)|/opt|/root", lock.read_text(encoding="utf-8"))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS, ids=relative)
def test_each_python_gets_the_requested_versions(lock: Path, python: str) -> None:
    machine = {**default_environment(), "python_version": python, "python_full_version": f"{python}.9"}
    versions = pinned(lock, python)
    for requirement in [*requirements_in(ROOT / "requirements.txt"), *requirements_in(lock.with_suffix(".txt"))]:
        if requirement.marker is None or requirement.marker.evaluate(machine):
            version = versions[requirement.name.lower()]
            assert requirement.specifier.contains(version, prereleases=True), str(requirement)


@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_gets_one_edition_of_pandas_ta(python: str) -> None:
    editions = {"pandas-ta", "pandas-ta-classic"} & set(pinned(LOCKS[0], python))
    assert editions == ({"pandas-ta"} if python in ("3.12", "3.13") else {"pandas-ta-classic"})


def test_tests_run_on_the_same_versions_as_the_dashboard() -> None:
    for python in PYTHONS:
        served = pinned(LOCKS[0], python)
        assert served.items() <= pinned(LOCKS[1], python).items()
