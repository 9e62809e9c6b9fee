"""The Evidence page: what was measured on one ticker or on all of them, in words, a picture and tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from indicators import analyse
from indicators.analysis import Analysis
from market import PriceHistory, PriceTarget
from tests.support.app_pages import at_page
from tests.support.generated_bars import walk
from tests.support.page_texts import plain

pytestmark = pytest.mark.apptest

__all__ = ["at_page"]


@pytest.fixture
def shown(at_page, monkeypatch) -> Callable[..., AppTest]:
    """Opens the page with these analyses loaded."""

    def page(*analyses: Analysis, **query: str) -> AppTest:
        def load(_: object, symbols: tuple[str, ...]) -> list[Analysis]:
            return [analysis for analysis in analyses if analysis.symbol in symbols]

        monkeypatch.setattr("ui.loading.batch_run.load_analyses", load)
        return at_page("evidence", source="Sample", **query)

    return page


def generated(symbol: str, seed: int, *rows: PriceTarget) -> Analysis:
    return analyse(PriceHistory(symbol, symbol, "USD", walk(520, seed)), rows)


def target(days: date, ratio: float = 1.1) -> PriceTarget:
    return PriceTarget("CIFR", "Alder", days, float(walk(520, 3)["close"].iloc[-1]) * ratio)


def texts(at: AppTest) -> str:
    return plain("\n".join(text.value for text in (*at.markdown, *at.caption)))


def test_one_ticker_shows_its_evidence_and_the_path_of_each_target(shown: Callable[..., AppTest]) -> None:
    last = walk(520, 3).index[-1].date()
    at = shown(generated("CIFR", 3, target(last), target(walk(520, 3).index[80].date(), 1.2)), ticker="CIFR")
    assert "within 63 sessions" in texts(at) and "levels without meaning" in texts(at)
    assert "Of 100 such targets" in texts(at)
    odds, kinds, earlier, paths = (frame.value for frame in at.dataframe)
    assert odds["Said"][6] == "60 to 70%"
    assert list(kinds["Level"])[:2] == ["EMA 20", "EMA 50"]
    assert earlier["Targets"].sum() == 1
    (path,) = paths.to_dict("records")
    assert path["Firm"] == "Alder" and path["Touch"].startswith("Touch by ")
    assert path["Nearest first"].count("ATR)") == min(path["Levels"], 4)
    assert len(at.get("plotly_chart")) == 1


def test_all_tickers_are_measured_together(shown: Callable[..., AppTest]) -> None:
    at = shown(generated("CIFR", 3), generated("CLSK", 4), ticker="CIFR")
    one = at.dataframe[1].value["Visits"]
    assert at.selectbox(key="evidence-of").options[:2] == ["CIFR", "CLSK"]
    at.selectbox(key="evidence-of").set_value("Watchlist Miners").run()
    assert not at.exception
    both = at.dataframe[1].value["Visits"]
    assert (both >= one).all() and both.sum() > one.sum()
    assert "Choose one ticker above" in texts(at)


def test_without_targets_the_page_says_so(shown: Callable[..., AppTest]) -> None:
    at = shown(generated("CIFR", 3), ticker="CIFR")
    assert "No target of these tickers is twelve months old yet" in texts(at)
    assert "There are no current targets." in texts(at)


def test_a_new_listing_claims_nothing(shown: Callable[..., AppTest]) -> None:
    at = shown(analyse(PriceHistory("CLSK", "New", "USD", walk(5))), ticker="CLSK")
    assert "There are too few past sessions to tell whether the odds come true" in texts(at)
    assert "there are too few visits to levels to tell whether they hold" in texts(at)
