"""Reading: who is named in a text, and how much of the register each person is given."""

import random

import pytest
from sqlalchemy import insert, update

from bot.access import Resource, Scope, can, scope
from bot.events import Left, Opened
from bot.intake.people import Person
from bot.state.people import import_people
from bot.state.rows import seal_item
from bot.state.tables import items, people, roles
from tests.state.world import World

NAMED = [
    ("佐藤", "sato"),
    ("佐藤さんが詳しいです", "sato"),
    ("それと鈴木くんの段取りのコツ", "suzuki"),
    ("5 鈴木、1 小林", "suzuki kobayashi hayashi"),  # 林 stands in 小林: whose name it is, the reply decides
    ("佐々木班長のやり方", "sasaki"),
    ("山本さん", "yamamoto yamamoto.aya"),
    ("ルーカス・シルバさんの治具", "silva"),
    ("Suzuki's setup tricks", "suzuki"),
    ("Suzuki-san's setup tricks", "suzuki"),
    ("Suzuki’s setup tricks", "suzuki"),
    ("ask SUZUKI, or Kobayashi.", "suzuki kobayashi"),
    ("Suzukiさんの段取り", "suzuki"),
    ("Mehtaさんの試作メモ", "mehta"),
    ("ＳＡＴＯ", "sato"),
    ("sato@hibarino.example", "sato"),
    ("Sato@Hibarino.Example に聞いて", "sato"),
    ("yamamoto.aya@hibarino.exampleさんです", "yamamoto.aya"),
    ("(sato@hibarino.example)", "sato"),
    ("O'Brien's price list", "obrien"),
    ("Smith-Jones and ÖZIL", "smith ozil"),
    ("勅使河原さんの表", "teshigawara"),
    ("﨑山さんの表", "sakiyama"),
    ("順送の金型、加工条件表", ""),
    ("Suzukiya's list, satoshi", ""),
    ("", ""),
    ("😀", ""),
]
MORE = (
    ("obrien", "オブライエン", "Pat O'Brien"),
    ("smith", "スミス", "Jo Smith-Jones"),
    ("ozil", "オズィル", "Ada Özil"),
    ("teshigawara", "勅使河原 綾", "Aya Teshigawara"),
    ("sakiyama", "﨑山 学", "Manabu Sakiyama"),
)


def test_people_named_in_a_text_are_found_by_name_and_address(world: World) -> None:
    """Family names in both scripts and addresses, with whatever stands around them; nobody else."""
    add_people(world, MORE)
    names = {person: name for name, person in _ids(world).items()}
    for text, expected in NAMED:
        found = {names[one.id] for one in world.reader.find_known(text)}
        assert found == set(expected.split()), text
    assert world.reader.find_known("林さん") != world.reader.find_known("小林さん")


def add_people(world: World, more: tuple[tuple[str, str, str], ...]) -> None:
    found = [
        Person(f"{name}@hibarino.example", ja, en, "", "製造部", "Manufacturing", "manufacturing", ("employee",))
        for name, ja, en in more
    ]
    world.store.write(lambda tx: import_people(tx, "test", found, {"製造部": "manufacturing"}))


def _ids(world: World) -> dict[str, str]:
    return {member.email.partition("@")[0]: member.id for member in world.reader.list_members()}


def test_a_known_person_goes_by_each_of_their_names(world: World) -> None:
    """What is handed on holds family and full name in both scripts, the address and its first part."""
    (known,) = world.reader.find_known("佐藤")
    address = "sato@hibarino.example"
    assert set(known.names) == {"佐藤", "佐藤 健一", "佐藤健一", "Sato", "Kenichi Sato", address, "sato"}


def test_somebody_who_left_is_not_found(world: World) -> None:
    """An inactive person's name in a text is only a word."""
    with world.database.writing() as connection:
        connection.execute(update(people).where(people.c.email == "sato@hibarino.example").values(active=False))
    assert world.reader.find_known("佐藤、sato@hibarino.example") == ()


def test_however_long_the_text_the_search_comes_back(world: World) -> None:
    """A message of forty thousand characters is searched at its beginning and found in."""
    found = world.reader.find_known("佐藤さんの" + "条件表と金型" * 8000)
    assert [one.names[0] for one in found] == ["佐藤"]


def settle_items(world: World, seed: int) -> None:
    """A register with items of random departments and owners, some without one."""
    chance, ids = random.Random(seed), _ids(world)
    members = [world.reader.find_member(f"{name}@hibarino.example") for name in ids]
    departments = sorted({member.department_id for member in members if member})
    interview = world.begin("sato")
    rows = [
        {
            "id": f"idrandom-{number:06}",
            "department_id": chance.choice(departments),
            "interview_id": interview,
            "owner_id": chance.choice([None, *ids.values()]),
            "state": "draft",
            "body": seal_item(world.vault, f"idrandom-{number:06}", f"治具{number}", f"k{number}", {}),
            "revision": 1,
            "created_at": world.clock.now(),
            "updated_at": world.clock.now(),
        }
        for number in range(60)
    ]
    with world.database.writing() as connection:
        connection.execute(insert(items), rows)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_list_of_the_register_is_what_may_be_seen_one_by_one(world: World, seed: int) -> None:
    """For everybody, the list holds exactly the items that person may open; some see all, some their own, some none."""
    settle_items(world, seed)
    every = world.reader.read_register(Scope(everything=True))
    assert len(every) == 60
    sizes = set()
    for member in world.reader.list_members():
        listed = world.reader.read_register(scope(member.actor, "register.read"))
        allowed = [row["id"] for row in every if can(member.actor, "register.read", _as_resource(row))]
        assert [row["id"] for row in listed] == allowed, member.email
        sizes.add(len(listed))
    assert {0, 60} < sizes


def _as_resource(row: dict[str, object]) -> Resource:
    return Resource(person=row["owner_id"], department=row["department_id"])  # type: ignore[arg-type]


def test_a_scope_reaches_what_it_names(world: World) -> None:
    """Everything, one department, one person, both of these, or nothing."""
    settle_items(world, 4)
    every = world.reader.read_register(Scope(everything=True))
    department, owner = every[0]["department_id"], next(row["owner_id"] for row in every if row["owner_id"])
    wanted = {
        Scope(): [],
        Scope(department=department): [row for row in every if row["department_id"] == department],
        Scope(person=owner): [row for row in every if row["owner_id"] == owner],
        Scope(department=department, person=owner): [
            row for row in every if row["department_id"] == department or row["owner_id"] == owner
        ],
        Scope(department="nowhere", person="nobody"): [],
    }
    for reach, expected in wanted.items():
        assert world.reader.read_register(reach) == expected


def test_what_waits_comes_open_before_paused_before_queued(world: World) -> None:
    """A person goes on with what is open, then with what was put away, then with what waits for them."""
    with world.database.writing() as connection:
        connection.execute(insert(roles).values(person_id=world.find("sato").id, role="register_manager"))
    paused = world.begin("sato")
    world.tell(paused, "sato", Opened(), "1", Left())
    asked = world.begin("ito")
    world.walk_to(asked, "ito", "knows_best")
    world.tell(asked, "ito", "1 分からない", "佐藤")
    found = world.reader.find_waiting(world.find("sato").id)
    assert [(one.flow, one.status) for one in found] == [("inventory", "paused"), ("colleague", "queued")]
    assert [one.flow for one in world.reader.find_waiting(world.find("sato").id, "colleague")] == ["colleague"]


def test_what_is_ready_comes_oldest_first_and_only_when_due(world: World) -> None:
    """Nothing is said before its time, or twice once it was sent."""
    interview, person = world.begin("sato"), world.find("sato").id
    for body in (Opened(), "1", "なぜ"):
        world.clock.advance(minutes=1)
        world.tell(interview, "sato", body)
    ready = world.reader.find_ready(person, world.clock.now())
    assert [row.key for row in ready] == ["turn:test:1", "turn:test:2", "turn:test:3"]
    world.store.mark_sent(["turn:test:1", "turn:test:3"], None)
    assert [row.key for row in world.reader.find_ready(person, world.clock.now())] == ["turn:test:2"]
    world.clock.advance(hours=-1)
    assert world.reader.find_ready(person, world.clock.now()) == []


def test_experts_are_heads_of_the_field_and_at_most_three(world: World) -> None:
    """Who is proposed for a field heads a department of it; somebody who left is not proposed."""
    found = world.reader.find_experts()
    assert found["finance"] == [world.find("kobayashi").id]
    assert all(1 <= len(ids) <= 3 for ids in found.values())
    with world.database.writing() as connection:
        connection.execute(update(people).where(people.c.email == "kobayashi@hibarino.example").values(active=False))
    assert "finance" not in world.reader.find_experts()
