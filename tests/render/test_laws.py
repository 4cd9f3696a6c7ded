"""What holds for every text, colour and address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from digest.render import clean, colour, tokens
from digest.render.plain import WIDTH, set_lines

anything = st.text(max_size=400)
fragments = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<li>",
                "<ul>",
                "</ul>",
                "<table>",
                "<td>",
                "<!--",
                "-->",
            ),
            *(
                "<style>",
                "</style>",
                "<a href='javascript:x'>",
                '<a href="https://x.example">',
                "</a>",
            ),
            *(
                "<p style='p'>",
                "<script>",
                "</script>",
                "<svg onload=x>",
                "&lt;",
                "&#0;",
                "<br>",
                "]]>",
            ),
            *("word", "\n\n", "<", "&", *tokens.ALL),
        ]
    )
).map("".join)
colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda c: "#{:02x}{:02x}{:02x}".format(*c))


@given(anything)
def test_a_header_has_no_controls_no_marks_and_no_encoded_word(value: str) -> None:
    said = clean.header(value)

    assert "=?" not in said
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]", said
    )
    assert clean.header(said) == said


@given(st.one_of(anything, fragments))
def test_clean_text_can_be_written_and_holds_no_token(value: str) -> None:
    said = clean.text(value)

    said.encode()
    assert not tokens.PATTERN.search(said)
    assert clean.text(said) == said


@given(st.one_of(anything, fragments))
def test_a_fragment_holds_only_tags_and_addresses_that_are_allowed(value: str) -> None:
    said = str(clean.fragment(value))
    root = lxml_html.fragment_fromstring(said, create_parent="section")

    for element in root.iterdescendants():
        assert element.tag in clean.TAGS
        assert set(element.attrib) <= {"href"}
        assert re.match("https?:|mailto:", element.get("href", "https:"))
    assert not tokens.PATTERN.search(said)


@given(st.one_of(anything, fragments))
def test_a_fragment_can_be_said_in_plain_text(value: str) -> None:
    said = clean.plain(value)

    assert "\n\n\n" not in said
    assert said == said.strip()


@given(st.lists(st.text(alphabet="ab \n-.:/", max_size=200)).map("".join))
def test_a_line_is_longer_than_78_only_for_an_address(value: str) -> None:
    for line in set_lines(value).split("\n"):
        assert len(line) <= WIDTH or "://" in line
        assert line == line.rstrip()


@given(st.text(alphabet="ab \n", max_size=300))
def test_setting_lines_loses_no_letter(value: str) -> None:
    assert "".join(set_lines(value).split()) == "".join(value.split())


@given(colours, colours)
def test_a_colour_is_made_legible_on_any_paper(ink: str, paper: str) -> None:
    made, ground = colour.rgb(colour.legible(ink, paper)), colour.rgb(paper)
    assert made is not None
    assert ground is not None

    assert colour.contrast(made, ground) >= colour.AA - 0.01


@given(anything)
def test_an_address_is_absolute_and_whole_or_none(value: str) -> None:
    for made in (clean.address(value), clean.address(f"https://x.example/{value}")):
        assert made is None or re.fullmatch(r"https?://[^\s\x00-\x1f]+", made, re.IGNORECASE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Dear all,\n\nsee you.", "<p>Dear all,</p><p>see you.</p>"),
        (
            "[the plan](https://x.example/a?b=1&c=2) or",
            '<p><a href="https://x.example/a?b=1&amp;c=2">the plan</a> or</p>',
        ),
        (
            "See <https://x.example/>.",
            '<p>See <a href="https://x.example/">https://x.example/</a>.</p>',
        ),
        ("<b>Hi</b> all,\n\n<i>see you</i>.", "<p><b>Hi</b> all,</p><p><i>see you</i>.</p>"),
        ("a <b and c> d", "<p>a <b> d</b></p>"),
        ("<div>Pasted</div>", "<p>Pasted</p>"),
        ("[x](javascript:alert(1)) < 5", "<p>[x](javascript:alert(1)) &lt; 5</p>"),
    ],
)
def test_words_are_shown_as_they_were_meant(written: str, shown: str) -> None:
    assert clean.fragment(written) == shown
