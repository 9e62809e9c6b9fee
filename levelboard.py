"""Terminal entry: `python levelboard.py COMMAND`. A new command is a file in `terminal/` and a name in `COMMANDS`."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

import click

from terminal.alerts import alerts
from terminal.changes import changes
from terminal.exit_status import CannotContinue, ExitStatus
from terminal.export import export
from terminal.output import report_problem
from terminal.receipt import receipt
from terminal.scan import scan
from version import VERSION

PROGRAM = "python levelboard.py"
COMMANDS = (alerts, changes, export, receipt, scan)
EXIT_STATUSES = "Exit status: 0, 1 if a ticker failed, 2 for a wrong command line, 130 after Ctrl-C."


@click.group(
    commands=COMMANDS,
    no_args_is_help=False,
    epilog=EXIT_STATUSES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="Levelboard", message="%(prog)s %(version)s")
def levelboard() -> None:
    """Technical levels and analysts' price targets: the dashboard's pictures and figures, from the terminal.

    Each command has its own help: python levelboard.py export --help
    """


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status; whatever goes wrong is one sentence on standard error."""
    try:
        # Not levelboard(): click would print a blank line at Ctrl-C and end the process at a broken pipe
        with levelboard.make_context(PROGRAM, list(sys.argv[1:] if arguments is None else arguments)) as context:
            return int(levelboard.invoke(context))
    except click.exceptions.Exit as end:  # --help and --version
        return end.exit_code
    except click.UsageError as error:
        report_problem(_misuse(error))
        return ExitStatus.MISUSE
    except KeyboardInterrupt:
        report_problem("Stopped. What was written is complete; export --out DIR --resume continues from there.")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again at its end
        report_problem("Stopped, because nothing reads the output any more.")
        return ExitStatus.BROKEN_PIPE
    except CannotContinue as reason:
        report_problem(reason)
    except OSError as error:
        file = error.filename or "The output"
        report_problem(f"{file} cannot be written ({error.strerror}): free some space or name another --out.")
    except Exception:  # the one boundary: our own fault is a sentence, with a traceback for those who want it
        logging.getLogger("levelboard").info("The command failed", exc_info=True)
        report_problem("Levelboard itself failed here; --verbose shows where.")
    return ExitStatus.UNUSABLE


def _misuse(error: click.UsageError) -> str:
    """Return what is wrong with the command line and which help describes it, in one line."""
    message = " ".join(error.message.split()).rstrip(".")
    if isinstance(error, click.BadParameter) and error.param is not None and message:
        message = f"{error.param.opts[0]}: {message}"
    command = error.ctx.command_path if error.ctx else PROGRAM
    return f"{message or error.format_message()} ({command} --help)"


def _exit(status: int) -> NoReturn:
    """End this process; after Ctrl-C at once, without waiting for threads that still wait for Yahoo."""
    if status == ExitStatus.INTERRUPTED:
        if (png := sys.modules.get("exports.png")) is not None:
            png.close()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    _exit(main())
