"""A picture is made ready to travel, under a name that says nothing of where it comes from."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

from digest.sources.picture_resize import ready


def drawn(width: int, height: int, kind: str = "PNG", colour: str = "navy") -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif")])
def test_a_pictures_name_tells_its_bytes_and_type_and_nothing_else(kind: str, ending: str) -> None:
    data = drawn(8, 6, kind)
    one = ready("https://e.example/Strategy-decision-makers/comms-strategy-eu.png", data)
    other = ready("https://e.example/b.png", data)
    third = ready("https://e.example/b.png", drawn(8, 6, kind, "red"))

    assert one
    assert other
    assert third
    assert re.fullmatch(rf"[0-9a-f]{{16}}\.{ending}", one.name)
    assert one.name == other.name != third.name


def test_a_picture_is_no_wider_than_a_screen_needs() -> None:
    made = ready("https://e.example/a.png", drawn(2400, 1000))

    assert made
    assert (made.width, made.height) == Image.open(BytesIO(made.data)).size == (1200, 500)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_what_no_email_can_show_is_made_a_jpeg(kind: str) -> None:
    made = ready("https://e.example/a.webp", drawn(8, 6, kind))

    assert made
    assert (made.media_type, made.name[-4:]) == ("image/jpeg", ".jpg")


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", drawn(8, 6)[:40], b"\x89PNG\r\n\x1a\n" + b"x" * 99]
)
def test_what_is_no_whole_picture_is_none(data: bytes) -> None:
    assert ready("https://e.example/a.png", data) is None


@pytest.mark.parametrize(("alpha", "ending"), [(255, ".jpg"), (90, ".png")])
def test_a_modern_picture_stays_clear_only_where_it_can_be_seen_through(
    alpha: int, ending: str
) -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 6), (0, 0, 90, alpha)).save(out, "WEBP", lossless=True)
    made = ready("https://e.example/a.webp", out.getvalue())

    assert made
    assert made.name[-4:] == ending
