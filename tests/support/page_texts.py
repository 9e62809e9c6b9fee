"""What a viewer reads on a page under Streamlit's AppTest: its messages and figures, and the texts in its chart."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from streamlit.testing.v1 import AppTest


def plain(markdown: str) -> str:
    """Return the text without the escapes of Markdown."""
    return re.sub(r"\\(.)", r"\1", markdown)


def heading(at: AppTest) -> str | None:
    return plain(at.title[0].value) if at.title else None


def messages(at: AppTest) -> str:
    """Return all messages and captions, one a line."""
    return plain("\n".join(text.value for text in (*at.error, *at.warning, *at.info, *at.success, *at.caption)))


def alerts(at: AppTest) -> list[str]:
    """Return the messages in boxes, without those of the sidebar."""
    return [plain(box.value) for box in (*at.main.error, *at.main.warning, *at.main.info, *at.main.success)]


def summary(at: AppTest) -> str:
    """Return the longest text of the page: the summary of the Levels page."""
    return max((plain(text.value) for text in at.main.markdown), key=len)


def metrics(at: AppTest) -> dict[str, tuple[str, str]]:
    """Return figure and change by name."""
    return {metric.label: (plain(metric.value), plain(metric.delta)) for metric in at.metric}


def button_labels(at: AppTest) -> list[str]:
    return [plain(button.label) for button in at.button]


def chart_text(at: AppTest) -> str:
    """Return the texts drawn in the page's one chart, one a line, as a browser shows them."""
    texts = [annotation["text"] for annotation in _figure(at)["layout"]["annotations"]]
    return html.unescape(re.sub(r"<[^>]*>", " ", "\n".join(texts)))


def axis_top(at: AppTest) -> float:
    """Return the upper end of the chart's price axis."""
    return float(_figure(at)["layout"]["yaxis"]["range"][1])


def _figure(at: AppTest) -> dict[str, Any]:
    (chart,) = at.get("plotly_chart")
    figure: dict[str, Any] = json.loads(chart.proto.spec)
    return figure
