"""What becomes of a ledger's rows, written for the person who imports it: every row is told, none of its other cells.

Knows no database and no terminal; the words live in `content/shared/messages.yaml`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from bot.engine.lexicon import Shared
from bot.engine.words import Names, fill
from bot.intake.judging import REFUSED, REPEATED, TAKEN, Judged, count_rows
from bot.intake.ledger import Ledger, tidy

MENDABLE = tuple(outcome for outcome in REFUSED if outcome not in ("other_department", "head_again"))
MOST_SHOWN = 20  # different things told of one outcome; rows of further ones by number only


class Report:
    """Writes sentences of the shared words, one a line."""

    def __init__(self, shared: Shared, language: str, write: Callable[[str], object]) -> None:
        self.departments: list[Any] = []  # names of the directory, for who has to mend one
        self.shared = shared
        self.language = language
        self.write = write

    def word(self, notice: str, **values: Any) -> str:
        return fill(self.shared.says[notice].of(self.language), values, self.language, self.shared, Names())

    def say(self, notice: str, **values: Any) -> None:
        self.write(self.word(notice, **values) + "\n")

    def say_under(self, notice: str, **values: Any) -> None:
        """One line of a list, under what it belongs to."""
        self.write(f"  {self.word(notice, **values)}\n")

    def describe_file(self, name: str, ledger: Ledger) -> None:
        """Which file and sheet were read, and which were not."""
        values = {"file": name, "rows": len(ledger.rows), "head": ledger.head_row, "sheet": tidy(ledger.sheet)}
        self.say("ledger_read_sheet" if ledger.sheet else "ledger_read", **values)
        if ledger.other_sheets:
            self.say("ledger_other_sheets", sheets=list(map(tidy, ledger.other_sheets)))
        self.write("\n")

    def describe_rows(self, judged: Sequence[Judged]) -> None:
        """Every row under its outcome, what was noted with those taken, and the sum."""
        counts = count_rows(judged)
        self.say("ledger_new", count=counts["new"])
        for name, count in counts["departments"]:
            self.say_under("ledger_new_of", department=name, count=count)
        for outcome in (*REPEATED, *REFUSED):
            self._list(outcome, [one for one in judged if one.outcome == outcome])
            if outcome == "unknown_department" and any(one.outcome == outcome for one in judged):
                self.say_under("ledger_departments", departments=self.departments[:MOST_SHOWN])
        taken = [one for one in judged if one.outcome == TAKEN]
        self._list("owner_lost", [one for one in taken if one.owner_lost])
        self._list("place_lost", [one for one in taken if one.place_lost])
        self._list("department_said", [one for one in taken if one.department_said])
        told = sum(one.level is not None for one in taken)
        if told:
            self.say("ledger_levels", count=told)
        self.say(
            "ledger_sum", **{name: counts[name] for name in ("rows", "new", "standing", "gone", "twice", "refused")}
        )
        self.write("\n")
        if any(one.outcome in MENDABLE for one in judged):
            self.say("ledger_mend")

    def _list(self, kind: str, rows: Sequence[Judged]) -> None:
        """The rows of one outcome, those of which the same is to be said in one line."""
        if not rows:
            return
        self.say(f"ledger_{kind}", count=len(rows))
        told: dict[str, list[int]] = {}
        for one in rows:
            told.setdefault(self._tell(kind, one), []).append(one.row)
        for sentence, numbers in list(told.items())[:MOST_SHOWN]:
            self.say_under("ledger_row", rows=list(to_ranges(numbers)), told=sentence)
        left = [number for numbers in list(told.values())[MOST_SHOWN:] for number in numbers]
        if left:
            self.say_under("ledger_more", count=len(left), rows=list(to_ranges(left)))

    def _tell(self, kind: str, one: Judged) -> str:
        values = {
            "name": one.name,
            "first": one.first,
            "told": one.told,
            "owner": one.owner_lost,
            "said": one.department_said,
            "department": one.department.name.model_dump() if one.department else "",
        }
        return self.word(f"ledger_row_{kind}", **values)


def to_ranges(numbers: Iterable[int]) -> Iterable[str]:
    """3 4 5 9 as 3-5 and 9."""
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield str(found[0]) if len(found) == 1 else f"{found[0]}-{found[-1]}"
