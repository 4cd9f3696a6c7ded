"""Marks of footnotes go; exponents, formulas and ordinals can still be read."""

from __future__ import annotations

import pytest

from digest.sources.parsing.sanitize import fragment


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("In 2019<sup><a href='#fn2'>2</a></sup> it rose.", "In 2019 it rose."),
        ("In 2019<sup>2</sup> it rose.", "In 2019 it rose."),
        ("45 million<sup>3</sup> on quays", "45 million on quays"),
        ("The end.<sup>1,2</sup> And on", "The end. And on"),
        ("claimed<sup>[4]</sup> by all", "claimed by all"),
        ("a claim<sup>*</sup> of theirs", "a claim of theirs"),
        ("10<sup>6</sup> litres", "10⁶ litres"),
        ("10<sup>-3</sup> m", "10⁻³ m"),
        ("50 m<sup>2</sup> and 3 km<sup>2</sup>", "50 m² and 3 km²"),
        ("x<sup>n</sup>", "xⁿ"),
        ("E=mc<sup>2</sup>, he said", "E=mc², he said"),
        ("the mill[2] turns[3][4] again", "the mill turns again"),
        ("e<sup>2x</sup>", "e^2x"),
        ("H<sub>2</sub>O and CO<sub>2</sub>", "H₂O and CO₂"),
        ("the 5<sup>th</sup> pier", "the 5th pier"),
        ("1<sup>er</sup> quai, M<sup>me</sup> Roe", "1er quai, Mme Roe"),
        ("Quay<sup>™</sup>", "Quay™"),
        ("the <sup>14</sup>C date, <sup>238</sup>U", "the ¹⁴C date, ²³⁸U"),
        ("<sup>1</sup>/<sub>2</sub> a cup", "1/2 a cup"),
        ("30<sup>o</sup>C, 1<sup>o</sup> de maio", "30°C, 1o de maio"),
        ("SO<sub>4</sub><sup>2-</sup> and Fe<sup>3+</sup>", "SO₄²⁻ and Fe³⁺"),
        ("sin<sup>2</sup> x", "sin² x"),
    ],
)
def test_raised_and_lowered_text_is_read(html: str, text: str) -> None:
    assert fragment(f"<p>{html}</p>").text == text
    assert "<su" not in fragment(f"<p>{html}</p>").html


def test_the_list_of_notes_goes_with_its_marks() -> None:
    body = fragment(
        "<p>It rose<sup id='fnref:1'><a href='#fn:1'>1</a></sup> again.</p><hr>"
        "<ol><li id='fn:1'>By a tenth. <a href='#fnref:1'>↩</a></li></ol>"
    )

    assert body.text == "It rose again."


def test_notes_as_google_docs_and_word_write_them_go() -> None:
    body = fragment(
        "<p>It rose<a href='#ftnt1' id='ftnt_ref1'>[1]</a> again.</p><hr>"
        "<p><a href='#ftnt_ref1'>[1]</a> By a tenth.</p>",
        own="https://quay.example/tide",
    )

    assert body.text == "It rose again."


def test_marks_that_were_written_as_words_go_but_not_in_code() -> None:
    body = fragment("<p>It rose[1]. See <code>list[1]</code>.</p><p>[1] By a tenth.</p>")

    assert body.text == "It rose. See list[1]."


def test_blocks_cells_and_lines_stand_apart() -> None:
    body = fragment(
        "<table><tr><td>Mon</td><td>10:00</td></tr><tr><td>Tue</td><td>11:00</td></tr></table>"
        "<section>One.</section><section>Two.</section><pre>a = 1\nb = 2</pre>"
        "<details><summary>More</summary>Three.</details><p>x<br><br>y</p>"
        "<audio controls>No sound</audio><video>No film</video>"
    )

    assert body.text.split("\n\n") == [
        "Mon 10:00", "Tue 11:00", "One.", "Two.", "a = 1\nb = 2", "More", "Three.", "x", "y",
    ]  # fmt: skip
