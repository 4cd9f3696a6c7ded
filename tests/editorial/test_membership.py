from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.membership import Membership
from digest.model import Rule, Segment, Subscriber


def belongs(attributes: dict[str, str], **members: str | tuple[str, ...]) -> bool:
    wanted = {k: (v,) if isinstance(v, str) else v for k, v in members.items()}
    segment = Segment(name="s", title="S", match=Rule(), members=wanted)
    person = Subscriber(address="a@u.example", attributes=attributes)
    return Membership({"s": segment}).of(person) == ("s",)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Physics", "Physics"),
        (" physics ", "PHYSICS"),
        ("Applied-Physics", "applied physics"),
        ("Applied Physics", "*physics"),
        ("Chemistry; Physics", "Physics"),
        ("Physics", ("Chemistry", "Physics")),
        ("3", ">=3"),
        ("10", ">=3"),
        ("2.5", "< 3"),
        ("2024-10-01", ">=2024-10-01"),
        ("2024-09-30", "<2024-10-01"),
    ],
)
def test_who_has_what_is_wanted_belongs(said: str, wanted: str | tuple[str, ...]) -> None:
    assert belongs({"x": said}, x=wanted)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Physics", "Physic"),
        ("", "Physics"),
        ("2", ">=3"),
        ("3", ">3"),
        ("third", ">=3"),
        ("nan", ">=3"),
        ("2024-10-01", ">=3"),
        ("3", ">=2024-10-01"),
        ("9" * 400, ">=3"),
    ],
)
def test_who_has_not_does_not(said: str, wanted: str) -> None:
    assert not belongs({"x": said}, x=wanted)


def test_every_attribute_of_a_rule_must_hold_whatever_its_spelling() -> None:
    rule = {"department": ("Physics",), "year": (">=3",)}

    assert belongs({"Department": "Physics", "YEAR": "3"}, **rule)
    assert not belongs({"department": "Physics"}, **rule)
    assert not belongs({"department": "Physics", "year": "2"}, **rule)


def test_who_is_put_into_a_segment_belongs_to_it_whatever_its_rule_says() -> None:
    segment = Segment(name="s", title="S", match=Rule(), members={"x": ("1",)})
    for attributes in ({}, {"x": "1"}, {"x": "2"}):
        person = Subscriber(address="a@u.example", segments=("s", "t"), attributes=attributes)
        assert Membership({"s": segment}).of(person) == ("s", "t")


@given(st.dictionaries(st.text(), st.text()), st.text())
def test_no_attribute_breaks_a_rule(attributes: dict[str, str], wanted: str) -> None:
    for rule in (wanted, ">=3", "*"):
        belongs(attributes, x=rule)
