"""A script tells a language where a feed states another, or none."""

from __future__ import annotations

import pytest

from digest.sources.parsing.script import language_of


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("الميناء يفتح أبوابه للزوار", None, "ar"),
        ("الميناء يفتح أبوابه للزوار", "de", "ar"),
        ("الميناء يفتح أبوابه للزوار", "ar-EG", "ar-EG"),
        ("بندر شمال گزارش چاپ می‌کند", None, "fa"),
        ("東京港で新しいクレーンが動き始めた", "en-US", "ja"),
        ("港口的新起重机开始运转了", None, "zh"),
        ("横浜港新聞発表資料", "ja", "ja"),
        ("부두의 새 크레인이 움직인다", None, "ko"),
        ("הנמל נפתח היום לציבור", None, "he"),
        ("ท่าเรือเปิดเครนใหม่", "en", "th"),
        ("नई क्रेन चालू हुई", "mr", "mr"),
        ("Мельница крутится снова", "bg", "bg"),
        ("Мельница крутится снова", "en", "ru"),
        ("Млин знову крутиться, її відбудовано", None, "uk"),
        ("Luka radi opet danas", "sr", "sr"),
        ("The port opens its doors", "ar", "und-Latn"),
        ("The port opens its doors", "de", "de"),
        ("The port opens its doors", None, None),
        ("2026: 10 %", "ar", "ar"),
        ("The port opens its doors", "xx", "xx"),
    ],
)
def test_a_statement_holds_where_the_script_can_be_its(
    text: str, stated: str | None, language: str | None
) -> None:
    assert language_of(text, stated) == language
