"""What cannot be used stops the start: one sentence that says what, where and how to mend it, exit code 78, and no
byte of any file is other than before.
"""

import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from bot.bootstrap import StartFault, build_program, read_content
from bot.faults import CONFIGURATION
from tests.faults import overlays
from tests.faults.breakages import BREAKAGES, Broken
from tests.faults.conftest import LONG
from tests.faults.places import Place, copy_place, run_bot, run_here, to_settings
from tests.postgres import start_server

AT_ONCE = 3  # starts at the same time
PAGE = 4096
SPREAD = 40  # pages tried of those that hold rows; most hold texts that were ever shown


@dataclass(frozen=True, slots=True)
class Outcome:
    broken: Broken
    ended: subprocess.CompletedProcess[str]
    before: dict[str, str]
    after: dict[str, str]


def digest_folder(folder: Path) -> dict[str, str]:
    """Every file and folder below it, with a digest of each file's bytes."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def is_quick_here(name: str) -> bool:
    """Wrong content takes a process of its own ten seconds to read; one of them has it all the same."""
    is_of_content = BREAKAGES[name].__module__ == overlays.__name__
    return is_of_content and name != "content_with_a_bad_indent" and not LONG


def start_broken(name: str, place: Place) -> Outcome:
    broken = BREAKAGES[name](place)
    before = digest_folder(place.folder)
    run = run_here if is_quick_here(name) else run_bot
    ended = run(place, *broken.command, **broken.changed)
    return Outcome(broken, ended, before, digest_folder(place.folder))


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, standing: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Outcome]]]:
    """All the starts in processes of their own that this session asks for, several at once."""
    called = (getattr(item, "callspec", None) for item in request.session.items)
    asked = {call.params["name"] for call in called if call and "name" in call.params} & set(BREAKAGES)
    names = sorted(name for name in asked if not is_quick_here(name))
    folder = tmp_path_factory.mktemp("broken")
    start_server()  # one thread alone
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(start_broken, name, copy_place(standing, folder / name)) for name in names}


@pytest.mark.parametrize("name", sorted(BREAKAGES))
def test_a_start_that_cannot_be_is_refused_and_changes_nothing(
    name: str, outcomes: dict[str, Future[Outcome]], standing: Place, tmp_path: Path
) -> None:
    """Exit code 78, a sentence in each language that names the place, no traceback, and every file as it was."""
    started = outcomes.get(name)
    outcome = started.result(timeout=100) if started else start_broken(name, copy_place(standing, tmp_path / "place"))
    told = outcome.ended.stderr
    assert "Traceback" not in told
    assert outcome.ended.returncode == CONFIGURATION, told
    assert outcome.ended.stdout == ""
    assert len(told.splitlines()) == 2, told
    assert all(str(outcome.broken.names) in line for line in told.splitlines()), told
    assert "watchword" not in told
    changed = {path for path, _ in outcome.before.items() ^ outcome.after.items()}
    assert changed <= outcome.broken.may_change


def test_the_same_start_unbroken_succeeds(standing: Place, tmp_path: Path) -> None:
    """Control: without a breakage the same command starts, with the company's own content too."""
    place = copy_place(standing, tmp_path / "place")
    good = overlays.lay_over(place, overlays.GOOD)
    ended = run_bot(place, "people", **good.changed)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "sato@hibarino.example" in ended.stdout


def test_a_compiled_copy_that_is_damaged_is_made_anew(standing: Place, tmp_path: Path) -> None:
    """Content that was kept compiled is only a copy: damaged, it is made again and stops nothing."""
    place = copy_place(standing, tmp_path / "place")
    cache = place.data / "content-cache.json"
    whole = cache.read_bytes()
    cache.write_bytes(b"\xff\xfe" + whole[2:])
    assert run_bot(place, "people").returncode == 0
    assert cache.read_bytes() == whole


def test_a_damaged_page_is_found_or_untouched(standing: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever page of the database is overwritten, the start needs none of it, or is refused in words and changes
    no file that was there.
    """
    whole, content = standing.database_file.read_bytes(), read_content(to_settings(standing.describe()))
    monkeypatch.setattr("bot.bootstrap.read_content", lambda _: content)
    refused = 0
    pages = len(whole) // PAGE
    for page in range(pages) if LONG else (*range(24), *range(24, pages, pages // SPREAD)):  # the first hold the schema
        place = copy_place(standing, tmp_path / str(page))
        place.database_file.write_bytes(whole[: page * PAGE] + bytes([0xA5]) * PAGE + whole[(page + 1) * PAGE :])
        before = digest_folder(place.folder)
        try:
            build_program(to_settings(place.describe())).database.close()
        except StartFault as fault:
            refused += 1
            assert fault.code == "database_unreadable"
            assert before.items() <= digest_folder(place.folder).items()
    assert refused > 3
