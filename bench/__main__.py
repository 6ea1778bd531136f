"""`python -m bench [NAME…] [--json]`: take the figures and print them, as a table or as a JSON list."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.audit_verify import measure_audit_verify
from bench.delivery import (
    measure_drain_postgres,
    measure_drain_sqlite,
    measure_enqueue_postgres,
    measure_enqueue_sqlite,
)
from bench.durable_turn import measure_durable_postgres, measure_durable_sqlite
from bench.engine_step import measure_engine_step
from bench.figure import Figure
from bench.selection import measure_selection
from bench.slack_press import measure_slack_ack, measure_slack_press
from bench.teams_press import measure_teams_press, measure_teams_press_agents

FIGURES: Mapping[str, Callable[[], Figure]] = {
    "engine-step": measure_engine_step,
    "durable-turn-sqlite": measure_durable_sqlite,
    "durable-turn-postgres": measure_durable_postgres,
    "audit-verify": measure_audit_verify,
    "selection": measure_selection,
    "slack-press": measure_slack_press,
    "slack-ack-p99": measure_slack_ack,
    "teams-press": measure_teams_press,
    "teams-press-agents": measure_teams_press_agents,
    "delivery-enqueue-sqlite": measure_enqueue_sqlite,
    "delivery-enqueue-postgres": measure_enqueue_postgres,
    "delivery-drain-sqlite": measure_drain_sqlite,
    "delivery-drain-postgres": measure_drain_postgres,
}


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help=", ".join(FIGURES))] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list with one object for each figure.")] = False,
) -> None:
    """Every figure we claim, as a ratio to something measured in the same run."""
    wanted = [name for given in names or FIGURES for name in find_names(given)]
    figures = [FIGURES[name]() for name in wanted]
    if as_json:
        sys.stdout.write(json.dumps([figure.to_json() for figure in figures], indent=2) + "\n")
    else:
        print_table(figures)


def find_names(given: str) -> list[str]:
    """The figure of this name, or all whose names begin with it as a word."""
    found = [name for name in FIGURES if name == given or name.startswith(f"{given}-")]
    if not found:
        raise typer.BadParameter(f"{given} is none of {', '.join(FIGURES)}")
    return [given] if given in found else found


def print_table(figures: Sequence[Figure]) -> None:
    """What was found and what was promised; under it, for each figure, how it was taken."""
    table = Table("figure", "ratio", "lowest–highest", "must", "reach", "")
    for figure in figures:
        sign = "≤" if figure.better == "lower" else "≥"
        bounds = (f"{sign} {figure.must}", f"{sign} {figure.reach}")
        verdict = "reached" if figure.holds(figure.reach) else "met" if figure.met else "MISSED"
        table.add_row(figure.name, f"{figure.ratio:.3f}", "–".join(map(str, figure.spread)), *bounds, verdict)
    console = Console(highlight=False)
    console.print(table)
    for figure in figures:
        more = ", ".join(f"{name} {value}" for name, value in figure.more.items())
        console.print(f"{figure.name}: against {figure.against}; {more}")


if __name__ == "__main__":
    typer.run(main)
