"""Where measures come from, told honestly: the outline, what was published, or this product alone.

Pure; titles stand in the catalogue.
"""

from collections.abc import Iterable

from bot.engine.facts import Facts
from bot.engine.model import Value
from bot.flows.measures_words import count, name_measure, read_told, stack

MOST_TITLES = 2  # of what was published; the others are counted


def derive_origins(facts: Facts, names: Iterable[str]) -> Value:
    """Where these measures come from, a line for each kind of source, the catalogue's titles of what was published."""
    told, sources = read_told(facts)["measures"], read_told(facts)["sources"]
    tags = {name: [str(tag) for tag in told[name]["source"]] for name in names}
    seed = [name_measure(facts, name) for name, of in tags.items() if "seed" in of]
    found = list(dict.fromkeys(tag.partition(":")[2] for of in tags.values() for tag in of if ":" in tag))
    own = [name_measure(facts, name) for name, of in tags.items() if of == ["knowledge"]]
    titles: list[Value] = [{"message": "title", "value": dict(sources[key])} for key in found if key in sources]
    rest = count("titles_more", len(titles) - MOST_TITLES) if len(titles) > MOST_TITLES else ""
    lines = (("from_outline", seed), ("from_published", titles[:MOST_TITLES]), ("from_us", own))
    more = {"from_published": rest}
    return stack(
        {"message": message, "value": value, "other": more.get(message, "")} for message, value in lines if value
    )
