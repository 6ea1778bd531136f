"""Whole conversations over a real database: the shell as the program has it, with a screen that only collects."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from bot.bootstrap import build_inspect
from bot.conversation import Conversation, Wanted
from bot.delivery import Delivery
from bot.engine.lexicon import clean
from bot.events import Body, Event, Opened, Said
from bot.guard import Finding
from bot.prompts import Shown
from bot.state.lane import Lane
from bot.state.store import Handled, Store
from tests.state.world import World

Inspect = Callable[[str], Finding | None]


@dataclass
class Screen:
    """Keeps what is shown to whom."""

    shown: list[tuple[str, Shown]] = field(default_factory=list)

    async def show(self, person: str, shown: Sequence[Shown]) -> None:
        self.shown += [(person, one) for one in shown]


class Talk:
    """People at their screens, one line at a time."""

    def __init__(self, world: World, store: Store, inspect: Inspect | None = None) -> None:
        self.world = world
        self.screen = Screen()
        self.lane = Lane(store.take_turns)
        guard = inspect or build_inspect(world.template.content)
        self.conversation = Conversation(store, world.reader, self.lane, guard, world.clock, store.ids)
        self.delivery = Delivery(store, world.reader, self.screen, world.clock, "terminal")
        self.keys = count(1)
        self.at: dict[str, str] = {}

    async def come(self, name: str, flow: str | None = None, language: str | None = None) -> str | None:
        """Take up what waits for this person, as the terminal does; the interview's id."""
        member = self.world.find(name)
        interview = await self.conversation.take_up(member, Wanted(flow), member.id)
        if interview is not None:
            self.at[name] = interview
            await self.send(name, Opened(language))
        return interview

    async def say(self, name: str, *lines: str) -> Handled:
        """Lines typed one after the other; what came of the last."""
        handled = None
        for line in lines:
            handled = await self.send(name, Said(*clean(line)))
        assert handled is not None
        return handled

    async def send(self, name: str, body: Body) -> Handled:
        member = self.world.find(name)
        self.world.clock.advance(seconds=7)
        key = f"talk:{name}:{next(self.keys)}"
        event = Event(key, self.at[name], member.id, "terminal", self.world.clock.now(), body, member.id)
        handled = await self.conversation.handle(event)
        await self.delivery.speak(member, self.at[name])
        return handled

    def texts(self, name: str) -> str:
        """Everything this person was shown, as one text."""
        return "\n".join(repr(one) for who, one in self.screen.shown if who == self.world.find(name).id)


@contextmanager
def talking(world: World, store: Store | None = None, inspect: Inspect | None = None) -> Iterator[Talk]:
    """A conversation whose lane runs until the end of the block."""
    talk = Talk(world, store or world.store, inspect)
    talk.lane.start()
    try:
        yield talk
    finally:
        talk.lane.stop()
