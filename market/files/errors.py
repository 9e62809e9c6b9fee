"""What can be wrong with the folder and its files; each error names the file, the line and the reason."""

from __future__ import annotations

from market.errors import MarketError, UnknownSymbol

FOLDER_VARIABLE = "LEVELS_FILES"


class FolderNotFound(MarketError):
    """`LEVELS_FILES` is unset (`folder` is "") or names no folder that can be read."""

    def __init__(self, symbol: str, folder: str = "") -> None:
        super().__init__(symbol, folder)
        self.folder = folder

    @property
    def cause(self) -> str:
        if not self.folder:
            return f"no folder of price files is set ({FOLDER_VARIABLE})"
        return f"the folder {self.folder} of {FOLDER_VARIABLE} does not exist or cannot be read"

    @property
    def advice(self) -> str:
        return f"start Levelboard with {FOLDER_VARIABLE}=FOLDER, or choose another source"


class NotInFolder(UnknownSymbol):
    """The folder has no prices of the symbol; `file` is the missing file's name without extension."""

    def __init__(self, symbol: str, file: str) -> None:
        super().__init__(symbol, "The folder of files")
        self.args = (symbol, file)
        self.file = file

    @property
    def cause(self) -> str:
        return f"the folder of {FOLDER_VARIABLE} has neither {self.file}.csv nor {self.file}.parquet"

    @property
    def advice(self) -> str:
        return "add one of them or choose another ticker"


class BadFile(MarketError):
    """A file cannot be read; `place` is its name, with the line or row if one is at fault ("CIFR.csv, line 12")."""

    def __init__(self, symbol: str, place: str, reason: str, fix: str = "") -> None:
        super().__init__(symbol, place, reason, fix)
        self.place, self.reason, self.fix = place, reason, fix

    @property
    def cause(self) -> str:
        return f"{self.place}: {self.reason}"

    @property
    def advice(self) -> str:
        return self.fix

    def __str__(self) -> str:
        return f"{self.cause}, so {self.advice}" if self.advice else self.cause
