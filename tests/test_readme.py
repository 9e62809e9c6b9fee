"""The README names only files, pictures, terminal commands and make targets that exist."""

from __future__ import annotations

import re
import shlex

import click

import levelboard
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_each_linked_file_exists() -> None:
    linked = [address for address in re.findall(r"\]\(([^)]+)\)", README) if "://" not in address]
    assert len(linked) >= 7
    assert not [address for address in linked if not (ROOT / address).is_file()]


def test_each_terminal_command_that_it_shows_is_understood() -> None:
    """Parsed, not run: an unknown command, option or choice raises."""
    commands = {command.name: command for command in levelboard.COMMANDS}
    shown = re.findall(r"^python levelboard\.py (.+)$", README, re.MULTILINE)
    assert set(commands) <= {line.split()[0] for line in shown}
    for line in shown:
        name, *arguments = shlex.split(line, comments=True)
        command = commands[name]
        if isinstance(command, click.Group):
            command, arguments = command.commands[arguments[0]], arguments[1:]
        command.make_context(name, arguments).close()


def test_each_make_target_that_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^|\S+=\S+ )make ([a-z-]+)\b", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets
