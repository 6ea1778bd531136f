"""From content folders to flows and shared words, with file and line in every complaint.

The only reader of YAML. A company's own folder is laid over ours: same shape, merged by id, checked the same way.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from inspect import getfile
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.engine.conditions import TESTS
from bot.engine.joining import join_shared
from bot.engine.lexicon import Shared
from bot.engine.model import FROZEN, Choice, Condition, Field, Flow, Outcome, Question, Rule, Text, Words
from bot.engine.schema import (
    Case,
    ChoiceMap,
    CommandsFile,
    FlowFile,
    MessagesFile,
    QuestionMap,
    QuestionWords,
    TermsFile,
    WordingFile,
)
from bot.faults import FAULTS

OPERATORS = tuple(TESTS)
JOINERS = ("all", "any", "not")
LANGUAGES = ("ja", "en")

Shape = TypeVar("Shape", bound=BaseModel)


class ContentFault(Exception):
    """A content file cannot be used: which rule it breaks, in which file and line. Worded in `bot/faults.py`."""

    def __init__(self, code: str, path: Path | str, line: int = 0, **params: Any) -> None:
        super().__init__(f"{path}:{line}: {code} {params}")
        self.code, self.path, self.line, self.params = code, str(path), line, params


class Content(BaseModel):
    """Everything read from content: flows by id, the shared words, reference data and word lists."""

    model_config = FROZEN

    flows: Mapping[str, Flow]
    cases: Mapping[str, tuple[Case, ...]]
    shared: Shared
    catalogue: Mapping[str, Any]
    documents: Mapping[str, Any]
    awareness: Mapping[str, Any]
    guard: Mapping[str, Any]
    dates: Mapping[str, Any]
    avoid: Mapping[str, str]
    digest: str = ""  # of the files it was read from, where a compiled copy of it may be kept


Shapes = Mapping[str, type[BaseModel]]  # of the files of one folder, by name
Shelves = Mapping[str, Shapes]  # by the folder they stand in: catalogue, documents, awareness
NO_SHELVES: Shelves = MappingProxyType({})


def digest_files(folders: Sequence[Path], shelves: Shelves) -> str:
    """A digest over every content file's name and bytes; the key under which compiled content is kept."""
    hasher = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            hasher.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0")
    for source in (
        "loader.py",
        "joining.py",
        "schema.py",
        "model.py",
        "lexicon.py",
    ):  # what reads them shapes the result too
        hasher.update(Path(__file__).with_name(source).read_bytes())
    for shape in (shape for shapes in shelves.values() for shape in shapes.values()):
        hasher.update(Path(getfile(shape)).read_bytes())
    return hasher.hexdigest()


def load_content(folders: Sequence[Path], shelves: Shelves = NO_SHELVES) -> Content:
    """Read and join all content. `folders` is ours, then what lies over it; `shelves` are the shapes of its reference
    data. Raises ContentFault."""
    catalogue = read_catalogue(folders, shelves.get("catalogue", {}))
    documents = read_catalogue(folders, shelves.get("documents", {}), "documents")
    awareness = read_catalogue(folders, shelves.get("awareness", {}), "awareness", catalogue)
    data = {**documents, **awareness, **catalogue}
    messages = _parse(MessagesFile, folders, "shared/messages.yaml")
    terms = _parse(TermsFile, folders, "shared/terms.yaml")
    flow_ids = sorted({path.parent.name for folder in folders for path in folder.glob("flows/*/flow.yaml")})
    return Content(
        flows={flow_id: load_flow(folders, flow_id, data, messages) for flow_id in flow_ids},
        cases={flow_id: _load_cases(folders, flow_id) for flow_id in flow_ids},
        shared=join_shared(messages, _parse(CommandsFile, folders, "shared/commands.yaml")),
        catalogue=catalogue,
        documents=documents,
        awareness=awareness,
        guard=_read(folders, "shared/guard.yaml").plain,
        dates=_read(folders, "shared/dates.yaml").plain,
        avoid=terms.avoid,
    )


def read_catalogue(
    folders: Sequence[Path], shapes: Shapes, room: str = "catalogue", beside: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A folder's data by file, as written; a file with a shape stands there and fits it. `beside` is the data of
    another folder, for shapes that look whether what they name is there. Raises ContentFault."""
    names = {*shapes, *(path.stem for folder in folders for path in folder.glob(f"{room}/*.yaml"))}
    found = {name: _read(folders, f"{room}/{name}.yaml") for name in sorted(names)}
    for name, shape in shapes.items():
        _shape(shape, found[name].plain, found[name], beside)
    return {name: one.plain for name, one in found.items()}


def read_files(folders: Sequence[Path]) -> dict[str, Any]:
    """Every content file by name, as written, what lies over it laid over it. Raises ContentFault."""
    found = {path.relative_to(folder).as_posix() for folder in folders for path in folder.rglob("*.yaml")}
    return {name: _read(folders, name).plain for name in sorted(found)}


def load_flow(folders: Sequence[Path], flow_id: str, catalogue: Mapping[str, Any], messages: MessagesFile) -> Flow:
    """One flow from its map and its words. Its digest covers all that is shown with it: both, the phrases common to
    all flows, and the reference data it uses."""
    map_name, words_name = f"flows/{flow_id}/flow.yaml", f"flows/{flow_id}/wording.yaml"
    flow = _parse(FlowFile, folders, map_name)
    words = _parse(WordingFile, folders, words_name)
    where, mapped = _innermost(folders, words_name), _innermost(folders, map_name)
    for wanted, told in ((flow.questions, words.questions), (flow.outcomes, words.outcomes)):
        for missing, named_in in ((set(wanted) - set(told), mapped), (set(told) - set(wanted), where)):
            for name in sorted(missing):
                raise ContentFault("words_differ", named_in, name=name)
    for name in words.unverified:
        if find_text(words.model_dump(), name) is None:
            raise ContentFault("unknown_name", where, name=name)
    used = {name: catalogue[name] for name in flow.uses if name in catalogue}
    if len(used) < len(flow.uses):
        raise ContentFault("unknown_name", mapped, name=", ".join(flow.uses))
    parts = [flow.model_dump(), words.model_dump(exclude={"unverified"}), messages.model_dump(), used]
    body = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return Flow(
        id=flow.id,
        digest=hashlib.sha256(body.encode()).hexdigest(),
        status=flow.status,
        first=flow.first,
        parts=flow.parts,
        title=words.flow.title,
        given=(*flow.given, "this"),
        derived=tuple(flow.derived),
        questions={
            name: _join_question(name, question, words.questions[name], mapped)
            for name, question in flow.questions.items()
        },
        outcomes={
            name: Outcome(id=name, text=words.outcomes[name], concludes=tuple(outcome.concludes), rests=outcome.rests)
            for name, outcome in flow.outcomes.items()
        },
        shows=flow.shows,
        edits=flow.edits,
        hands=flow.hands,
        compares=tuple(flow.compares),
        resume=words.flow.resume,
        urgent=flow.urgent,
        discreet=flow.discreet,
        reports=flow.reports,
        messages=words.flow.messages,
        catalogue=used,
    )


def _join_question(name: str, question: QuestionMap, words: QuestionWords, where: Path) -> Question:
    plain = question.model_dump(exclude={"answer", "choices", "fields", "next", "asked_when", "concludes"})
    spoken = words.model_dump(exclude={"choices", "also", "fields"})
    return Question(
        id=name,
        kind=question.answer,
        words=Words(**spoken),
        asked_when=read_condition(question.asked_when, name, where) if question.asked_when else None,
        choices=_join_choices(question.choices, words.choices, words.also, where),
        fields=tuple(
            Field(
                id=field_id,
                kind=field.answer,
                label=_words_of(words.fields, field_id, where).label,
                choices=_join_choices(
                    field.choices, words.fields[field_id].choices, words.fields[field_id].also, where
                ),
                own=field.own,
                filled=field.filled,
            )
            for field_id, field in question.fields.items()
        ),
        concludes=tuple(question.concludes),
        next=tuple(
            Rule(when=read_condition(rule.when, name, where) if rule.when else None, go=rule.go)
            for rule in question.next
        ),
        **plain,
    )


def _join_choices(
    choices: Mapping[str, ChoiceMap], labels: Mapping[str, Text], also: Mapping[str, list[str]], where: Path
) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            id=name,
            label=_words_of(labels, name, where),
            also=tuple(also.get(name, ())),
            move=choice.move,
            opens=choice.opens,
            exclusive=choice.exclusive,
            shown_when=read_condition(choice.shown_when, name, where) if choice.shown_when else None,
        )
        for name, choice in choices.items()
    )


def _words_of(words: Mapping[str, Any], name: str, where: Path) -> Any:
    if name not in words:
        raise ContentFault("words_differ", where.with_name("wording.yaml"), name=name)
    return words[name]


def read_condition(written: Any, question: str, where: Path) -> Condition:
    """A condition as written in YAML. Raises ContentFault for anything outside the closed vocabulary."""
    if not isinstance(written, Mapping) or not written:
        raise ContentFault("not_a_condition", where, name=question)
    parts = [_read_test(name, wanted, question, where) for name, wanted in written.items()]
    return parts[0] if len(parts) == 1 else Condition(operator="all", parts=tuple(parts))


def _read_test(name: str, wanted: Any, question: str, where: Path) -> Condition:
    if name in ("all", "any"):
        return Condition(operator=name, parts=tuple(read_condition(part, question, where) for part in wanted))
    if name == "not":
        return Condition(operator=name, parts=(read_condition(wanted, question, where),))
    if name in OPERATORS:
        return Condition(operator=name, fact=question, value=wanted)
    if not isinstance(wanted, Mapping) or not set(wanted) <= set(OPERATORS):
        raise ContentFault("not_a_condition", where, name=name)
    tests = [Condition(operator=operator, fact=name, value=value) for operator, value in wanted.items()]
    return tests[0] if len(tests) == 1 else Condition(operator="all", parts=tuple(tests))


def _load_cases(folders: Sequence[Path], flow_id: str) -> tuple[Case, ...]:
    name = f"flows/{flow_id}/cases.yaml"
    if not any((folder / name).exists() for folder in folders):
        return ()
    written = _read(folders, name)
    return tuple(_shape(Case, case, written) for case in written.plain)


def find_text(written: Any, name: str) -> Text | None:
    """The text of a file by its place in it, such as `flow.messages.legal`; None where there is none."""
    for part in name.split("."):
        written = written.get(part) if isinstance(written, Mapping) else None
    return Text(**written) if isinstance(written, Mapping) and set(written) == set(LANGUAGES) else None


class Written(NamedTuple):
    """One file as plain values, what lies over it laid over it; and each file it came from, ours first."""

    plain: Any
    parts: list[tuple[Path, Any]]


def _parse(shape: type[Shape], folders: Sequence[Path], name: str) -> Shape:
    written = _read(folders, name)
    return _shape(shape, written.plain, written)


def _shape(shape: type[Shape], plain: Any, written: Written, beside: Mapping[str, Any] | None = None) -> Shape:
    try:
        return shape.model_validate(plain, context=beside)
    except ValidationError as fault:
        first = fault.errors()[0]
        told = dict(first.get("ctx", {}))  # a shape of ours says which fault it is, and where inside
        location = (*first["loc"], *told.pop("at", ()))
        code = {"extra_forbidden": "unknown_key", "missing": "missing_key"}.get(first["type"], first["type"])
        places = [(*_find_line(part, location), path) for path, part in written.parts]
        _, line, path = max(places, key=lambda place: place[0] * len(places) + places.index(place))
        name = ".".join(map(str, location))
        raise ContentFault(code if code in FAULTS else "wrong_value", path, line, **told, name=name) from fault


def _find_line(written: Any, location: Sequence[Any]) -> tuple[int, int]:
    """How much of a location a file has, and the line of its innermost part."""
    depth, line = 0, 0
    for part in location:
        if isinstance(written, Mapping) and part in written:
            line = written.lc.key(part)[0] + 1  # type: ignore[attr-defined] # CommentedMap
        elif not (isinstance(written, list) and isinstance(part, int) and part < len(written)):
            break
        written = written[part]
        depth += 1
    return depth, line


def _read(folders: Sequence[Path], name: str) -> Written:
    """One file of the first folder with the same file of the others laid over it."""
    parts = [(folder / name, read_yaml(folder / name)) for folder in folders if (folder / name).exists()]
    if not parts:
        raise ContentFault("no_file", _innermost(folders, str(Path(name).parent)) / Path(name).name)
    return Written(reduce(_lay_over, [_plain(part) for _, part in parts]), parts)


def _innermost(folders: Sequence[Path], name: str) -> Path:
    """The file or folder of this name that lies on top, where a complaint about it belongs."""
    return next((folder / name for folder in reversed(folders) if (folder / name).exists()), folders[0] / name)


def _lay_over(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{name: _lay_over(base.get(name), value) for name, value in over.items()}}
    return over


def read_yaml(path: Path) -> Any:
    """One YAML 1.2 file under the rules of the house: block texts, no key twice, no full-width colon or indent."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ContentFault("unreadable", path, detail=type(fault).__name__) from fault
    _refuse_full_width(text, path)
    try:
        written = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as fault:
        raise ContentFault("duplicate_key", path, _mark(fault)) from fault
    except YAMLError as fault:
        raise ContentFault("not_yaml", path, _mark(fault)) from fault
    _refuse_loose_texts(written, path)
    return written


def _mark(fault: YAMLError) -> int:
    mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
    return mark.line + 1 if mark else 0


def _refuse_full_width(text: str, path: Path) -> None:
    """Both are letters like any other to YAML, so the mistake would surface far away."""
    block_indent: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        indent = len(line) - len(line.lstrip(" "))
        if block_indent is not None and (not line.strip() or indent > block_indent):
            continue
        block_indent = indent if line.rstrip().endswith(("|", "|-", ">")) else None
        stripped = line.strip(" ")
        if stripped.startswith("\u3000"):
            raise ContentFault("full_width_indent", path, number)
        if "\uff1a" in stripped.split("#")[0] and ":" not in stripped.split("#")[0]:
            raise ContentFault("full_width_colon", path, number)


def _refuse_loose_texts(written: Any, path: Path) -> None:
    """Every human text is a block, so that no mark inside it can break or cut it."""
    if isinstance(written, list):
        for part in written:
            _refuse_loose_texts(part, path)
    if not isinstance(written, Mapping):
        return
    for name, value in written.items():
        if name in LANGUAGES and isinstance(value, str) and not isinstance(value, LiteralScalarString):
            raise ContentFault("not_block", path, written.lc.key(name)[0] + 1, name=name)  # type: ignore[attr-defined] # CommentedMap
        _refuse_loose_texts(value, path)


def _plain(written: Any) -> Any:
    """YAML's own types as plain ones; block texts lose the line end that closes them, a day is its ISO date."""
    if isinstance(written, Mapping):
        return {str(name): _plain(value) for name, value in written.items()}
    if isinstance(written, list):
        return [_plain(value) for value in written]
    if isinstance(written, LiteralScalarString):
        return str(written).rstrip("\n")
    if isinstance(written, date):
        return written.isoformat()
    return str(written) if isinstance(written, str) else written
