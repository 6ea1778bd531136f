"""The rules of this house that no other tool checks: sizes, names, docstrings, and words kept out of Python.

Reads the files and nothing else; it must not import the program, so that it can judge one that does not run.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_HANDLER = 20  # a function in adapters/*/app.py: the platform is waiting for it

PRODUCT = ("bot", "adapters")
OURS = (*PRODUCT, "bench", "tests")

VAGUE = frozenset({"manager", "helper", "util", "common", "base", "context", "service"})
MAY_SPEAK = frozenset({"bot/faults.py"})  # what is said when content/ itself cannot be read

# Kana and kanji, not punctuation: a bracket or a full-width colon is something to recognise, not something to say.
JAPANESE = re.compile(r"[\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:root|work|farm)/")
URL = re.compile(r"https?://")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Breach(NamedTuple):
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class Module(NamedTuple):
    """One Python file of ours; `path` is relative to the root, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_product(self) -> bool:
        return self.path.startswith(tuple(f"{room}/" for room in PRODUCT))

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path


def find_breaches(root: Path) -> list[Breach]:
    modules = list(read_modules(root))
    breaches = [*breaches_of_inheritance(modules), *breaches_of_plain_text(root)]
    for module in modules:
        breaches += breaches_of_size(module)
        breaches += breaches_of_name(module)
        if module.is_product:
            breaches += breaches_of_docstring(module)
            breaches += breaches_of_words(module)
    return sorted(breaches)


def read_modules(root: Path) -> Iterator[Module]:
    for room in OURS:
        for file in sorted((root / room).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            yield Module(file.relative_to(root).as_posix(), text, ast.parse(text, str(file)))


# -- sizes -------------------------------------------------------------------------------------------------------------


def breaches_of_size(module: Module) -> Iterator[Breach]:
    if module.is_migration:  # a migration is as long as the change it makes, and is never read again
        return
    lines = len(module.text.splitlines())
    if lines > LONGEST_FILE:
        yield Breach(module.path, 1, f"{lines} lines, more than {LONGEST_FILE}")
    is_app = re.fullmatch(r"adapters/[^/]+/app\.py", module.path)
    ceiling = LONGEST_HANDLER if is_app else LONGEST_FUNCTION
    for node in ast.walk(module.tree):
        if isinstance(node, FUNCTIONS) and (length := length_of(node)) > ceiling:
            yield Breach(module.path, node.lineno, f"{node.name} has {length} lines, more than {ceiling}")


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


# -- names and shapes --------------------------------------------------------------------------------------------------


def breaches_of_name(module: Module) -> Iterator[Breach]:
    for part in Path(module.path).with_suffix("").parts:
        for word in part.lower().split("_"):
            if word.removesuffix("s") in VAGUE:
                yield Breach(module.path, 1, f"the name {part} says nothing: {word}")


def breaches_of_docstring(module: Module) -> Iterator[Breach]:
    if not ast.get_docstring(module.tree):
        yield Breach(module.path, 1, "does not open with a docstring that says what it is and must not know")


def breaches_of_inheritance(modules: list[Module]) -> Iterator[Breach]:
    """Compare by name: an import from elsewhere under the same name is told apart, dynamic bases are not."""
    ours = {node.name for module in modules for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}
    for module in modules:
        foreign = names_from_elsewhere(module.tree)
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for base in node.bases:
                name = name_of(base)
                if name.rpartition(".")[2] in ours and name.partition(".")[0] not in foreign:
                    yield Breach(module.path, node.lineno, f"{node.name} inherits from {name}, which is ours")


def names_from_elsewhere(tree: ast.Module) -> set[str]:
    """Collect the names that a module imports from packages that are not ours."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] not in OURS:
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            outside = (alias for alias in node.names if alias.name.partition(".")[0] not in OURS)
            names |= {alias.asname or alias.name.partition(".")[0] for alias in outside}
    return names


def name_of(base: ast.expr) -> str:
    """Write a base class as dotted text: `Store`, `ports.Store`, and `Box` for `Box[int]`."""
    if isinstance(base, ast.Subscript):
        return name_of(base.value)
    return ast.unparse(base)


# -- words and traces --------------------------------------------------------------------------------------------------


def breaches_of_words(module: Module) -> Iterator[Breach]:
    if module.path in MAY_SPEAK:
        return
    remarks = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}  # docstrings, also inner
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in remarks:
            continue
        if JAPANESE.search(node.value):
            yield Breach(module.path, node.lineno, "Japanese in a string: words live in content/")


def breaches_of_plain_text(root: Path) -> Iterator[Breach]:
    for file in text_files(root):
        path = file.relative_to(root).as_posix()
        is_lock = re.fullmatch(r"requirements/[^/]+\.lock", path)
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:  # a picture, a font: nothing that a person wrote
            continue
        for number, line in enumerate(lines, start=1):
            if MACHINE_PATH.search(line):
                yield Breach(path, number, "names a folder of one machine")
            if is_lock and URL.search(line):
                yield Breach(path, number, "names a place to install from: that is each company's choice")


def text_files(root: Path) -> Iterator[Path]:
    """Walk what could be published; folders that tools and ./run make begin with a dot, as does .ci, which is ours."""
    for folder, inner, files in os.walk(root):
        inner[:] = sorted(name for name in inner if name == ".ci" or not name.startswith((".", "__pycache__")))
        yield from (
            file for name in sorted(files) if name != ".git" and (file := Path(folder, name)).is_file()
        )  # a file in a work tree of git's


def main() -> int:
    breaches = find_breaches(Path(__file__).resolve().parent.parent)
    for breach in breaches:
        print(breach)
    return int(bool(breaches))


if __name__ == "__main__":
    sys.exit(main())
