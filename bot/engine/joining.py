"""From the shared files as a person writes them to the words that every flow uses. Reads no file."""

from bot.engine.lexicon import Aside, CommandWords, MoveWords, Shared
from bot.engine.model import Choice
from bot.engine.schema import AsideMap, CommandsFile, MessagesFile


def join_shared(messages: MessagesFile, commands: CommandsFile) -> Shared:
    """The phrases, moves and replies of messages.yaml, with the words of the command."""
    replies = messages.replies
    return Shared(
        says=messages.says,
        asides={name: _join_aside(aside) for name, aside in messages.asides.items()},
        moves={
            name: MoveWords(shown=move.shown, also=tuple(move.also), within=tuple(move.within))
            for name, move in messages.moves.items()
        },
        yes=Choice(id="yes", label=replies.yes, also=tuple(replies.also["yes"])),
        no=Choice(id="no", label=replies.no, also=tuple(replies.also["no"])),
        none=tuple(replies.none),
        keep=tuple(replies.keep),
        all=tuple(replies.all),
        myself=tuple(replies.myself),
        particles=tuple(replies.particles),
        send=tuple(replies.send),
        asking=tuple(replies.asking),
        joins=tuple(replies.joins),
        counters=tuple(replies.counters),
        honorifics=tuple(replies.honorifics),
        hedges=tuple(replies.hedges),
        denials=tuple(replies.denials),
        leaving=tuple(replies.leaving),
        lacking=tuple(replies.lacking),
        formats=messages.formats,
        sources=messages.sources,
        doubts=messages.doubts,
        surfaces=messages.surfaces,
        commands={
            name: CommandWords(shown=one.shown, also=tuple(one.also), tells=one.tells, flow=one.flow, leads=one.leads)
            for name, one in commands.root.items()
        },
    )


def _join_aside(aside: AsideMap) -> Aside:
    choices = tuple(
        Choice(id=name, label=label, also=tuple(aside.also.get(name, ()))) for name, label in aside.choices.items()
    )
    return Aside(title=aside.title, body=aside.body, choices=choices)
