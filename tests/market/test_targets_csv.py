"""Targets are read row by row, written without loss, and never written as a formula."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market import PriceTarget
from market.targets_csv import (
    COLUMNS,
    MAX_BYTES,
    MAX_PROBLEMS,
    MAX_ROWS,
    OwnTargets,
    RowProblem,
    UnreadableTargetsFile,
    read_targets_csv,
    write_targets_csv,
)
from tests.support.examples import examples

HEADER = ",".join(COLUMNS)
FULL = (
    "JPMorgan,Reginald Smith,CIFR,2025-11-24,Overweight,Neutral,18,12,December 2026,"
    '"410 MW, ""contracted""\nand more",https://example.com/a?b=c'
)
CIPHER = PriceTarget(
    symbol="CIFR",
    firm="JPMorgan",
    date=date(2025, 11, 24),
    target=18.0,
    prior_target=12.0,
    rating="Overweight",
    prior_rating="Neutral",
    analyst="Reginald Smith",
    horizon="December 2026",
    note='410 MW, "contracted"\nand more',
    url="https://example.com/a?b=c",
    source="own",
)


def reasons(text: str) -> list[str]:
    return [str(problem) for problem in read_targets_csv(text).problems]


def short(row: str) -> str:
    return f"firm,symbol,date,target,rating,url,note\n{row}\n"


@pytest.mark.parametrize(
    "source",
    [
        f"{HEADER}\n{FULL}\n",
        f"{HEADER}\r\n{FULL}\r\n".encode(),
        f"{HEADER}\n{FULL}".encode("utf-8-sig"),
        f"\ufeff{HEADER}\n{FULL}",
        f"{HEADER}\n{FULL}\n".encode("utf-16"),
        f"\n{HEADER}\n\n,,,\n{FULL}\n",
        f"{HEADER.upper().replace('_', ' ')}\n{FULL}\n",
    ],
)
def test_full_row_is_read_from_every_encoding(source):
    assert read_targets_csv(source) == OwnTargets((CIPHER,))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quotes", ["", '"'])
def test_first_line_may_name_the_delimiter(delimiter, quotes):
    text = f"{quotes}sep={delimiter}{quotes}\r\nfirm,symbol,date,target\r\nA,CIFR,2025-11-24,x\r\nB,CIFR,2025-11-24,18"
    result = read_targets_csv(text[: 6 + len(quotes) * 2] + text[6 + len(quotes) * 2 :].replace(",", delimiter))
    assert [row.target for row in result.rows] == [18.0]
    assert [problem.line for problem in result.problems] == [3]


def test_columns_have_the_names_that_brokers_give_them():
    text = "Broker,Ticker,Date,Price Target,Previous price-target,Recommendation\nA,NASDAQ:CIFR,2025-11-24,18,12,Buy\n"
    assert read_targets_csv(text) == OwnTargets(
        (PriceTarget("CIFR", "A", date(2025, 11, 24), 18.0, 12.0, "Buy", source="own"),)
    )


def test_alias_beside_its_column_is_not_read():
    result = read_targets_csv("firm,broker,symbol,date,target\nA,B,CIFR,2025-11-24,18\n")
    assert [row.firm for row in result.rows] == ["A"]
    assert [str(problem) for problem in result.problems] == [
        "Line 1: The column 'broker' is not known and was not read."
    ]


def test_surplus_empty_cells_are_dropped():
    result = read_targets_csv("firm,symbol,date,target,,\nA,CIFR,2025-11-24,18, ,,,\n,,,,,,,,\n")
    assert [row.target for row in result.rows] == [18.0] and result.problems == ()


@pytest.mark.parametrize("nothing", ["n/a", "N/A", "-", "--", "–", "n.a.", "#N/A", "None", ""])
def test_missing_figures_and_ratings(nothing):
    text = f"firm,symbol,date,target,prior_target,rating,analyst\nA,CIFR,2025-11-24,18,{nothing},{nothing},{nothing}\n"
    assert read_targets_csv(text) == OwnTargets((PriceTarget("CIFR", "A", date(2025, 11, 24), 18.0, source="own"),))


@pytest.mark.parametrize("word", ["n/a", "-", "'-", "'n/a", "None", "''--"])
def test_text_that_looks_missing_is_written_and_read_back(word):
    row = PriceTarget("CIFR", word, date(2025, 11, 24), 18.0, rating=word, note=word, source="own")
    assert read_targets_csv(write_targets_csv([row])).rows == (row,)


@pytest.mark.parametrize(
    "moment",
    ["2025-11-24T13:00:00Z", "2025-11-24 13:00", "2025-11-24T23:30:00+09:00", "2025-11-24T00:00:00.000Z", "2025-11-24"],
)
def test_time_of_a_date_is_dropped(moment):
    (row,) = read_targets_csv(short(f"A,CIFR,{moment},18,,,")).rows
    assert row.date == date(2025, 11, 24)


@pytest.mark.parametrize(
    ("case", "figures"),
    [
        ("csv-german-thousands", [("RHM.DE", 2250.0, 2100.0), ("RHM.DE", 1875.5, 1800.0)]),
        ("csv-trailing-delimiters", [("CIFR", 18.0, None), ("CIFR", 23.0, None)]),
        ("csv-sep-line", [("CIFR", 18.0, None)]),
    ],
)
def test_reported_file_is_read_whole(market_data, case, figures):
    file = market_data / "cases" / case / "own.csv"
    result = read_targets_csv(file.read_bytes())
    assert [(row.symbol, row.target, row.prior_target) for row in result.rows] == figures
    assert result.problems == ()


def test_decimal_mark_is_one_for_the_whole_file():
    text = "firm;symbol;date;target;prior_target\nA;RHM.DE;2025-11-19;{};{}\nB;RHM.DE;2025-11-20;{};{}\n"
    read = read_targets_csv(text.format("2.250", "2.100", "1.875,50", "1.800,00"))
    assert [(row.target, row.prior_target) for row in read.rows] == [(2250.0, 2100.0), (1875.5, 1800.0)]
    ambiguous = read_targets_csv(text.format("2.250", "2100", "1.875", ""))
    assert ambiguous.rows == () and [problem.line for problem in ambiguous.problems] == [2, 3]
    assert ambiguous.problems[0].reason == (
        "'2.250' in target may be 2250 or 2.250: write it without a separator of thousands and with two decimals,"
        " such as 2250.00."
    )
    mixed = read_targets_csv(text.format("18.50", "12", "17,5", "12"))
    assert mixed.rows == ()
    assert mixed.problems[0].reason == (
        "'18.50' in target cannot be read: the file has a decimal point in line 2 (18.50) and a decimal comma in line 3"
        " (17,5), so write all its numbers with a point, such as 1875.50."
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_come_in_any_order_and_optional_ones_may_be_missing(delimiter):
    text = "target,date,symbol,firm\n18.50,2025-11-24,brk-b,Roth\n".replace(",", delimiter)
    assert read_targets_csv(text).rows == (PriceTarget("BRK-B", "Roth", date(2025, 11, 24), 18.5, source="own"),)


def test_bad_rows_are_reported_with_line_and_reason_and_good_ones_are_read():
    text = (
        "firm,symbol,date,target,mood\n"
        "A,CIFR,24.11.2025,18,\n"
        'B,CIFR,2025-11-24,"1\n8",\n'
        "C,CIFR,2025-11-24,18,\n"
        "D,CIFR,2025-11-24,$18,\n"
    )
    result = read_targets_csv(text)
    assert [row.firm for row in result.rows] == ["C"]
    assert [problem.line for problem in result.problems] == [1, 2, 3, 6]
    assert [str(problem) for problem in result.problems][:2] == [
        "Line 1: The column 'mood' is not known and was not read.",
        "Line 2: '24.11.2025' is not a date: write it as year-month-day, such as 2025-11-24.",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",CIFR,2025-11-24,18,,,", "has no firm"),
        ("A,,2025-11-24,18,,,", "has no symbol"),
        ("A,CIFR,,18,,,", "has no date"),
        ("A,CIFR,2025-11-24,,,,", "neither a target nor a rating"),
        ("A,CI<b>FR,2025-11-24,18,,,", "'CI<b>FR' is not a ticker symbol"),
        ("A,../../etc,2025-11-24,18,,,", "is not a ticker symbol"),
        ("A,CIFR,2025-02-30,18,,,", "'2025-02-30' is not a date"),
        ("A,CIFR,20251124,18,,,", "is not a date"),
        ("A,CIFR,2025-W48-1,18,,,", "is not a date"),
        ("A,CIFR,0001-01-01,18,,,", "is not a date"),
        ("A,CIFR,2025-11-24,0,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24,-5,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24,1e3,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24,nan,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24,inf,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24,١٨,,,", "not a plain positive number"),
        ('A,CIFR,2025-11-24,"1,800",,,', "'1,800' in target may be 1800 or 1.800: write it without a separator"),
        ("A,CIFR,2025-11-24,1.2.3,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24T25:00,18,,,", "is not a date"),
        ("A,CIFR,2025-11-24 noon,18,,,", "is not a date"),
        ("A,CIFR,2025-11-24,999999999999,,,", "not a plain positive number"),
        ("A,CIFR,2025-11-24,18,,javascript:alert(1),", "is not a web address"),
        ("A,CIFR,2025-11-24,18,,https://,", "is not a web address"),
        ("A,CIFR,2025-11-24,18,,http://[bad,", "is not a web address"),
        ("A,CIFR,2025-11-24,18,,https://a.b/c d,", "is not a web address"),
        ("A,CIFR,2025-11-24,18,,,two, cells", "has 8 cells, the header 7"),
        ("A\x00,CIFR,2025-11-24,18,,,", "control characters"),
        (f"A,CIFR,2025-11-24,18,,,{'x' * 2001}", "has 2,001 characters"),
        ('"A"B,CIFR,2025-11-24,18,,,', "not valid CSV"),
        ('"A,CIFR,2025-11-24,18,,,', "not valid CSV"),
    ],
)
def test_reason_for_a_bad_row(row, reason):
    result = read_targets_csv(short(row))
    assert result.rows == ()
    (problem,) = result.problems
    assert problem.line == 2 and reason in problem.reason and problem.reason.endswith(".")


def test_row_after_broken_quotes_is_read():
    result = read_targets_csv(short('"A"B,CIFR,2025-11-24,18,,,\nC,CIFR,2025-11-24,18,,,'))
    assert [row.firm for row in result.rows] == ["C"]


def test_row_with_only_a_rating_is_read():
    (row,) = read_targets_csv(short("A,CIFR,2025-11-24,,Buy")).rows
    assert (row.target, row.rating) == (None, "Buy")


def test_markup_is_read_as_text():
    note = "<script>alert(1)</script> **bold** ![x](y) {{7*7}} \u202eabc"
    (row,) = read_targets_csv(short(f"<b>A</b>,CIFR,2025-11-24,18,,,{note}")).rows
    assert (row.firm, row.note) == ("<b>A</b>", note)


def test_reason_quotes_text_on_one_line_without_bidirectional_marks():
    (problem,) = read_targets_csv(short(f'A,CIFR,"\u202e2025\n{"x" * 99}",18,,,')).problems
    assert "\u202e" not in problem.reason and "\n" not in problem.reason and len(problem.reason) < 130


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "no column firm and symbol and date"),
        ("just words", "no column firm"),
        ("firm,symbol,date\n", "no column target or rating"),
        ("firm,symbol,date,target,target\n", "the column target twice"),
        ("firm,symbol,date,target\nÄ,B,2025-01-01,1".encode("latin-1"), "not UTF-8 text"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8 text"),
        ('"firm', "no column firm"),
        (b"x" * (MAX_BYTES + 1), "larger than 2 MB"),
        ("x" * (MAX_BYTES + 1), "larger than 2 MB"),
        ("firm,symbol,date,target" + ",x" * 97, "has 101 columns: a file may have 100, so remove the others"),
        (",".join(f"x{number}" for number in range(200_000)), "has 200,000 columns"),
    ],
)
def test_unreadable_file_gives_a_reason(source, reason):
    with pytest.raises(UnreadableTargetsFile) as raised:
        read_targets_csv(source)
    assert reason in str(raised.value) and str(raised.value).endswith(".")


@pytest.mark.parametrize(
    "wide",
    [
        "firm,symbol,date,target" + "," * 1_900_000,
        "firm,symbol,date,target\nA,CIFR,2025-11-24,18" + "," * 1_900_000,
        "firm,symbol,date,target\nA,CIFR,2025-11-24,18" + "\n" * 1_900_000,
        "firm,symbol,date,target\nA,CIFR,2025-11-24,18\n" + '"' * 1_900_001,
        "firm,symbol,date,target\nA,CIFR,2025-11-24,18\n" + ",\n" * 900_000,
        "sep=;" + ";" * 1_900_000 + "\nfirm;symbol;date;target\nA;CIFR;2025-11-24;18",
    ],
    ids=["header", "row", "lines", "quotes", "blank rows", "separator line"],
)
def test_two_megabytes_of_any_shape_are_read_in_linear_time(wide):
    """With the square of the length, each of them would take many minutes."""
    try:
        rows = read_targets_csv(wide).rows
    except UnreadableTargetsFile as reason:
        assert str(reason).endswith(".")
    else:
        assert [row.target for row in rows] in ([], [18.0])


def test_limits_on_rows_and_problems_are_reported():
    many = "firm,symbol,date,target\n" + "A,CIFR,2025-11-24,18\n" * (MAX_ROWS + 5)
    result = read_targets_csv(many)
    assert len(result.rows) == MAX_ROWS
    last = RowProblem(MAX_ROWS + 2, "Nothing was read from here on: a file may have 10,000 rows.")
    assert result.problems == (last,)
    bad = reasons("firm,symbol,date,target\n" + "A,CIFR,2025-11-24,x\n" * 1_000)
    assert len(bad) == MAX_PROBLEMS + 1 and "more than 100 errors" in bad[-1]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", "'=", "''+", " =", "＝"])
def test_no_written_cell_begins_like_a_formula(start):
    row = PriceTarget(
        "CIFR", f"{start}cmd|' /C calc'!A0".strip(), date(2025, 11, 24), 18.0, note=f"{start}1+1", source="own"
    )
    text = write_targets_csv([row])
    cells = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@", "＝") or cell[:1] in ("\t", "\r")] == []
    assert read_targets_csv(text).rows == (row,)


def test_numbers_are_written_plainly_and_exactly():
    rows = [
        PriceTarget("X", "A", date(2025, 11, 24), value, source="own") for value in (18.0, 17.5, 0.1 + 0.2, 1e-7, 1e9)
    ]
    text = write_targets_csv(rows)
    assert [line.split(",")[6] for line in text.splitlines()[1:]] == [
        "18",
        "17.5",
        "0.30000000000000004",
        "0.0000001",
        "1000000000",
    ]
    assert list(read_targets_csv(text).rows) == rows


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@'\"\t\r\n;, ＝"), min_size=1, max_size=30
)
STRIPPED_TEXTS = TEXTS.map(str.strip).filter(bool)
PRICES = st.floats(1e-9, 1e9).map(lambda value: float(f"{value:.9g}"))
ROWS = st.builds(
    PriceTarget,
    symbol=st.sampled_from(["CIFR", "BRK-B", "^GSPC", "7203.T", "EURUSD=X"]),
    firm=STRIPPED_TEXTS,
    date=st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    target=PRICES,
    prior_target=st.none() | PRICES,
    rating=st.none() | STRIPPED_TEXTS,
    prior_rating=st.none() | STRIPPED_TEXTS,
    analyst=st.none() | STRIPPED_TEXTS,
    horizon=st.none() | STRIPPED_TEXTS,
    note=st.none() | TEXTS.filter(str.strip),
    url=st.none() | st.sampled_from(["https://a.b/c?d=e#f", "http://x.org/ü"]),
    source=st.just("own"),
)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(ROWS, max_size=6))
def test_written_rows_are_read_back_unchanged(rows):
    text = write_targets_csv(rows)
    assert read_targets_csv(text) == OwnTargets(tuple(rows))
    assert read_targets_csv(text.encode()) == OwnTargets(tuple(rows))


PIECES = st.sampled_from(
    [*COLUMNS, *",;\t\"\n\r'=", "2025-11-24", "18", "CIFR", "\x00", "\ufeff", "https://x.y", "é", "\u2028"]
)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200)
    | st.lists(PIECES, max_size=60).map("".join)
    | st.lists(PIECES, max_size=60).map(lambda pieces: f"{HEADER}\n" + "".join(pieces))
)
def test_any_file_is_read_or_refused_in_a_sentence(source):
    try:
        result = read_targets_csv(source)
    except UnreadableTargetsFile as refusal:
        assert str(refusal).endswith(".")
        return
    assert all(problem.line >= 1 and problem.reason.endswith(".") for problem in result.problems)
    assert read_targets_csv(write_targets_csv(result.rows)).rows == result.rows


@pytest.mark.parametrize(
    ("text", "code"),
    [("USD", "USD"), (" eur ", "EUR"), ("gbp", "GBP"), ("GBp", "GBp"), ("GBX", "GBX"), ("ZAc", "ZAc"), ("", None)],
)
def test_currency_of_a_target_is_a_code_and_without_one_that_of_the_listing(text, code):
    (row,) = read_targets_csv(f"firm,symbol,date,target,ccy\nA,VOD.L,2025-11-24,1.15,{text}\n").rows
    assert row.currency == code
    assert read_targets_csv(write_targets_csv([row])).rows == (row,)


@pytest.mark.parametrize("text", ["dollars", "$", "US$", "ÄÖÜ"])
def test_what_is_no_code_of_a_currency_is_refused(text):
    (problem,) = read_targets_csv(f"firm,symbol,date,target,currency\nA,CIFR,2025-11-24,18,{text}\n").problems
    assert problem.reason == f"'{text}' is not a currency: write its code of three letters, such as USD or GBp."


def test_export_of_a_version_without_currencies_has_a_decimal_point():
    header = ",".join(COLUMNS[:-1])
    (row,) = read_targets_csv(f"{header}\nA,,CIFR,2025-11-24,,,2.250,,,,\n").rows
    assert row.target == 2.25
