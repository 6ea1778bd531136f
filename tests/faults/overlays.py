"""Ways in which a company's own content folder, laid over ours, can be wrong. One function is one way."""

from pathlib import Path

from tests.faults.breakages import Broken, breakage
from tests.faults.places import Place

GOOD = """\
questions:
  retention:
    title:
      ja: |
        どのくらい残しますか。
      en: |
        How long is it kept?
"""
OWN_FLOW = """\
id: own
status: published
first: begin
parts: 1
given: []
derived: []
questions:
  begin:
    answer: text
    next:
      - go: ended
outcomes:
  ended: {}
"""
WORDING = "flows/company/wording.yaml"
MEASURES = "catalogue/measures.yaml"


def lay_over(place: Place, text: str, name: str = WORDING) -> Broken:
    """The company's own folder with one file in it."""
    return lay_bytes_over(place, text.encode(), name)


def lay_bytes_over(place: Place, raw: bytes, name: str) -> Broken:
    folder = place.folder / "content"
    file = folder / name
    file.parent.mkdir(parents=True)
    file.write_bytes(raw)
    return Broken(file, {"SECRET_REVIEW_CONTENT": folder})


def _replace(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@breakage
def content_folder_that_is_missing(place: Place) -> Broken:
    folder = place.folder / "content"
    return Broken(folder, {"SECRET_REVIEW_CONTENT": folder})


@breakage
def content_folder_that_is_a_file(place: Place) -> Broken:
    folder = place.folder / "content"
    folder.write_text("")
    return Broken(folder, {"SECRET_REVIEW_CONTENT": folder})


@breakage
def content_with_a_bad_indent(place: Place) -> Broken:
    return lay_over(place, _replace("    title:\n      ja", "    title:\n   ja"))


@breakage
def content_with_a_tab(place: Place) -> Broken:
    return lay_over(place, _replace("    title:", "\ttitle:"))


@breakage
def content_with_a_name_twice(place: Place) -> Broken:
    return lay_over(place, GOOD + GOOD.removeprefix("questions:\n"))


@breakage
def content_with_a_full_width_colon(place: Place) -> Broken:
    return lay_over(place, _replace("title:", "title："))


@breakage
def content_with_a_full_width_indent(place: Place) -> Broken:
    return lay_over(place, _replace("    title:", "\u3000\u3000title:"))


@breakage
def content_with_a_text_that_is_no_block(place: Place) -> Broken:
    return lay_over(place, _replace("en: |\n        How", "en: How"))


@breakage
def content_with_an_unknown_name(place: Place) -> Broken:
    return lay_over(place, _replace("title:", "titel:"))


@breakage
def content_with_an_unknown_question(place: Place) -> Broken:
    return lay_over(place, _replace("retention:", "retentoin:"))


@breakage
def content_with_a_value_of_another_kind(place: Place) -> Broken:
    return lay_over(place, "questions:\n  retention:\n    title: 5\n")


@breakage
def content_with_a_list_for_a_file(place: Place) -> Broken:
    return lay_over(place, "- questions\n")


@breakage
def content_with_a_question_without_words(place: Place) -> Broken:
    own = "questions:\n  own:\n    answer: text\n    next:\n      - go: noted\n"
    return lay_over(place, own, "flows/company/flow.yaml")


@breakage
def content_with_words_in_one_language(place: Place) -> Broken:
    ours = "says:\n  own_notice:\n    ja: |\n      日本語だけ。\n"
    return lay_over(place, ours, "shared/messages.yaml")


@breakage
def content_with_a_flow_without_wording(place: Place) -> Broken:
    broken = lay_over(place, OWN_FLOW, "flows/own/flow.yaml")
    return Broken(Path(broken.names).with_name("wording.yaml"), broken.changed)


@breakage
def content_with_an_unknown_condition(place: Place) -> Broken:
    own = "questions:\n  lawyer:\n    asked_when: {missing: {contains: lawyer}}\n"
    return lay_over(place, own, "flows/company/flow.yaml")


@breakage
def content_saved_in_another_encoding(place: Place) -> Broken:
    return lay_bytes_over(place, GOOD.encode("cp932"), WORDING)


@breakage
def content_with_a_folder_for_a_file(place: Place) -> Broken:
    broken = lay_over(place, GOOD, f"{WORDING}/inner.txt")
    return Broken(Path(broken.names).parent, broken.changed)


@breakage
def measures_with_a_wrong_key(place: Place) -> Broken:
    return lay_over(place, "measures:\n  c1-mfa:\n    effrot: low\n", MEASURES)


@breakage
def measures_with_an_unknown_leaker(place: Place) -> Broken:
    return lay_over(place, "measures:\n  c1-mfa:\n    leakers: [staff]\n", MEASURES)


@breakage
def measures_with_a_label_too_long_to_tick(place: Place) -> Broken:
    return lay_over(place, f"measures:\n  c1-mfa:\n    short:\n      ja: |\n        {'鍵' * 21}\n", MEASURES)


@breakage
def measures_with_a_new_one_in_one_language(place: Place) -> Broken:
    return lay_over(place, "measures:\n  own:\n    name:\n      ja: |\n        点呼\n", MEASURES)
