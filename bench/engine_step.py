"""What an ordinary answer costs in the engine, against the state machine's own step at the same places.

Nothing is read or written: snapshot in, snapshot out. Processor time, so that what else runs here counts for nothing.
"""

from functools import partial
from statistics import median
from time import thread_time

from bench.figure import Figure, run_rounds
from bench.order import CALM, SOON, build_order, list_replies
from bot.engine.facts import Facts, put_answer
from bot.engine.machine import Cursor
from bot.engine.position import Reply, Route, Snapshot, facts_of, start, step

ROUNDS = 101
WALKS = 40  # interviews from start to end in one run, half by each way: a run short enough to be seldom interrupted
GIVEN = {"timezone": "Asia/Tokyo", "me": {"person": "somebody"}}


def measure_engine_step() -> Figure:
    """The ratio of two times for the same walks over the same machine."""
    route = Route(build_order())
    walks = [list_replies(way) for way in (SOON, CALM)]
    seen = [_facts_seen(route, replies) for replies in walks]
    ours, bare = partial(_time_steps, route, walks), partial(_time_triggers, route, seen)
    for warm_up in (ours, bare, ours, bare):
        warm_up()
    rounds = run_rounds(ours, bare, ROUNDS)
    steps = WALKS // 2 * sum(map(len, walks))
    return Figure(
        name="engine-step",
        ratios=rounds.ratios,
        against="transitions' own trigger on the same machine: same guards, same states, facts already made",
        must=1.5,
        reach=1.2,
        better="lower",
        more={
            "step_us": round(median(rounds.ours) / steps * 1e6, 2),
            "trigger_us": round(median(rounds.theirs) / steps * 1e6, 2),
        },
    )


def _facts_seen(route: Route, replies: list[Reply]) -> list[Facts]:
    """What the guards of each question of a walk are shown; the walk must come to its end."""
    snapshot, seen = start(route, GIVEN), []
    for reply in replies:
        facts = facts_of(route, GIVEN, snapshot)
        put_answer(facts.answers, snapshot.position, reply.fact)
        seen.append(facts)
        snapshot = step(route, GIVEN, snapshot, reply)
    assert snapshot.has_ended
    return seen


def _time_steps(route: Route, walks: list[list[Reply]]) -> float:
    first: Snapshot = start(route, GIVEN)
    began = thread_time()
    for _ in range(WALKS // 2):
        for replies in walks:
            snapshot = first
            for reply in replies:
                snapshot = step(route, GIVEN, snapshot, reply)
    return thread_time() - began


def _time_triggers(route: Route, seen: list[list[Facts]]) -> float:
    machine, first = route.machine, route.flow.first
    began = thread_time()
    for _ in range(WALKS // 2):
        for walk in seen:
            cursor = Cursor(first)
            for facts in walk:
                machine.events["answer"].trigger(cursor, facts)
    return thread_time() - began
