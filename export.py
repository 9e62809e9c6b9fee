"""The terminal's entry: the same analysis as PNG and JSON, for one ticker or many."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from datetime import date as Date
from pathlib import Path

from indicators.chance import chance

from indicators import analyse
from indicators.analysis import Analysis, TooEarly
from indicators.document import document
from market.errors import MarketError
from market.feed import SOURCES, ask
from market.symbols import parse_symbol


def main(arguments: list[str] | None = None) -> int:
    """Exports each ticker named; returns 0, or 1 when one of them was unusable."""
    options = _parser().parse_args(arguments)
    if options.verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    good = [_export(text, options) for text in options.tickers]
    return 0 if all(good) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickers", nargs="+", metavar="TICKER", help="symbols of Yahoo Finance, such as CIFR or ^GSPC")
    parser.add_argument("--as-of", type=Date.fromisoformat, metavar="YYYY-MM-DD", help="nothing later is used")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where the PNGs go (default: here)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a ticker, one a line")
    parser.add_argument("--no-png", action="store_true", help="draw no picture")
    parser.add_argument("--source", choices=SOURCES, default="yahoo")
    parser.add_argument("--scale", choices=("linear", "log"), default="linear")
    parser.add_argument("--period", choices=("3m", "6m", "1y", "2y", "5y", "max"), default="1y")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--read", action="store_true", help="write the three sentences under the picture")
    parser.add_argument("--verbose", action="store_true", help="say on standard error what was asked of Yahoo")
    return parser


def _export(text: str, options: argparse.Namespace) -> bool:
    from charts.png import PngError

    try:
        symbol = parse_symbol(text)
        answer = ask(symbol, options.source)
        analysis = analyse(answer.history, answer.targets, options.as_of, options.scale)
        if options.json:
            print(json.dumps(document(analysis, _chances(analysis)), ensure_ascii=False, allow_nan=False), flush=True)
        if not options.no_png:
            _write_png(analysis, options)
    except (MarketError, TooEarly, PngError, OSError) as error:
        print(error, file=sys.stderr)
        return False
    return True


def _chances(analysis: Analysis) -> dict:
    return {line: chance(analysis.bars, line) for line in analysis.trendlines[:1]}


def _write_png(analysis: Analysis, options: argparse.Namespace) -> None:
    from charts import png
    from charts.levels_chart import levels_figure

    figure = levels_figure(analysis, options.period, theme=options.theme, height=png.HEIGHT)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / png.file_name(analysis)
    path.write_bytes(png.png(figure))
    if not options.json:
        print(path)


if __name__ == "__main__":
    sys.exit(main())
