"""The folder of LEVELS_FILES: which file belongs to a symbol, and what its files say together."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market import PriceTarget
from market.errors import BadSymbol, MarketError
from market.events.company_events import Dividend
from market.files.errors import BadFile, FolderNotFound, NotInFolder
from market.files.folder import listed_symbols, read_history, read_targets
from market.symbols import Symbol, file_stem, parse_symbol

HEADER = "date,open,high,low,close,volume,splits"
BARS = f"{HEADER}\n2025-11-21,1,2,1,2,5,\n2025-11-24,2,3,2,3,5,4\n"
CIFR = Symbol("CIFR")
MONDAY = date(2025, 11, 24)
Write = Callable[[str, str], Path]


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Write:
    """Write a file of the folder."""
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.setenv("LEVELS_FILES", str(folder))

    def write_file(name: str, content: str) -> Path:
        path = folder / name
        path.write_text(content, encoding="utf-8")
        return path

    return write_file


def test_history_has_the_bars_and_splits_of_the_file(write: Write) -> None:
    path = write("CIFR.csv", BARS)
    os.utime(path, (1_764_000_000, 1_764_000_000))
    history = read_history(CIFR)
    assert history.bars["close"].to_dict() == {pd.Timestamp("2025-11-21"): 2.0, pd.Timestamp("2025-11-24"): 3.0}
    assert history.splits.to_dict() == {pd.Timestamp("2025-11-24"): 4.0}
    assert (history.symbol, history.name, history.currency, history.source) == ("CIFR", "CIFR", "", "files")
    assert (history.price_basis, history.in_progress, history.notes) == ("split-adjusted", False, ())
    assert history.fetched_at == datetime.fromtimestamp(1_764_000_000, UTC)


def test_dividends_of_the_file_are_read(write: Write) -> None:
    """As yfinance's own table has them, newest first."""
    rows = "2025-11-24,2,4,2,3,5,0,0.25\n2025-11-21,1,2,1,2,5,0,0\n2025-11-20,1,2,1,2,5,0,0.2\n"
    write("CIFR.csv", f"Date,Open,High,Low,Close,Volume,Stock Splits,Dividends\n{rows}")
    history = read_history(CIFR)
    assert history.dividends == (Dividend(date(2025, 11, 20), 0.2), Dividend(date(2025, 11, 24), 0.25))


def test_bars_are_cleaned_and_the_notes_name_the_file(write: Write) -> None:
    write("CIFR.csv", f"{HEADER}\n2025-11-24,2,3,2,3,5,\n2025-11-21,1,2,1,,5,\n2025-11-20,1,2,1,2,5,1\n")
    history = read_history(CIFR)
    assert list(history.bars.index) == [pd.Timestamp("2025-11-20"), pd.Timestamp("2025-11-24")]
    assert history.splits.empty
    assert history.notes == (
        "CIFR.csv: 2 bars came out of order and were sorted by date",
        "CIFR.csv: 1 bar without a price was left out: 2025-11-21",
    )


def test_file_without_a_usable_bar_is_bad(write: Write) -> None:
    write("CIFR.csv", f"{HEADER}\n2025-11-24,,,,,,\n")
    with pytest.raises(BadFile, match=r"CIFR.csv: no bar has all four prices, so complete the file"):
        read_history(CIFR)


def test_bad_line_is_named_with_file_line_and_reason(write: Write) -> None:
    write("cifr.CSV", f"{BARS}2025-11-25,1,2,1,abc,5,\n")
    with pytest.raises(BadFile) as caught:
        read_history(CIFR)
    assert str(caught.value) == "cifr.CSV, line 4: 'abc' in close is not a number"
    assert (caught.value.symbol, caught.value.cause) == ("CIFR", str(caught.value))


def test_parquet_is_read_and_a_csv_wins(write: Write) -> None:
    frame = pd.DataFrame({"date": ["2025-11-24"], "open": [7], "high": [7], "low": [7], "close": [7]})
    frame.to_parquet(write("CIFR.parquet", ""), index=False)
    assert read_history(CIFR).bars["close"].tolist() == [7.0]
    write("CIFR.csv", BARS)
    assert read_history(CIFR).bars["close"].tolist() == [2.0, 3.0]


@pytest.mark.parametrize("symbol", ["^GSPC", "BRK-B", "0700.HK", "EURUSD=X", "CON"])
@pytest.mark.parametrize("name", [str, file_stem, str.lower])
def test_file_is_named_by_the_symbol_or_its_file_stem(write: Write, symbol: str, name: Callable[[str], str]) -> None:
    write(f"{name(symbol)}.csv", BARS)
    assert read_history(parse_symbol(symbol)).symbol == symbol


def test_file_may_be_named_as_others_spell_the_symbol(write: Write) -> None:
    write("cifr.us.csv", BARS)
    assert listed_symbols() == ("CIFR",)
    assert len(read_history(CIFR).bars) == 2


def test_index_of_the_folder_is_in_points(write: Write) -> None:
    write("^GSPC.csv", BARS)
    assert read_history(Symbol("^GSPC")).instrument == "index"


def test_missing_file_is_named(write: Write) -> None:
    write("CLSK.csv", BARS)
    with pytest.raises(NotInFolder, match=r"CIFR: the folder of LEVELS_FILES has neither CIFR.csv nor CIFR.parquet"):
        read_history(CIFR)


@pytest.mark.parametrize("symbol", ["TARGETS", "SYMBOLS"])
def test_lists_of_the_folder_are_no_bars(write: Write, symbol: str) -> None:
    write(f"{symbol.lower()}.csv", BARS)
    with pytest.raises(NotInFolder):
        read_history(Symbol(symbol))


@pytest.mark.parametrize("setting", [None, "", " ", "missing"])
def test_missing_folder_is_an_error_with_advice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str | None
) -> None:
    monkeypatch.delenv("LEVELS_FILES", raising=False)
    if setting is not None:
        monkeypatch.setenv("LEVELS_FILES", setting and str(tmp_path / setting) if setting.strip() else setting)
    with pytest.raises(FolderNotFound, match="start Levelboard with LEVELS_FILES=FOLDER, or choose another source"):
        read_history(CIFR)
    assert listed_symbols() == ()


def test_file_instead_of_a_folder_is_an_error(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    monkeypatch.setenv("LEVELS_FILES", str(write("CIFR.csv", BARS)))
    with pytest.raises(FolderNotFound):
        read_history(CIFR)


@given(st.text(max_size=30) | st.sampled_from(["../secret", "..", "/etc/passwd", "..\\secret", "secret"]))
def test_no_text_reads_a_file_outside_of_the_folder(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Neither as a symbol that slipped past the parser nor as one that it accepts."""
    root = tmp_path_factory.mktemp("root")
    (root / "secret.csv").write_text(BARS)
    (root / "files").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEVELS_FILES", str(root / "files"))
        with pytest.raises(NotInFolder):
            read_history(Symbol(text))
        try:
            symbol = parse_symbol(text)
        except BadSymbol:
            return
        with pytest.raises(NotInFolder):
            read_history(symbol)


# symbols.csv


def test_name_and_currency_come_from_the_symbols_file(write: Write) -> None:
    write("CIFR.csv", BARS)
    write("Symbols.csv", "Symbol;Currency;Name\ncifr;USD;Cipher  Mining\nCLSK;;\n")
    history = read_history(CIFR)
    assert (history.name, history.currency) == ("Cipher Mining", "USD")


def test_bad_symbols_file_names_its_line(write: Write) -> None:
    write("CIFR.csv", BARS)
    write("symbols.csv", "symbol,name\nCIFR,Cipher\nA B,x\n")
    with pytest.raises(BadFile, match=r"symbols.csv, line 3: 'A B' cannot be a ticker, so use letters"):
        read_history(CIFR)
    write("symbols.csv", "name\nCipher\n")
    with pytest.raises(BadFile, match=r"symbols.csv: there is no column symbol"):
        read_history(CIFR)


def test_symbols_are_those_with_a_file(write: Write) -> None:
    for name in ("CIFR.csv", "clsk.parquet", f"{file_stem('^GSPC')}.csv", "targets.csv", "notes.txt", "no symbol.csv"):
        write(name, BARS)
    assert set(listed_symbols()) >= {"CIFR", "CLSK"}
    write("symbols.csv", "symbol,name\n^GSPC,S&P 500\nNVDA,no file\n")
    assert {"CIFR", "CLSK", "^GSPC"} <= set(listed_symbols())
    assert not {"NVDA", "TARGETS", "SYMBOLS", "NOTES"} & set(listed_symbols())


# targets.csv


def test_targets_of_the_symbol_are_read_with_the_problems_of_the_file(write: Write) -> None:
    assert read_targets(CIFR).rows == ()
    write("targets.csv", "firm,symbol,date,target\nA,CIFR,2025-11-24,18\nB,CLSK,2025-11-24,14\nC,CIFR,2025-11-24,x\n")
    read = read_targets(CIFR)
    assert read.rows == (PriceTarget("CIFR", "A", MONDAY, 18.0, source="files"),)
    assert [problem.line for problem in read.problems] == [4]


def test_changed_targets_are_read_again(write: Write) -> None:
    write("targets.csv", "firm,symbol,date,target\nA,CIFR,2025-11-24,18\n")
    assert len(read_targets(CIFR).rows) == 1
    write("targets.csv", "firm,symbol,date,target\nA,CIFR,2025-11-24,18\nB,CIFR,2025-11-24,20\n")
    assert len(read_targets(CIFR).rows) == 2


def test_unreadable_targets_file_is_bad(write: Write) -> None:
    write("targets.csv", "firm,symbol\n")
    with pytest.raises(BadFile, match=r"^targets.csv: The file has no column date"):
        read_targets(CIFR)


def test_folder_of_any_files_gives_data_or_a_market_error(write: Write) -> None:
    for content in ("", "\0", "date\n", HEADER, "a,b\n1,2\n", BARS):
        for name in ("CIFR.csv", "CIFR.parquet", "symbols.csv", "targets.csv"):
            write(name, content)
        for call in (read_history, read_targets):
            try:
                call(CIFR)
            except MarketError as error:
                assert str(error)
