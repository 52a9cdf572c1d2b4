"""`planner ui`: the dashboard in the browser."""

import argparse

from planner.cli.output import DONE, Commands
from planner.cli.shared_options import port


def register(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "ui",
        parents=[common],
        help="open the dashboard in the browser",
        description="Serve the dashboard until it is interrupted, to this machine only by default.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--open-to-network", action="store_true", help="let anybody reach it: no sign-in yet"
    )
    parser.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="name others know it by"
    )
    parser.add_argument("--port", type=port, default=8501, help="port (8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--database", metavar="URL", help="where plans are kept")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve the dashboard until it is interrupted."""
    # Streamlit takes a second to import, which other commands need not wait for.
    from ui.launch import main

    main(
        options.host,
        options.port,
        browser=not options.no_browser,
        database=options.database,
        is_open_to_network=options.open_to_network,
        names=options.name,
    )
    return DONE
