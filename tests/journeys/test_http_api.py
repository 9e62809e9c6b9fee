"""The API of a running dashboard: the examples of docs/api.md as written, and its widgets at the root."""

from __future__ import annotations

import re
import subprocess
import sys

import httpx
import pytest

from tests.support.dashboard import Dashboard
from tests.support.paths import ROOT

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.xdist_group("dashboard")]

DOCUMENTED = "http://localhost:8501"


def examples(language: str, dashboard: Dashboard) -> list[str]:
    """Return the documented examples in that language, with the address of the dashboard."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)
    assert blocks and all(DOCUMENTED in block for block in blocks)
    return [block.replace(DOCUMENTED, f"http://localhost:{dashboard.port}") for block in blocks]


def test_the_python_example_prints_the_supports(dashboard: Dashboard) -> None:
    (example,) = examples("python", dashboard)
    ran = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.startswith("['") and ran.stdout.count("'") == 6


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_the_addresses_of_the_examples_with_curl_bring_figures_and_a_picture(dashboard: Dashboard) -> None:
    (block,) = examples("sh", dashboard)
    figures, changes, picture = re.findall(r'^curl .*"(http[^"]+)"$', block, flags=re.MULTILINE)
    with httpx.Client(trust_env=False, timeout=120) as client:
        assert client.get(figures).json()["symbol"] == "CIFR"
        assert {change["symbol"] for change in client.get(changes).json()["changes"]} == {"CIFR", "IREN"}
        assert client.get(picture).content.startswith(b"\x89PNG")


def test_the_address_in_the_cell_of_a_spreadsheet_answers(dashboard: Dashboard) -> None:
    (formula,) = examples("text", dashboard)
    (address,) = re.findall(r'"(http[^"]+)"', formula)
    with httpx.Client(trust_env=False) as client:
        assert client.get(address).json()["as_of"] == "2025-11-24"
        assert "levelboard_chart" in client.get(f"http://localhost:{dashboard.port}/widgets.json").json()
