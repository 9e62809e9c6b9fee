"""Files of daily bars: what is read, and the line and reason of what cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.files import bar_table
from market.files.bar_table import BadTable, read_bar_table
from tests.support.generated_bars import walk

HEADER = "date,open,high,low,close,volume,splits"
ROW = "2025-11-24,1.5,2,1,1.75,1000,"
NAMES = ["date", "open", "high", "low", "close", "volume", "splits", "dividends"]


def write(folder: Path, content: str | bytes, name: str = "CIFR.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes) -> pd.DataFrame:
    return read_bar_table(write(folder, content))


def refusal(folder: Path, content: str | bytes) -> tuple[str, str]:
    with pytest.raises(BadTable) as caught:
        read(folder, content)
    return caught.value.place, caught.value.reason


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n",
        f"\ufeff{HEADER}\n{ROW}",
        f"# made by a broker's \"tool\n\n{HEADER}\n\n{ROW}\n,,,,,,\n# end\n",
        f"{HEADER.upper()}\n{ROW}\n",
        f"{HEADER}\n{ROW}\n".replace(",", ";"),
        f"{HEADER}\n{ROW}\n".replace(",", "\t"),
        "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits\n"
        "2025-11-24 00:00:00-05:00,1.5,2,1,1.75,1.7,1000,0.0,\n",
        f"{HEADER}\n2025-11-24T00:00:00, 1.50 ,+2.0,1e0,175e-2,1000,nan\n",
    ],
)
def test_csv_is_read_in_every_common_form(tmp_path: Path, content: str) -> None:
    table = read(tmp_path, content)
    assert list(table.columns) == NAMES[1:]
    assert table.index.tolist() == [pd.Timestamp("2025-11-24")]
    assert table.iloc[0, :5].tolist() == [1.5, 2.0, 1.0, 1.75, 1000.0]
    assert np.isnan(table["splits"].iloc[0])


def test_volume_splits_and_dividends_are_optional(tmp_path: Path) -> None:
    table = read(tmp_path, "date,open,high,low,close\n2025-11-24,1.5,2,1,1.75\n")
    assert table[["volume", "splits", "dividends"]].isna().all(axis=None)


def test_empty_price_is_missing(tmp_path: Path) -> None:
    assert np.isnan(read(tmp_path, f"{HEADER}\n2025-11-24,1,2,1,,5,20\n")["close"].iloc[0])


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (f"{HEADER}\n{ROW}\n2025-11-25,1,2,1,abc,5,\n", "line 3", "'abc' in close is not a number"),
        (f"# comment\n\n{HEADER}\n{ROW}\n2025-11-25,1,2,1,1 000,5,\n", "line 5", "'1 000' in close is not a number"),
        (f"{HEADER}\n2025-11-25,1,inf,1,1,5,\n", "line 2", "'inf' in high is not a number"),
        (f"{HEADER}\n2025-11-25,1,1e999,1,1,5,\n", "line 2", "'1e999' in high is not a number"),
        (f"{HEADER}\n2025-11-25,1,١,1,1,5,\n", "line 2", "'١' in high is not a number"),
        (f"{HEADER}\n24.11.2025,1,2,1,1,5,\n", "line 2", "'24.11.2025' is not a date"),
        (f"{HEADER}\n2025-02-30,1,2,1,1,5,\n", "line 2", "'2025-02-30' is not a date"),
        (f"{HEADER}\n0001-01-01,1,2,1,1,5,\n", "line 2", "'0001-01-01' is not a date"),
        (f"{HEADER}\n,1,2,1,1,5,\n", "line 2", "there is no date"),
        (f"{HEADER}\n2025-11-25,1,2,1,1,5\n", "line 2", "there are 6 cells, but 7 columns"),
        (f'{HEADER}\n2025-11-25,"1"x,2,1,1,5,\n', "line 2", "the line is not valid CSV"),
        ("date,open,high,low\n", "", "there is no column close"),
        ("", "", "there is no column date or open or high or low or close"),
        ("date,open,high,low,close,Close\n", "", "the column close comes twice"),
        (f"{HEADER}\n", "", "the file has no rows"),
        ("däte".encode("latin-1"), "", "the file is not UTF-8 text"),
    ],
)
def test_bad_csv_names_the_line_and_the_reason(tmp_path: Path, content: str | bytes, place: str, reason: str) -> None:
    found = refusal(tmp_path, content)
    assert found[0] == place
    assert found[1].startswith(reason)


def test_reason_quotes_a_long_cell_on_one_line(tmp_path: Path) -> None:
    _, reason = refusal(tmp_path, f'{HEADER}\n2025-11-25,"\u202e1\n{"x" * 500}",2,1,1,5,\n')
    assert "\u202e" not in reason and "\n" not in reason and len(reason) < 100


def test_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar_table, "MAX_BYTES", 10)
    assert refusal(tmp_path, f"{HEADER}\n{ROW}\n")[1].startswith("the file is larger than")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="cannot be read"):
        read_bar_table(tmp_path / "CIFR.csv")


@given(
    order=st.permutations(NAMES),
    upper=st.lists(st.booleans(), min_size=len(NAMES), max_size=len(NAMES)),
    sessions=st.integers(1, 8),
)
def test_columns_come_in_any_case_and_order(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], upper: list[bool], sessions: int
) -> None:
    bars = walk(sessions).assign(splits=np.nan, dividends=np.nan)
    names = [name.upper() if is_upper else name.capitalize() for name, is_upper in zip(order, upper, strict=True)]
    frame = bars.reset_index()[order].set_axis(names, axis="columns")
    folder = tmp_path_factory.mktemp("files")
    frame.to_csv(folder / "X.csv", index=False)
    frame.to_parquet(folder / "X.parquet", index=False)
    for path in folder.iterdir():
        pd.testing.assert_frame_equal(read_bar_table(path), bars, check_freq=False, check_index_type=False)


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.lists(st.sampled_from([HEADER, "\n", ",", '"', ROW, "#", "2025-11-24", "1", "x"]), max_size=20).map(
        lambda parts: "".join(parts).encode()
    )
)
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("files")
    for name in ("X.csv", "X.parquet"):
        try:
            table = read_bar_table(write(folder, content, name))
        except BadTable as error:
            assert error.reason and not error.reason.endswith(".")
        else:
            assert list(table.columns) == NAMES[1:] and not table.index.hasnans


# Parquet


@pytest.mark.parametrize(
    "index",
    [
        pd.DatetimeIndex(["2025-11-21", "2025-11-24"], name="date"),
        pd.DatetimeIndex(["2025-11-21 16:00", "2025-11-24 16:00"], tz="America/New_York", name="Date"),
        pd.DatetimeIndex(["2025-11-21", "2025-11-24"]),
        pd.Index([date(2025, 11, 21), date(2025, 11, 24)], name="DATE"),
        pd.Index(["2025-11-21", "2025-11-24"], name="date"),
    ],
)
@pytest.mark.parametrize("as_column", [True, False])
def test_date_may_be_the_index_or_a_column(tmp_path: Path, index: pd.Index, as_column: bool) -> None:
    frame = pd.DataFrame({"Open": [1, 2], "High": [2, 3], "Low": [1, 1], "Close": [2, 3]}, index=index)
    path = tmp_path / "X.parquet"
    (frame.rename_axis(index.name or "date").reset_index() if as_column else frame).to_parquet(path)
    table = read_bar_table(path)
    assert table.index.tolist() == [pd.Timestamp("2025-11-21"), pd.Timestamp("2025-11-24")]
    assert table["close"].tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    ("columns", "place", "reason"),
    [
        ({"close": ["1", "abc"]}, "row 2", "'abc' in close is not a number"),
        ({"close": [True, False]}, "", "the column close holds no numbers"),
        ({"date": ["2025-11-21", None]}, "row 2", "there is no date"),
        ({"date": [pd.Timestamp("2025-11-21"), pd.NaT]}, "row 2", "there is no date"),
        ({"open": None}, "", "there is no column open"),
    ],
)
def test_bad_parquet_names_the_row_and_the_reason(
    tmp_path: Path, columns: dict[str, list[object] | None], place: str, reason: str
) -> None:
    sound = {"date": ["2025-11-21", "2025-11-24"], "open": [1, 2], "high": [2, 3], "low": [1, 1], "close": [2, 3]}
    frame = pd.DataFrame({name: values for name, values in (sound | columns).items() if values is not None})
    frame.to_parquet(tmp_path / "X.parquet", index=False)
    with pytest.raises(BadTable) as caught:
        read_bar_table(tmp_path / "X.parquet")
    assert (caught.value.place, caught.value.reason) == (place, reason)


def test_missing_parquet_figures_are_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"date": ["2025-11-21"], "open": ["1.5"], "high": [2], "low": [1], "close": pd.array([None], dtype="Int64")}
    )
    frame.to_parquet(tmp_path / "X.parquet", index=False)
    table = read_bar_table(tmp_path / "X.parquet")
    assert table["open"].tolist() == [1.5] and np.isnan(table["close"].iloc[0])


def test_date_column_wins_over_a_date_index(tmp_path: Path) -> None:
    index = pd.DatetimeIndex(["2020-01-01"], name="date")
    frame = pd.DataFrame({"Date": ["2025-11-24"], "open": [1], "high": [1], "low": [1], "close": [1]}, index=index)
    frame.to_parquet(tmp_path / "X.parquet")
    assert read_bar_table(tmp_path / "X.parquet").index.tolist() == [pd.Timestamp("2025-11-24")]
