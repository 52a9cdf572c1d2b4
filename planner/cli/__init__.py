"""The command line: `planner COMMAND`. Results on stdout, everything else on stderr.

Exit codes: 0 done, 1 findings, violations or no schedule, 2 wrong use.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from planner import __version__
from planner.cli import (
    actuals,
    change,
    check,
    compare,
    diff,
    explain,
    export,
    importing,
    keeping,
    plan,
    promise,
    publish,
    release,
    replan,
    report,
    simulate,
    ui,
    validate,
    variant,
)
from planner.cli.output import FAILED, WRONG_USE, clean, say
from planner.errors import PlannerError, ScenarioError, WrongUseError
from planner.files import is_of_room

# Each module adds its commands with `register`.
COMMAND_MODULES = (
    importing,
    validate,
    plan,
    check,
    compare,
    change,
    diff,
    explain,
    replan,
    actuals,
    promise,
    variant,
    export,
    report,
    simulate,
    release,
    publish,
    keeping,
    ui,
)

log = logging.getLogger("planner")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; wrong use raises SystemExit(2)."""
    _accept_any_text()
    options = command_parser().parse_args(arguments)
    if options.debug:
        logging.basicConfig(level=logging.DEBUG)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        # The reader of our output, such as `head`, has gone: that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        say("stopped")
    except WrongUseError as error:
        say(clean(f"planner: {error}"))
        return WRONG_USE
    except ScenarioError as error:
        _say_scenario_error(error)
    except PlannerError as error:
        say(clean(str(error)))
    except OSError as error:
        _say_file_error(error)
    except Exception as error:
        if _is_of_a_database(error):
            say(clean(f"the database does not answer: {getattr(error, 'orig', None) or error}"))
            return FAILED
        log.debug("unexpected error", exc_info=error)
        say(clean(f"unexpected {type(error).__name__}: {error}"))
        say("    This is a fault of Batch planner. Run it again with --debug for details.")
    return FAILED


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="planner",
        description="Plans batch production: which orders together, on which machine, when.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="log details, with tracebacks")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMAND_MODULES:
        module.register(commands, common)
    return parser


def _is_of_a_database(error: Exception) -> bool:
    # By name: most commands have no need of the package, which takes a while to import.
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    return "sqlalchemy.exc.SQLAlchemyError" in kinds


def _say_scenario_error(error: ScenarioError) -> None:
    say(clean(str(error)))
    for finding in error.findings:
        say(clean(str(finding)))


def _say_file_error(error: OSError) -> None:
    say(clean(f"{error.filename or 'file'}: {error.strerror or error}"))
    if is_of_room(error):
        say("    Make room, and do it again: what was there before is as it was.")


def _accept_any_text() -> None:
    """Show what the terminal's encoding lacks as an escape, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
