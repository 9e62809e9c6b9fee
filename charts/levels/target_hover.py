"""What is told of price targets on hover."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.analysis import Analysis
from indicators.analysts.target_notes import doubt_phrase
from indicators.analysts.targets import CurrentTarget
from indicators.odds.forecasts import target_forecast
from text import numbers
from text.escape import escape_plotly
from text.numbers import PriceFormat

MAX_LISTED = 12  # firms in one hover label


def target_hover(target: CurrentTarget, analysis: Analysis, written: PriceFormat) -> str:
    """Return everything known about a firm's target, one fact per line."""
    forecast = target_forecast(analysis, target)
    lines = [f"<b>{escape_plotly(target.firm)}</b>" + (f" · {escape_plotly(target.analyst)}" if target.analyst else "")]
    if target.rating:
        changed = target.prior_rating and target.prior_rating != target.rating
        lines.append(escape_plotly(f"{target.rating} from {target.prior_rating}" if changed else target.rating))
    lines.append(_target_and_upside(target, written))
    if target.horizon:
        lines.append(f"Horizon: {escape_plotly(target.horizon)}")
    if forecast is not None:
        lines.append(forecast.sentence)
    doubt, own = f", {doubt_phrase(target)}" * (not target.counted), ", own target" * (target.source == "own")
    lines.append(f"{numbers.format_day(target.date)}{doubt}{own}")
    if target.note:
        lines.append(f"<i>{escape_plotly(target.note, 90)}</i>")
    return "<br>".join(lines)


def target_list_hover(targets: Sequence[CurrentTarget], written: PriceFormat) -> str:
    """Return one line for each target: firm, target, upside and day."""
    lines = [
        f"{escape_plotly(target.firm)} <b>{written.target_number(target.target)}</b>"
        f" {numbers.format_whole_percent(target.upside_pct)} · {numbers.format_day(target.date)}"
        for target in targets
    ]
    more = [f"and {len(lines) - MAX_LISTED} more"] if len(lines) > MAX_LISTED else []
    return "<br>".join(lines[:MAX_LISTED] + more)


def _target_and_upside(target: CurrentTarget, written: PriceFormat) -> str:
    text = escape_plotly(written.target(target.target))
    if target.prior_target is not None:
        text += f" from {escape_plotly(written.target(target.prior_target))}"
    return f"{text}, {numbers.format_percent(target.upside_pct)} vs. price"
