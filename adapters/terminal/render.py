"""What is shown, as terminal text or as one JSON object. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len as width

from bot.documents.columns import to_lines
from bot.engine.lexicon import Shared
from bot.prompts import Choice, End, Field, Line, Notice, Progress, Prompt, Shown, Table, list_rows

WIDTH = 78  # columns; a terminal of the usual size
GAP = "   "
INDENT = "       "


def to_text(shown: Shown, shared: Shared, repeated: bool = False) -> str:
    """One thing as the lines a person reads; a question that stands on the screen already is repeated without its
    introduction."""
    if isinstance(shown, Notice):
        return f"{shown.text}\n"
    if isinstance(shown, End):
        return ""
    return "\n".join(_prompt_lines(shown, shared, repeated)) + "\n"


def _prompt_lines(prompt: Prompt, shared: Shared, repeated: bool) -> list[str]:
    lines = [prompt.body] if prompt.body and not repeated else []
    lines += _table(prompt.table, prompt.language, shared) if prompt.table and not repeated else []
    lines += [] if repeated else [f"  {place} {_line(line)}" for place, line in enumerate(prompt.lines, 1)]
    lines.append(_spread(prompt.title, _progress(prompt.progress, prompt.language, shared)))
    empty = {kind: shared.formats[f"{kind}_field"].of(prompt.language) for kind in ("choose", "write")}
    rows = enumerate(list_rows(prompt.fields), 1)
    lines += [line for place, fields in rows for line in _row(place, fields, empty)]
    lines += _rows(_numbered(prompt.choices, prompt.kind == "several_of"))
    lines.append(f"{prompt.hint} {prompt.moves}".strip())
    return lines


def _table(table: Table, language: str, shared: Shared) -> list[str]:
    """Its title, its lines, and the same in a sentence for whoever hears the screen."""
    rows = [f"  {line}" for line in to_lines(table, WIDTH - len("  "))]
    spoken = shared.formats["table_spoken"].of(language).replace("{value}", table.spoken)
    return [*filter(None, [table.title]), *rows, spoken]


def _progress(progress: Progress | None, language: str, shared: Shared) -> str:
    if progress is None:
        return ""
    text = shared.formats["progress"].of(language)
    values = {"total": progress.total, "place": progress.done + 1, "minutes": progress.minutes_left}
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def _line(line: Line) -> str:
    return f"{line.label}{GAP}{line.note}".rstrip()


def _row(place: int, fields: Sequence[Field], empty: Mapping[str, str]) -> list[str]:
    """What stands on one line: a field by itself, or several with what is proposed for each."""
    if not fields[0].row:
        return _field(place, fields[0], empty)
    filled = [f"▸{field.filled_label}" if field.filled_label else empty["choose"] for field in fields]
    return [f"  {place} {GAP.join([fields[0].row, *filled])}"]


def _field(place: int, field: Field, empty: Mapping[str, str]) -> list[str]:
    """A line of a form: its proposal, or where it has choices these with their numbers under its label."""
    if not field.choices:
        return [
            f"  {place} {field.label}{GAP}▸{field.filled_label}"
            if field.filled_label
            else f"  {place} {field.label}{GAP}{empty['write' if field.kind == 'text' else 'choose']}"
        ]
    own = [f"▸{one['own']}" for one in _listed(field.filled) if isinstance(one, dict) and "own" in one]
    rows = _rows([*_numbered(field.choices, True), *own], INDENT)
    return [f"  {place}) {field.label}", *rows]


def _numbered(choices: Sequence[Choice], several: bool) -> list[str]:
    """Choices with their places; where several may be given, 0 is understood as "none", so it stands before that."""
    return [_choice(0 if one.exclusive and several else place, one) for place, one in enumerate(choices, 1)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _choice(place: int, choice: Choice) -> str:
    return f"{place} {'▸' if choice.chosen else ''}{choice.label}"


def _spread(left: str, right: str) -> str:
    """Title on the left, progress on the right, where both fit one line."""
    space = WIDTH - width(left) - width(right)
    return f"{left}{' ' * space}{right}" if right and space > 1 else f"{left}{GAP}{right}".rstrip()


def _rows(pieces: Sequence[str], indent: str = "  ") -> list[str]:
    """As many pieces on a line as fit."""
    rows: list[str] = []
    for piece in pieces:
        if rows and width(rows[-1]) + len(GAP) + width(piece) <= WIDTH:
            rows[-1] += GAP + piece
        else:
            rows.append(f"{indent}{piece}")
    return rows


def to_json(shown: Shown) -> Mapping[str, Any]:
    """One thing as the object of the documented line protocol."""
    if isinstance(shown, Notice):
        return {"type": "notice", "text": shown.text}
    if isinstance(shown, End):
        return {"type": "end", "flow": shown.flow, "outcome": shown.outcome}
    progress = shown.progress
    return {
        "type": "prompt",
        "flow": shown.flow,
        "interview": shown.interview,
        "question": shown.question,
        "kind": shown.kind,
        "title": shown.title,
        "body": shown.body,
        "lines": [{"label": line.label, "note": line.note} for line in shown.lines],
        "table": shown.table and _table_json(shown.table),
        "choices": [{"id": choice.id, "label": choice.label} for choice in shown.choices],
        "fields": [_field_json(field) for field in shown.fields],
        "progress": progress
        and {"done": progress.done, "total": progress.total, "minutes_left": progress.minutes_left},
    }


def _table_json(table: Table) -> Mapping[str, Any]:
    rows = [{"label": row.label, "cells": list(row.cells), "marks": list(row.marks)} for row in table.rows]
    return {"title": table.title, "columns": list(table.columns), "rows": rows, "spoken": table.spoken}


def _field_json(field: Field) -> Mapping[str, Any]:
    return {
        "id": field.id,
        "kind": field.kind,
        "label": field.label,
        "choices": [{"id": choice.id, "label": choice.label} for choice in field.choices],
        "filled": field.filled,
        "filled_label": field.filled_label,
        **({"row": field.row} if field.row else {}),
    }
