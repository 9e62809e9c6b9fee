"""The technical read: each of its claims is parsed and checked against the Analysis and the bars."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from indicators import analyse, find_trendlines, technical_read
from indicators.analysis import Analysis
from indicators.summary.clauses import Clause, Rank, compose
from indicators.summary.facts import Place, summary_facts
from indicators.summary.level_phrases import Wording
from market import PriceHistory, PriceTarget
from market.sample import sample
from tests.support import real_googl
from tests.support.generated_analyses import tickers
from tests.support.generated_bars import walk
from tests.support.real_prices import SYMBOLS, needs_real_prices, real_bars
from tests.support.summary_checker import check
from tickers.replay import replay

ARTICLE_DAY = date(2025, 11, 24)
ARTICLE_TARGETS = {
    "CIFR": PriceTarget("CIFR", "JP Morgan", ARTICLE_DAY, 18.0, 12.0, "Overweight", "Neutral"),
    "CLSK": PriceTarget("CLSK", "JP Morgan", ARTICLE_DAY, 14.0, 14.0, "Overweight", "Neutral"),
    "IREN": PriceTarget("IREN", "JP Morgan", ARTICLE_DAY, 39.0, 28.0, "Underweight", "Underweight"),
}


def checked_read(analysis: Analysis) -> str:
    """Return the read after checking every claim in it."""
    text = technical_read(analysis)
    try:
        check(text, analysis)
    except AssertionError as error:
        raise AssertionError(f"{text}\n{error}") from error
    return text


def history_of(bars: pd.DataFrame, **changed: object) -> PriceHistory:
    return PriceHistory(**{"symbol": "CIFR", "name": "Cipher Mining Inc.", "currency": "USD", "bars": bars} | changed)


def flat(sessions: int, price: float = 7.0) -> pd.DataFrame:
    days = pd.bdate_range(end=ARTICLE_DAY, periods=sessions, name="date")
    return pd.DataFrame(price, index=days, columns=["open", "high", "low", "close"]).assign(volume=0.0)


def bars_ending_in(*closes: float, before: int = 300) -> pd.DataFrame:
    """Return a calm stretch at 10, then these closes, the last of them on the day of the article."""
    close = np.concatenate([10.0 + 0.05 * np.sin(np.arange(before)), closes])
    days = pd.bdate_range(end=ARTICLE_DAY, periods=close.size, name="date")
    opened = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opened, close) + 0.02, np.minimum(opened, close) - 0.02
    return pd.DataFrame({"open": opened, "high": high, "low": low, "close": close, "volume": 1.0}, index=days)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))])
def test_every_claim_holds_for_generated_tickers(seed):
    for history, targets in tickers(40, seed):
        checked_read(analyse(history, targets))


@pytest.mark.soak
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_every_claim_holds_for_thousands_of_generated_tickers(scale):
    for seed in range(100, 150):
        for history, targets in tickers(60, seed):
            checked_read(analyse(history, targets, scale=scale))


def test_every_claim_holds_on_the_log_scale():
    for history, targets in tickers(40, seed=99):
        checked_read(analyse(history, targets, scale="log"))


@pytest.mark.parametrize("interval", ["1wk", "1mo"])
def test_every_claim_holds_on_weekly_and_monthly_bars(interval):
    for history, targets in tickers(60, seed=41):
        checked_read(analyse(history, targets, interval=interval))


@needs_real_prices
@pytest.mark.parametrize("interval", ["1wk", "1mo"])
def test_every_claim_holds_on_weekly_and_monthly_bars_of_real_prices(interval):
    texts = []
    for symbol in SYMBOLS:
        history = history_of(real_bars(symbol), symbol=symbol)
        days = history.bars.index[300::83]
        texts += [checked_read(analyse(history, as_of=day.date(), interval=interval)) for day in days]
    unit = {"1wk": "week", "1mo": "month"}[interval]
    assert any(f"20-{unit} EMA" in text for text in texts) and not any("-day " in text for text in texts)


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_claim_holds_on_real_bars(symbol):
    splits = {"splits": real_googl.SPLITS} if symbol == "GOOGL" else {}
    history = history_of(real_bars(symbol), symbol=symbol, **splits)
    targets = (
        real_googl.targets() if symbol == "GOOGL" else [ARTICLE_TARGETS[symbol]] if symbol in ARTICLE_TARGETS else []
    )
    for day in history.bars.index[60::97]:
        checked_read(analyse(history, targets, as_of=day.date()))


FALSE_WORDS = (
    ("up", "down"),
    ("closed at", "trades near"),
    ("above", "below"),
    ("below", "above"),
    ("rising", "falling"),
    ("falling", "rising"),
    ("reclaimed", "lost"),
    ("lost", "reclaimed"),
    ("20-day", "50-day"),
    ("50-day", "100-day"),
    ("upper", "middle"),
    ("zone", "trendline"),
    ("raised", "cut"),
    ("upgraded", "downgraded"),
    ("three", "four"),
    ("two", "three"),
    ("all four", "all three"),
    ("higher lows", "lower lows"),
    ("tentative ", ""),
    (" would leave", " would, perhaps, leave"),
    ("Monday", "Tuesday"),
    ("Friday", "Thursday"),
)


def figure_ends(text: str) -> list[int]:
    """Return where each price, percentage and count in digits ends."""
    figures = re.finditer(r"(?<![\d.,-])\d+(?:,\d{3})*(?:\.\d+)?(?![\d-]| [A-Z][a-z]{2})", text)
    return [figure.end() for figure in figures]


@pytest.mark.slow
def test_the_checker_rejects_false_claims():
    """Change one word or figure of a true read, and the checker must fail it."""
    tried = missed = 0
    for history, targets in tickers(110, seed=5):
        analysis = analyse(history, targets)
        text = checked_read(analysis)
        altered = [text.replace(word, other, 1) for word, other in FALSE_WORDS if re.search(rf"\b{word}\b", text)]
        altered += [f"{text[: end - 1]}{(int(text[end - 1]) + 3) % 10}{text[end:]}" for end in figure_ends(text)]
        for false_text in altered:
            tried += false_text != text
            try:
                check(false_text, analysis)
            except (AssertionError, KeyError, ValueError, StopIteration, IndexError):
                continue
            missed += false_text != text
    assert tried > 1000 and missed == 0


def history_until(history: PriceHistory, day: pd.Timestamp) -> PriceHistory:
    return replace(history, bars=history.bars.loc[:day], in_progress=False)


def test_uses_nothing_later_and_is_the_same_every_time():
    for history, targets in tickers(40, seed=7):
        day = history.bars.index[len(history.bars) // 2]
        known = [target for target in targets if target.date <= day.date()]
        then = technical_read(analyse(replace(history, in_progress=False), targets, as_of=day.date()))
        assert then == technical_read(analyse(history_until(history, day), known))
        assert then == technical_read(analyse(history_until(history, day), known[::-1]))


def test_reads_of_a_watchlist_differ_in_wording():
    reads = [technical_read(analyse(*ticker)) for ticker in tickers(60, seed=11) if len(ticker[0].bars) > 14]
    shapes = {re.sub(r"\d[\d,.]*|\b[A-Z][\w.-]+", "_", read) for read in reads}
    assert len(shapes) > 0.9 * len(reads)


# What the article of 2025-11-24 reported, in its order; it had the labels of CIFR's two EMAs the wrong way round


def assert_contains_in_order(text: str, *patterns: str) -> None:
    assert re.search(".*".join(patterns), text), text


def read_of_article_day(symbol: str, price: float) -> str:
    bars = real_bars(symbol).loc[: pd.Timestamp(ARTICLE_DAY)].copy()
    bars.iloc[-1, bars.columns.get_loc("close")] = price
    return checked_read(analyse(history_of(bars, symbol=symbol, in_progress=True), [ARTICLE_TARGETS[symbol]]))


@needs_real_prices
def test_cifr_read_on_the_day_of_the_article():
    assert_contains_in_order(
        read_of_article_day("CIFR", 16.77),
        r"CIFR trades near \$16\.77 on Monday, up 18\.5%",
        r"after bouncing from a tentative rising trendline at \$13\.\d\d",
        r"reclaimed the 50-day EMA at \$15\.89; next resistance is the 20-day EMA at \$16\.91",
        r"support is the zone from \$13\.55 to \$15\.54",
        r"On Monday, JPMorgan upgraded it to Overweight from Neutral and lifted its target to \$18 from \$12",
    )


@needs_real_prices
def test_clsk_read_on_the_day_of_the_article():
    assert_contains_in_order(
        read_of_article_day("CLSK", 11.15),
        r"CLSK trades near \$11\.15 on Monday, up 14\.6%, after bouncing from its rising trendline at \$9\.\d\d",
        r"stands below all four EMAs; next resistance is the 200-day EMA at \$12\.42",
        r"support is the foot of a zone at \$11\.04",
        r"JPMorgan upgraded it to Overweight from Neutral and kept its target at \$14",
    )


@needs_real_prices
def test_iren_read_on_the_day_of_the_article():
    assert_contains_in_order(
        read_of_article_day("IREN", 48.16),
        r"IREN trades near \$48\.16 on Monday",
        r"JPMorgan's \$39 target, raised from \$28 on Monday with its rating left at Underweight, stands 19% below",
    )


@pytest.mark.parametrize("symbol", sample.SYMBOLS)
def test_every_claim_holds_for_the_sample(symbol):
    text = checked_read(analyse(sample.history(symbol), sample.targets(symbol)))
    assert text.startswith(f"{symbol} closed at ") and "JPMorgan" in text


def test_the_sample_reads_like_the_article_with_the_two_ema_labels_corrected():
    assert_contains_in_order(
        technical_read(analyse(sample.history("CIFR"), sample.targets("CIFR"))),
        r"CIFR closed at \$16\.77 on Monday, up 18\.6%",
        r"after bouncing from its rising trendline at \$14\.\d\d",
        r"reclaimed the 50-day EMA at \$15\.89; next resistance is the 20-day EMA at \$16\.91",
        r"support is the zone from \$14\.02 to \$14\.88; losing the trendline would expose",
        r"JPMorgan \(Reginald Smith, Charles Pearce\) upgraded it to Overweight from Neutral",
        r"lifted its target to \$18 from \$12, 7% above the price, for December 2026\.",
    )
    assert_contains_in_order(
        technical_read(analyse(sample.history("CLSK"), sample.targets("CLSK"))),
        r"CLSK closed at \$11\.15 on Monday, up 14\.6%, after bouncing from its rising trendline",
        r"held for more than a year",
        r"stands below all four EMAs; next resistance is the 200-day EMA at \$12\.42",
        r"losing the trendline would expose the zone from \$8\.75 to \$9\.77",
        r"upgraded it to Overweight from Neutral and kept its target at \$14",
    )
    assert_contains_in_order(
        technical_read(analyse(sample.history("IREN"), sample.targets("IREN"))),
        r"IREN closed at \$48\.16 on Monday, up 13\.8%",
        r"JPMorgan's \$39 target, raised from \$28 on Monday, stands 19% below the price\.",
    )


# One situation per test


def test_read_of_a_single_session():
    text = checked_read(analyse(history_of(bars_ending_in(10.5, before=0))))
    assert text == "CIFR closed at $10.50 on Monday. Its only session so far has ranged between $10.48 and $10.52."


def test_read_of_a_stock_that_never_moved():
    assert checked_read(analyse(history_of(flat(300)))) == (
        "CIFR closed at $7.00 on Monday, unchanged. Its price hardly moves, so no level is named."
    )


def test_a_session_in_progress_trades_near_its_price_and_an_earlier_one_traded():
    bars = bars_ending_in(10.4)
    assert "CIFR trades near $10.40 on Monday, up" in checked_read(analyse(history_of(bars, in_progress=True)))
    text = technical_read(analyse(history_of(bars, in_progress=True), as_of=ARTICLE_DAY + timedelta(days=1)))
    assert text.startswith("CIFR traded near $10.40 on Monday, up")


def test_a_weekend_reports_the_friday_before():
    bars = bars_ending_in(10.4).shift(-1, freq="B")
    assert bars.index[-1].date() == date(2025, 11, 21)
    assert checked_read(analyse(history_of(bars), as_of=date(2025, 11, 23))).startswith(
        "CIFR closed at $10.40 on Friday, up"
    )


def test_a_session_long_past_is_named_by_its_date():
    text = technical_read(analyse(history_of(bars_ending_in(10.4)), as_of=date(2026, 3, 1)))
    assert text.startswith("CIFR closed at $10.40 on 24 Nov 2025, up")


def test_a_new_52_week_high_is_reported():
    text = checked_read(analyse(history_of(bars_ending_in(10.3, 10.7, 11.2, 12.0))))
    assert "setting a record high of $12.02" in text
    assert "It stands above all four EMAs" in text


def test_a_higher_high_of_more_than_52_weeks_ago_does_not_count():
    bars = bars_ending_in(10.3, 10.7, 11.2, 12.0)
    bars.iloc[3, bars.columns.get_loc("high")] = 30.0
    assert bars.index[3].date() < ARTICLE_DAY - timedelta(weeks=52)
    assert "setting a 52-week high of $12.02" in checked_read(analyse(history_of(bars)))


def test_a_52_week_high_needs_bars_of_52_weeks():
    assert "52-week" not in checked_read(analyse(history_of(bars_ending_in(10.3, 10.7, 11.2, 12.0, before=120))))


def test_emas_reclaimed_days_ago_are_reported_with_the_day():
    text = checked_read(analyse(history_of(bars_ending_in(9.6, 9.5, 9.4, 9.3, 10.6, 10.7, 10.8))))
    assert "On 20 Nov it reclaimed the 20-, 50-, 100- and 200-day EMAs, from $10.00 to $10.05; next" in text


def test_emas_lost_today_become_resistance():
    text = checked_read(analyse(history_of(bars_ending_in(10.6, 10.7, 10.8, 9.4))))
    assert "down 13.0%" in text and "It lost the 20-, 50-, 100- and 200-day EMAs, from $" in text


# The day's story; the checker compares every read with detectors of its own


def rising_for(sessions: int, step: float = 0.002, start: float = 10.0) -> pd.DataFrame:
    """Return bars that rise by that share each day, with a range of 1% and usual volume."""
    close = start * np.cumprod(np.full(sessions, 1.0 + step))
    days = pd.bdate_range(end=ARTICLE_DAY, periods=sessions, name="date")
    bars = pd.DataFrame({"open": close, "high": close * 1.005, "low": close * 0.995, "close": close}, index=days)
    return bars.assign(volume=1_000.0)


def with_last_bar(bars: pd.DataFrame, **changed: float) -> Analysis:
    """Return the analysis of `bars` with figures of the last one as shares of the close before it."""
    bars = bars.copy()
    before = bars["close"].iloc[-2]
    for name, share in changed.items():
        bars.iloc[-1, bars.columns.get_loc(name)] = share * (1.0 if name == "volume" else before)
    return analyse(history_of(bars))


def test_a_gap_of_an_atr_is_reported():
    up = checked_read(with_last_bar(rising_for(300), open=1.05, high=1.07, low=1.04, close=1.06))
    assert "up 6.0% with a gap up, setting a record high of" in up
    down = checked_read(with_last_bar(rising_for(300), open=0.95, high=0.96, low=0.93, close=0.94))
    assert "down 6.0% with a gap down" in down
    assert "gap" not in checked_read(with_last_bar(rising_for(300), open=1.01, high=1.02, low=1.0055, close=1.01))


def test_volume_of_twice_its_mean_is_reported():
    assert "Volume was 2.0 times its 50-day mean." in checked_read(with_last_bar(rising_for(300), volume=2_000.0))
    assert "Volume" not in checked_read(with_last_bar(rising_for(300), volume=1_990.0))
    assert "Volume" not in checked_read(with_last_bar(rising_for(50), volume=9_000.0)), "49 sessions before"


def test_a_reversal_within_the_day_is_reported():
    up = checked_read(with_last_bar(rising_for(300), open=1.0, high=1.005, low=0.96, close=1.002))
    assert "recovering from the day's low of $" in up
    down = checked_read(with_last_bar(rising_for(300), open=1.0, high=1.05, low=0.999, close=1.002))
    assert "up 0.2%, setting a record high of $19.08 before falling back." in down
    through = checked_read(with_last_bar(rising_for(300, -0.002), open=1.0, high=1.03, low=0.985, close=0.99))
    assert "falling back from the day's high of $5.66 to a 52-week low of $5.41." in through
    closed_gap = checked_read(with_last_bar(rising_for(300), open=0.97, high=1.005, low=0.967, close=1.002))
    assert "recovering from the day's low of $" in closed_gap, "the low was that of the open"
    steady = checked_read(with_last_bar(rising_for(300), open=1.0, high=1.001, low=0.958, close=0.96))
    assert "falling back" not in steady, "it opened at the close before and only fell"


@pytest.mark.parametrize(("step", "kind"), [(0.01, "golden"), (-0.01, "death")])
def test_a_cross_of_the_averages_is_news_for_five_sessions(step, kind):
    fall = np.linspace(1.0, 1.0 - 40 * step, 260)
    close = 10.0 * np.concatenate([fall, fall[-1] * np.cumprod(np.full(120, 1.0 + step))])
    days = pd.bdate_range("2024-01-01", periods=close.size, name="date")
    bars = pd.DataFrame({"open": close, "high": close * 1.001, "low": close * 0.999, "close": close}, index=days)
    history = history_of(bars.assign(volume=1_000.0))
    reads = [checked_read(analysis) for analysis in replay(history, [], [day.date() for day in days[260:]])]
    reported = [f"made a {kind} cross" in read for read in reads]
    assert sum(reported) == 5 and reported[reported.index(True) :][:5] == [True] * 5


def test_an_old_high_broken_this_week_is_reported():
    close = np.concatenate([np.linspace(8.0, 10.0, 30), np.full(270, 9.0), [9.5, 10.5, 10.6]])
    days = pd.bdate_range(end=ARTICLE_DAY, periods=close.size, name="date")
    bars = pd.DataFrame({"open": close, "high": close, "low": close - 0.1, "close": close}, index=days)
    text = checked_read(analyse(history_of(bars.assign(volume=1_000.0))))
    assert "It broke its old high of $10.00 on Friday." in text


def test_a_long_story_leaves_the_least_important_out_and_never_runs_over():
    sentences = (
        (Clause("one two three"), Clause(", four five", Rank.BEYOND)),
        (Clause(" ".join(["word"] * 30), Rank.NEXT), Clause(" more", Rank.EXPOSED)),
        (Clause(" ".join(["tail"] * 45), Rank.STORY), Clause(" end", Rank.DETAILS)),
    )
    assert compose(sentences) == ("one two three, four five.", f"{' '.join(['word'] * 30)}.")


# What readers of charts called wrong


@needs_real_prices
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_nothing_far_away_and_no_middle_band_is_named(symbol):
    history = history_of(real_bars(symbol), symbol=symbol)
    for analysis in replay(history, [], [day.date() for day in history.bars.index[260::41]]):
        text = checked_read(analysis)
        assert "middle" not in text and "now the next resistance" not in text
        for figure in re.findall(r"[$](\d+\.\d\d)", text):
            assert abs(float(figure) / analysis.price - 1.0) <= 0.2501
            assert abs(float(figure) - analysis.price) <= 10.0 * analysis.atr + 0.005


def test_prices_in_pence_and_in_a_currency_without_a_sign():
    assert "closed at 10.40p on Monday" in checked_read(analyse(history_of(bars_ending_in(10.4), currency="GBp")))
    assert "closed at CHF 10.40 on Monday" in checked_read(analyse(history_of(bars_ending_in(10.4), currency="CHF")))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "On Monday, JPMorgan upgraded it to Overweight from Neutral and lifted its target to $18 from $12, 73%"),
        ({"date": date(2025, 11, 21)}, "On Friday, JPMorgan upgraded it"),
        ({"date": date(2025, 11, 18)}, "On 18 Nov, JPMorgan upgraded it"),
        ({"date": date(2025, 11, 17)}, "JPMorgan's $18 target stands 73% above the price."),
        (
            {"prior_target": 20.0},
            "upgraded it to Overweight from Neutral but cut its target to $18 from $20, 73% above",
        ),
        ({"prior_target": 18.0}, "upgraded it to Overweight from Neutral and kept its target at $18, 73% above"),
        ({"prior_target": None}, "upgraded it to Overweight from Neutral with a target of $18, 73% above"),
        ({"prior_rating": None, "action": "initiated"}, "initiated coverage at Overweight with a target of $18, 73%"),
        (
            {"prior_rating": "Overweight"},
            "target, raised from $12 on Monday with its rating left at Overweight, stands",
        ),
        ({"rating": None, "prior_rating": None}, "JPMorgan's $18 target, raised from $12 on Monday, stands 73% above"),
        (
            {"target": 10.42, "prior_target": 10.42, "rating": None},
            "JPMorgan's $10.42 target stands level with the price.",
        ),
        ({"target": 99.0}, "On Monday, JPMorgan upgraded it to Overweight from Neutral."),
        ({"currency": "EUR"}, "On Monday, JPMorgan upgraded it to Overweight from Neutral."),
        ({"date": date(2024, 11, 23)}, "The only target on record, $18 by JPMorgan, is more than a year old."),
    ],
)
def test_news_of_one_firm(changed, expected):
    target = replace(ARTICLE_TARGETS["CIFR"], **changed)
    assert expected in checked_read(analyse(history_of(bars_ending_in(10.4)), [target]))


def test_a_rating_replaced_within_the_week_is_no_news():
    upgrade = replace(ARTICLE_TARGETS["CIFR"], date=date(2025, 11, 20))
    back = PriceTarget("CIFR", "J.P. Morgan", ARTICLE_DAY, 12.0, 18.0, "Neutral", "Overweight")
    text = checked_read(analyse(history_of(bars_ending_in(10.4)), [upgrade, back]))
    assert "downgraded it to Neutral from Overweight and cut its target to $12 from $18" in text
    assert "upgraded it to Overweight" not in text


def test_a_trendline_is_called_that_one_only_right_after_its_name():
    wording = Wording(summary_facts(analyse(history_of(walk(400)))))
    lines = find_trendlines(walk(400))[:2]
    names = [wording.trendline(line) for line in (lines[0], lines[0], lines[1], lines[0])]
    assert names[1] == "that trendline" and "that" not in "".join([names[0], *names[2:]])


def test_a_zone_with_one_price_given_already_is_named_by_the_other():
    analysis = analyse(history_of(walk(400)))
    zone = next(zone for zone in analysis.zones if zone.high < analysis.price)
    level = next(level for level in analysis.levels if level.price == zone.high and level.kind == "zone")
    wording = Wording(summary_facts(analysis))
    place = Place(level, zone.low, zone.high)
    high, low = wording.figure(zone.high), wording.figure(zone.low)
    for given, name in (
        ((), f"the zone from {low} to {high}"),
        ((high,), f"the zone down to {low}"),
        ((low,), f"a zone at {high}"),
        ((low, high), "a zone"),
    ):
        wording.printed = set(given)
        assert wording.says_where(place) == (name != "a zone")
        assert wording.place(place) == name


def test_several_firms_are_summarized_by_range_and_mean():
    rows = [
        replace(ARTICLE_TARGETS["CIFR"], firm=firm, target=at, date=date(2025, 9, 1))
        for firm, at in zip("ABC", (9, 12, 18), strict=True)
    ]
    text = checked_read(analyse(history_of(bars_ending_in(10.4)), rows))
    assert text.endswith("The targets of three firms run from $9 to $18 and average $13, 25% above the price.")
    text = checked_read(analyse(history_of(bars_ending_in(10.04)), [*rows, ARTICLE_TARGETS["CIFR"]]))
    assert text.endswith("79% above the price. All four firms' targets average $14.25, 42% above the price.")


def test_names_with_line_breaks_stay_on_one_line():
    target = replace(
        ARTICLE_TARGETS["CIFR"],
        firm="  Odd\n House ",
        rating="Sector\tOutperform",
        prior_rating=None,
        action="upgraded",
    )
    assert "Odd House upgraded it to Sector Outperform" in technical_read(
        analyse(history_of(bars_ending_in(10.4)), [target])
    )


def test_every_claim_holds_for_a_long_walk():
    checked_read(analyse(history_of(walk(1260), symbol="X")))
