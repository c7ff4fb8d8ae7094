"""`marketmap`: the command line. Each command stands in its own module and is imported when it is used."""

from __future__ import annotations

import keyword
import sys
from importlib import import_module
from typing import Any

import click

from orchestration.console import stderr

# In the order in which a person meets them.
COMMANDS = (
    "init",
    "demo",
    "sandbox",
    "run",
    "sync",
    "score",
    "stage",
    "status",
    "connect",
    "collect",
    "import",
    "sql",
    "explain",
    "export",
    "review",
    "pipeline",
    "whatif",
    "territories",
    "personas",
    "routing",
    "forget",
    "serve",
    "backup",
    "restore",
    "ui",
)


class _Commands(click.Group):
    """Imports only the command that is asked for: `sql` should not wait for Dagster."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = import_module(f"orchestration.commands.{module}").command
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="State lives in MARKETMAP_HOME (default: .marketmap in the current folder). Systems are reached through"
    " <SYSTEM>_BASE_URL and the vendor's credential names, from the environment or a .env file.",
)
@click.option("--verbose", is_flag=True, help="Show the full traceback of an error.")
@click.version_option(package_name="marketmap")
def cli(verbose: bool) -> None:
    """Account intelligence in your own warehouse: whom to sell to, what each is worth, who should act."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a failure is one clear line per fault on stderr and exit code 1."""
    given = sys.argv[1:] if arguments is None else arguments
    verbose = "--verbose" in given
    try:
        code: Any = cli.main(args=given, prog_name="marketmap", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("Interrupted. What was published and what the CRM accepted stands; the next run continues from there.")
        sys.exit(130)
    except Exception as error:
        if verbose:
            stderr().print_exception()
        for line in _words(error):
            _say(line)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _words(error: Exception) -> list[str]:
    """An error's own lines; one that nobody foresaw is named by its type."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    foreseen = type(error).__module__.partition(".")[0] in {
        "connections",
        "ingestion",
        "orchestration",
        "reverse_etl",
        "expectations",
    }
    if foreseen and lines:
        return lines
    return [f"Unexpected {type(error).__name__}: {lines[0] if lines else 'no message'} (--verbose shows where)"]


def _say(line: str) -> None:
    stderr().print(f"[bold red]✗[/] {line}", markup=True)
