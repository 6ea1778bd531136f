"""A flow as one shared `transitions` machine: the rulebook of which question follows which.

Holds no person's state; a throw-away cursor walks over it. Nothing else may import `transitions`.
"""

import logging

from transitions import Machine, MachineError

from bot.engine.conditions import Predicate, compile_condition
from bot.engine.facts import Facts
from bot.engine.model import Flow, Question

# At DEBUG a step costs five times as much, and the library logs at every step.
logging.getLogger("transitions").setLevel(logging.WARNING)

Rulebook = Machine  # the name by which the rest of the engine holds one
END = "="  # marks an outcome among the states: "=listed"


class FlowFault(Exception):
    """The flow cannot go on from here: a fault of content or of ours, never of the person's reply."""


class Cursor:
    """A place on the machine; lives for one step."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def build_machine(flow: Flow) -> Machine:
    """One machine per flow version: a state for each question and outcome, one event `answer`."""
    outcomes = [END + outcome for outcome in flow.outcomes]
    machine = Machine(
        model=None, states=[*flow.questions, *outcomes], initial=None, auto_transitions=False, send_event=False
    )
    for question in flow.questions.values():
        for target, guard in _edges(flow, question):
            machine.add_transition("answer", question.id, target, conditions=[guard] if guard else None)
    return machine


def _edges(flow: Flow, question: Question) -> list[tuple[str, Predicate | None]]:
    return [
        (rule.go if rule.go in flow.questions else END + rule.go, compile_condition(rule.when) if rule.when else None)
        for rule in question.next
    ]


def follow(machine: Machine, question: str, facts: Facts) -> str:
    """The state that follows this question, given the facts with its answer in them.

    Raises FlowFault where no rule holds: the machine's refusal is never passed over.
    """
    cursor = Cursor(question)
    try:
        moved = machine.events["answer"].trigger(cursor, facts)
    except (MachineError, ValueError) as fault:
        raise FlowFault(f"no rule leads on from {question!r}") from fault
    if not moved:
        raise FlowFault(f"no rule of {question!r} holds")
    return cursor.state
