"""One firm's refresh of a sector, as the picture shows it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from charts.firm_refresh_chart import Refresh, firm_refresh_figure, firm_refresh_file_stem, firm_refresh_height
from charts.palette import PALETTES
from indicators import analyse
from indicators.analysts.rating_changes import rating_changes
from market import PriceTarget
from market.sample import sample

DAY = date(2025, 11, 24)
HOSTILE = "<script>alert(1)</script> $x^2$ \u202egnp.exe"


@pytest.fixture(scope="module")
def jpmorgan() -> list[Refresh]:
    analyses = [analyse(sample.history(symbol), sample.targets(symbol)) for symbol in sample.SYMBOLS]
    return [
        Refresh(rating_changes(analysis.published, analysis.bars["close"], analysis.as_of)[0], analysis)
        for analysis in analyses
    ]


def texts(figure) -> list[str]:
    return [html.unescape(re.sub(r"<[^>]*>", " ", annotation.text)) for annotation in figure.layout.annotations]


def marks(figure):
    """The prior targets' marks and the new ones'."""
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_the_article_s_refresh_stands_in_percent_of_each_price_the_most_upside_on_top(jpmorgan):
    prior, new = marks(firm_refresh_figure("JPMorgan", jpmorgan))
    upside = {"CLSK": 14 / 11.15, "RIOT": 17 / 13.88, "MARA": 13 / 11.21, "CIFR": 18 / 16.77, "IREN": 39 / 48.16}
    assert list(new.x) == pytest.approx([100 * (each - 1) for each in upside.values()])
    before = [14 / 11.15, 19 / 13.88, 20 / 11.21, 12 / 16.77, 28 / 48.16]
    assert list(prior.x) == pytest.approx([100 * (each - 1) for each in before])
    words = " | ".join(texts(firm_refresh_figure("JPMorgan", jpmorgan)))
    tickers = [words.index(f" {symbol} ") for symbol in upside]
    assert tickers == sorted(tickers)
    for said in ("$18", "$12", "$14", "kept", "+7.3%", "−19.0%", "▲ Overweight", "from Neutral", "24 Nov 2025"):
        assert said in words


def test_shape_says_what_colour_says(jpmorgan):
    _, new = marks(firm_refresh_figure("JPMorgan", jpmorgan))
    assert list(new.marker.symbol) == ["circle", "triangle-left", "triangle-left", "triangle-right", "triangle-right"]
    palette = PALETTES["light"]
    assert list(new.marker.color) == [palette.kept, palette.fall, palette.fall, palette.rise, palette.rise]


def test_a_stem_joins_what_moved_and_no_more(jpmorgan):
    stems = [trace for trace in firm_refresh_figure("JPMorgan", jpmorgan).data if trace.mode == "lines"]
    assert [stem.y[0] for stem in stems] == [1, 2, 3, 4]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_is_opaque_and_the_sample_is_called_one(jpmorgan, theme):
    figure = firm_refresh_figure("JPMorgan", jpmorgan, theme)
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == PALETTES[theme].ground
    assert re.fullmatch(r"#[0-9a-f]{6}", figure.layout.paper_bgcolor)
    assert sum("Constructed sample, not market prices" in text for text in texts(figure)) == 2


def test_a_target_far_off_stands_at_the_end_of_the_axis_and_leaves_the_others_room(jpmorgan):
    far = replace(jpmorgan[0], news=replace(jpmorgan[0].news, target=5_000.0))
    figure = firm_refresh_figure("JPMorgan", [far, *jpmorgan[1:]])
    low, high = figure.layout.xaxis.range
    assert high - low < 300
    _, new = marks(figure)
    assert all(low <= each <= high for each in new.x)
    assert any("$5,000" in text and "→" in text for text in texts(figure))
    assert any("+29,715.1%" in text for text in texts(figure))


@pytest.mark.parametrize("target", [1e-6, 1e9])
def test_one_absurd_target_alone_is_still_a_picture(jpmorgan, target):
    figure = firm_refresh_figure("JPMorgan", [replace(jpmorgan[0], news=replace(jpmorgan[0].news, target=target))])
    assert 2 <= len(figure.layout.xaxis.tickvals) <= 9
    assert "0%" in figure.layout.xaxis.ticktext


def test_forty_tickers_have_a_row_each(jpmorgan):
    many = [
        replace(jpmorgan[row % 5], news=replace(jpmorgan[row % 5].news, symbol=f"T{row}", target=10.0 + row))
        for row in range(40)
    ]
    figure = firm_refresh_figure("JPMorgan", many)
    _, new = marks(figure)
    assert len(new.x) == 40
    assert figure.layout.height == firm_refresh_height(many) < 1_600
    named = [annotation for annotation in figure.layout.annotations if "<b>T" in annotation.text]
    assert sorted(each.y for each in named) == list(range(40))


def test_of_rows_of_different_days_each_says_its_own(jpmorgan):
    earlier = replace(jpmorgan[0], news=replace(jpmorgan[0].news, date=date(2025, 10, 3)))
    words = " | ".join(texts(firm_refresh_figure("JPMorgan", [earlier, *jpmorgan[1:]])))
    assert "Targets of 3 Oct 2025 to 24 Nov 2025" in words
    assert re.search(r"from Neutral\s+3 Oct 2025", words)


def test_one_s_own_row_is_marked(jpmorgan):
    own = replace(jpmorgan[0], news=replace(jpmorgan[0].news, source="own"))
    assert any(text.endswith(" own") for text in texts(firm_refresh_figure("JPMorgan", [own])))
    assert not any(text.endswith(" own") for text in texts(firm_refresh_figure("JPMorgan", [jpmorgan[0]])))


def test_text_from_outside_is_text(jpmorgan):
    news = replace(jpmorgan[0].news, firm=HOSTILE, rating=HOSTILE, prior_rating=HOSTILE, note=HOSTILE, analyst=HOSTILE)
    figure = firm_refresh_figure(HOSTILE, [replace(jpmorgan[0], news=news)])
    drawn = str(figure.to_plotly_json())
    assert "&lt;script&gt;" in drawn and "<script" not in drawn
    assert "\u202e" not in drawn and "\\u202e" not in drawn
    assert "$x" not in drawn


@pytest.mark.parametrize(
    ("firm", "name"),
    [
        ("JPMorgan", "JPMorgan_sector_2025-11-24"),
        ("Keefe, Bruyette & Woods", "Keefe-Bruyette-Woods_sector_2025-11-24"),
        ("../../etc/passwd", "etc-passwd_sector_2025-11-24"),
        ("CON", "CON_sector_2025-11-24"),
        ("Ärzte", "rzte_sector_2025-11-24"),
        ("日本", "firm_sector_2025-11-24"),
        ("x" * 300, f"{'x' * 60}_sector_2025-11-24"),
    ],
)
def test_a_picture_s_name_is_safe_whatever_the_firm_s(jpmorgan, firm, name):
    assert firm_refresh_file_stem(firm, jpmorgan) == name


def bare(refresh: Refresh) -> Refresh:
    """A row of which the feed knows nothing but firm and day."""
    row = PriceTarget("CIFR", "Somebody", DAY, None)
    return Refresh(rating_changes([row], refresh.analysis.bars["close"], DAY)[0], refresh.analysis)


def test_rows_without_a_target_have_no_place_on_it(jpmorgan):
    without = replace(jpmorgan[0], news=replace(jpmorgan[0].news, target=None, prior_target=None, change=None))
    _, new = marks(firm_refresh_figure("JPMorgan", [without, jpmorgan[1]]))
    assert len(new.x) == 1
    assert marks(firm_refresh_figure("JPMorgan", [bare(without)]))[1].x == ()
