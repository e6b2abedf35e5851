"""The commands, and what their failures become: plain lines on stderr and an exit code."""

from __future__ import annotations

import atexit
import functools
import signal
import sys
from typing import TYPE_CHECKING, Any, Final

import typer

import emergency_sim
from emergency_sim.cli import (
    check,
    demo,
    district,
    experiment,
    failures,
    fit,
    listings,
    network,
    norway,
    results,
    run,
    travel_time,
    validate,
)
from emergency_sim.cli.command_line import NAME, remember
from emergency_sim.domain.errors import InputFaults, NotPossibleError, UnfinishedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DONE, FAILED, BAD_INPUT, NOT_POSSIBLE, CANCELLED = 0, 1, 2, 3, 130

EXTRAS: Final = {
    "SALib": "optimise", "dask": "cluster", "distributed": "cluster", "highspy": "optimise",
    "ortools": "optimise", "pyroutingkit": "fast", "sim_tools": "optimise", "spopt": "optimise",
    "starlette": "web", "uvicorn": "web", "weasyprint": "pdf", "xstatic": "web",
}  # fmt: skip
"""Extra that brings a library."""

UsageFault: Final[type[Exception]] = next(
    cls for cls in typer.BadParameter.__mro__ if cls.__name__ == "ClickException"
)
"""What typer raises on words that it does not understand; it carries its own copy of click or not,
by version."""

app = typer.Typer(
    name=NAME,
    help="Simulate Norway's out-of-hospital emergency chain and compare how it is organised.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class _CancelledError(Exception):
    """An interrupt on its way to :func:`main`; typer would swallow a KeyboardInterrupt."""


def _interruptible(command: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(command)
    def called(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except KeyboardInterrupt as error:
            raise _CancelledError from error

    return called


for _name, _command in (
    ("demo", demo.demo),
    ("run", run.run),
    ("compare", run.compare),
    ("experiment", experiment.experiment),
    ("merge", experiment.merge),
    ("validate", validate.validate),
    ("kpis", listings.kpis),
    ("schema", listings.schema),
    ("travel-time", travel_time.travel_time),
    ("norway", norway.norway),
    ("check", check.check),
    ("fit", fit.fit),
):
    app.command(_name)(_interruptible(_command))

for _name, _help, _commands in (
    ("network", "Build, fetch, look at, export and calibrate networks.", network.commands()),
    ("district", "Make a district that is ready to run.", {"new": district.new}),
    ("results", "List, show, verify and clean results.", results.commands()),
):
    _group = typer.Typer(
        help=_help, no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )
    for _inner, _one in _commands.items():
        _group.command(_inner)(_interruptible(_one))
    app.add_typer(_group, name=_name)


_cancelled: list[bool] = []


def _end_as_said() -> None:
    """Let the process end with the code that :func:`main` gave.

    Where an interrupt comes while Python runs code from a text, as dataclasses do when they are made,
    `python -m` remembers it as not handled and kills itself by SIGINT at its end, whatever handled it
    since. A signal that is held back leaves the exit code as it is.
    """
    if _cancelled and hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


atexit.register(_end_as_said)  # the first to be registered is the last to be called


def _version(value: bool) -> None:
    if value:
        typer.echo(f"{NAME} {emergency_sim.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Simulate Norway's out-of-hospital emergency chain and compare how it is organised."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the command's name; None: those of this process.

    Returns
    -------
    int
        0 done, 1 failed, 2 bad input, 3 not possible with these data or rules, 130 cancelled.
    """
    # Where a parent ignores SIGINT, Ctrl-C is to work all the same; a scheduler sends SIGTERM.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.default_int_handler)
    words = list(sys.argv[1:] if arguments is None else arguments)
    remember(words)
    try:
        code = app(words, prog_name=NAME, standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except InputFaults as error:
        _say(*(str(fault) for fault in error.faults))
        return BAD_INPUT
    except UsageFault as error:
        message = error.format_message()  # type: ignore[attr-defined]
        if type(error).__name__ == "NoArgsIsHelpError":
            _say(message)
        else:
            _say(f"{NAME}: {' '.join(message.split())}")
        return BAD_INPUT
    except NotPossibleError as error:
        _say(f"{NAME}: {error}")
        return NOT_POSSIBLE
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in EXTRAS:
            raise
        extra = EXTRAS[library]
        _say(f"{NAME}: this needs the extra {extra}: pip install 'emergency-sim[{extra}]'")
        return BAD_INPUT
    except (_CancelledError, KeyboardInterrupt, typer.Abort) as error:
        _cancelled.append(True)
        _say(*failures.cancelled(error.__cause__))
        return CANCELLED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except (UnfinishedError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in failures.DISK:
            raise
        _say(*failures.unfinished(error))
        return FAILED


def _say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")
