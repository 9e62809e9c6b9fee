"""A folder of CSV or Parquet files as a `Source`, see `market.files.folder` for what it holds."""

from __future__ import annotations

from market.market_data import MarketData
from market.price_history import PriceBasis
from market.source import LocalSource, SourceNames, SymbolMatch, closest_symbols
from market.symbols import Symbol
from text.numbers import format_integer

MAX_NOTICES = 3  # of targets.csv


class FilesSource(LocalSource):
    """Bars and targets in the folder of `LEVELS_FILES`; its prices are in one basis, adjusted for splits."""

    key = "files"
    names = SourceNames("Files", "The folder of files", "local files", "Local files")
    is_demo = False
    disclaimer = ""

    def is_offered(self) -> bool:
        from market.files.folder import folder_setting

        return bool(folder_setting())

    def symbols(self) -> tuple[str, ...]:
        from market.files.folder import listed_symbols

        return listed_symbols()

    def fetch(self, symbol: Symbol, basis: PriceBasis) -> MarketData:
        """Read the bars and targets of `symbol`; a bad targets.csv is a notice. Raises a `MarketError`."""
        from market.files.errors import BadFile
        from market.files.folder import TARGETS_FILE, read_history, read_targets

        history = read_history(symbol)
        try:
            targets = read_targets(symbol)
        except BadFile as error:
            return MarketData(history, (), notices=(f"{error}.",), targets_known=False)
        problems = [f"{TARGETS_FILE}, line {problem.line}: {problem.reason}" for problem in targets.problems]
        if len(problems) > MAX_NOTICES:
            problems[MAX_NOTICES:] = [f"{TARGETS_FILE} has {format_integer(len(problems) - MAX_NOTICES)} more errors."]
        return MarketData(history, targets.rows, notices=tuple(problems))

    def fetch_stored(self, symbol: Symbol, basis: PriceBasis) -> MarketData:
        return self.fetch(symbol, basis)

    def near_matches(self, text: str) -> tuple[SymbolMatch, ...]:
        return closest_symbols(text, self.symbols())


SOURCE = FilesSource()
