"""The Evidence page: whether odds came true, whether levels hold, and what stands on the way to each target."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import pandas as pd
import streamlit as st

from charts.evidence_chart import evidence_figure
from indicators.analysis import Analysis
from indicators.odds.evidence import Evidence
from indicators.odds.evidence_sentence import evidence_sentence, targets_sentence
from indicators.odds.forecasts import target_forecast
from indicators.odds.level_holds import Holds
from indicators.odds.reward_risk import TargetPath, target_path
from indicators.odds.target_paths import group_of
from text import numbers
from text.escape import escape_markdown, table_cell
from tickers.evidence import evidence_of
from ui.components import chart
from ui.components.evidence_tables import draw_earlier_targets, draw_kinds, draw_odds
from ui.components.number_columns import round_columns, style_numbers
from ui.loading.batch_run import load_analyses
from ui.sidebar import sidebar, watchlist_picker
from ui.sidebar.sidebar import ViewOptions

MAX_LEVELS_NAMED = 4  # of a path, the nearest
CHART_MIN_PX = 860
PATH_COLUMNS = {
    "Firm": st.column_config.TextColumn(width=112),
    "Target": st.column_config.NumberColumn(width=66),
    "Touch": st.column_config.TextColumn(width=192),
    "Levels": st.column_config.NumberColumn(width=54, help="Between the price and the target"),
    "Nearest first": st.column_config.TextColumn(width=178),
    "Reward": st.column_config.NumberColumn(width=62),
    "Risk": st.column_config.NumberColumn(width=56),
    "Reward/risk": st.column_config.NumberColumn(width=84),
    "Earlier": st.column_config.TextColumn(width=86, help="Of earlier targets with as many levels on the way"),
    "Shuffled": st.column_config.TextColumn(width=86, help="Of targets as far away on the same moves in another order"),
}


def main() -> None:
    st.title("Evidence", anchor=False)
    options = sidebar.view_options()
    chosen = load_analyses(options, _choose_symbols(options))
    if not chosen:
        return
    evidence = _measure(chosen)
    st.markdown(f"**{escape_markdown(evidence_sentence(evidence), 600)}**")
    _draw_picture(evidence, chosen)
    with st.expander("The counts behind the left panel"):
        draw_odds(evidence, "evidence-odds")
    st.subheader("Does this kind of level hold here?", anchor=False)
    draw_kinds(evidence.kinds, "evidence-kinds")
    st.subheader("Targets", anchor=False)
    if sentence := targets_sentence(evidence):
        st.markdown(escape_markdown(sentence, 300))
        draw_earlier_targets(evidence.paths, "evidence-paths")
    else:
        st.caption("No target of these tickers is twelve months old yet, so none can be judged.")
    if len(chosen) == 1:
        _draw_paths(chosen[0], evidence)
    else:
        st.caption("Choose one ticker above to see what stands on the way to each of its targets.")


def _choose_symbols(options: ViewOptions) -> tuple[str, ...]:
    """Let the viewer choose between the ticker looked at last, one of the open watchlist, and all of these."""
    watchlist = watchlist_picker.current_watchlist()
    looked_at = () if options.ticker_error else (options.ticker,)
    choices: dict[str, tuple[str, ...]] = {symbol: (symbol,) for symbol in (*looked_at, *watchlist.symbols)}
    choices |= {f"Watchlist {watchlist.name}": watchlist.symbols}
    name = st.selectbox("Measured on", list(choices), key="evidence-of", width=240)
    return choices.get(name, ())


def _measure(analyses: Sequence[Analysis]) -> Evidence:
    """Return the evidence of all these tickers together; what is not in the store takes two seconds each."""
    with st.empty():
        measured = [_measure_one(analysis, done / len(analyses)) for done, analysis in enumerate(analyses)]
        st.write("")
    return reduce(add, measured)


def _measure_one(analysis: Analysis, share_done: float) -> Evidence:
    st.progress(share_done, f"Walking through the history of {escape_markdown(analysis.symbol)}")
    return evidence_of(analysis)


def _draw_picture(evidence: Evidence, analyses: Sequence[Analysis]) -> None:
    whose = analyses[0].symbol if len(analyses) == 1 else f"{len(analyses)} tickers"
    as_of = max(analysis.as_of for analysis in analyses)
    figure = evidence_figure(evidence, whose, [analysis.source for analysis in analyses], as_of, chart.theme())
    alt = "What came by what was said, and how often each kind of level held beside levels without meaning"
    stem = f"evidence_{analyses[0].symbol if len(analyses) == 1 else 'watchlist'}_{as_of}"
    chart.draw_wide_chart(figure, stem, alt, "evidence-chart", CHART_MIN_PX)


def _draw_paths(analysis: Analysis, evidence: Evidence) -> None:
    """Draw what stands on the way to each current target, and how often earlier ones with as much were met."""
    rows = sorted(analysis.targets, key=lambda target: -target.target)
    if not rows:
        st.caption("There are no current targets.")
        return
    paths = [target_path(analysis, row.target) for row in rows]
    records = {(record.least, record.most): record for record in evidence.paths}
    earlier = [records[group_of(len(path.levels))] for path in paths]
    written = analysis.price_format.number
    frame = pd.DataFrame(
        {
            "Firm": [table_cell(row.firm) for row in rows],
            "Target": [row.target for row in rows],
            "Touch": [forecast.sentence if (forecast := target_forecast(analysis, row)) else "" for row in rows],
            "Levels": [len(path.levels) for path in paths],
            "Nearest first": [_levels_phrase(path) for path in paths],
            "Reward": [path.reward for path in paths],
            "Risk": [path.risk for path in paths],
            "Reward/risk": [path.ratio for path in paths],
            "Earlier": [_met_phrase(record.real) for record in earlier],
            "Shuffled": [_met_phrase(record.shuffled) for record in earlier],
        }
    )
    frame = frame.drop(columns=[name for name in ("Earlier", "Shuffled") if not any(frame[name])])
    places = dict.fromkeys(("Target", "Reward", "Risk"), analysis.price_format.places)
    frame = round_columns(frame, places | {"Reward/risk": 1})
    formats = {"Target": written, "Reward": written, "Risk": written, "Reward/risk": numbers.format_ratio}
    st.dataframe(
        style_numbers(frame, formats),
        hide_index=True,
        height="content" if len(rows) <= 16 else 600,
        column_config=PATH_COLUMNS,
        placeholder="",
        key="evidence-targets",
        alt="The levels between the price and each target, its reward and its risk",
    )


def _levels_phrase(path: TargetPath) -> str:
    """Return "EMA 50 (+1.2 ATR), Zone bottom (+2.0 ATR) and 2 more"."""
    named = [
        level.label
        if level.distance_atr is None
        else f"{level.label} ({numbers.format_signed_number(level.distance_atr)} ATR)"
        for level in path.levels[:MAX_LEVELS_NAMED]
    ]
    rest = len(path.levels) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")


def _met_phrase(holds: Holds) -> str:
    return f"{numbers.format_integer(holds.held)} of {numbers.format_integer(holds.count)} met" if holds.count else ""


main()
