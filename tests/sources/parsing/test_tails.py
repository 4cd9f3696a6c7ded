"""What publishing systems put behind a story is no part of it."""

from __future__ import annotations

import pytest

from digest.sources.parsing.sanitize import fragment
from digest.sources.parsing.tails import is_furniture, without_chapters, without_tails

STORY = "The tide mill turns again. It took the miller two years."


@pytest.mark.parametrize(
    "tail",
    [
        "The post The tide mill turns appeared first on Quay Post.",
        "Der Beitrag Die Mühle dreht sich erschien zuerst auf Quay Post.",
        "L’article Le moulin tourne est apparu en premier sur Quay Post.",
        "La entrada El molino gira se publicó primero en Quay Post.",
        "L'articolo Il mulino gira proviene da Quay Post.",
        "O post O moinho gira apareceu primeiro em Quay Post.",
        "Het bericht De molen draait verscheen eerst op Quay Post.",
        "Inlägget Kvarnen snurrar dök först upp på Quay Post.",
        "Artykuł Młyn się kręci pochodzi z serwisu Quay Post.",
        "Сообщение Мельница крутится появились сначала на Quay Post.",
        "Değirmen dönüyor yazısı ilk önce Quay Post üzerinde ortaya çıktı.",
        "Continue reading →",
        "Continue reading The tide mill turns »",
        "Weiterlesen …",
        "Lire la suite",
        "Leer más »",
        "続きを読む",
        "阅读全文",
        "اقرأ المزيد",
        "Share this on Facebook",
        "Facebook Twitter LinkedIn",
        "Subscribe to our newsletter",
        "Photo by Jo Roe on Unsplash",
        "Image credit: Quay Post",
        "Foto: Quay Post",
        "Related posts: One mill, Two mills",
        "Lesen Sie auch: Zwei Mühlen",
        "Tags: mill, tide",
        "Leave a comment",
        "Comments",
        "Comments: 12",
        "Permalink | Comments",
        "➡️ Read the full story",
        "* * *",
        "View on Instagram",
        "Share • Facebook • X",
        "Este artículo fue publicado originalmente en Quay Post.",
        "Dieser Artikel erschien zuerst in der Quay Post.",
        "Original article: https://q.example/mill",
        "Hosted on Acast. See acast.com/privacy for more information.",
        "Learn more about your ad choices. Visit megaphone.fm/adchoices",
        "submitted by /u/miller to r/mills [link] [comments]",
        "Thanks for reading Quay Letter! Subscribe for free to receive new posts.",
        "This story first appeared in the Quay Post.",
        "Pos Kincir berputar ditampilkan lebih awal di Dermaga.",
        "この記事は岸壁に最初に掲載されました。",
        "Jetzt teilen: Facebook, X, WhatsApp",
        "Abonnieren Sie unseren Newsletter!",
        "Inscrivez-vous à notre newsletter",
        "The Quay Post newsletter!",
        "To view this video please enable JavaScript, and consider a browser that supports HTML5 video",
        "Bitte aktivieren Sie JavaScript, um die Kommentare zu sehen.",
        "Loading weather data…",
        "(Visited 23 times, 1 visits today)",
        "Read in app",
        "Source: Quay Post",
        "Quelle: Hafenblatt",
        "Reading time: 3 minutes",
        "Temps de lecture : 3 min",
        "Objava Mlin se pojavila prvo na Pristaništu.",
        "نشر المقال أولاً على رصيف.",
        "Tulisan ini muncul pertama kali di Dermaga.",
        "This article is republished from The Quay under a Creative Commons license. Read the original article.",
        "Cross-posted from the Quay Blog.",
        "Click here to view original web page at quay.example",
        "This entry was posted in Mills and tagged tide, wheel. Bookmark the permalink.",
        "Filed in: Mills | 3 Comments",
        "Follow @quaypost on Mastodon for more.",
        "If you liked this article, share it with your friends!",
        "Hat Ihnen der Artikel gefallen? Dann teilen Sie ihn!",
        "¿Te ha gustado el artículo? Compártelo.",
        "(Photo by Jo Roe/Quay Pictures)",
        "Image: Jo Roe / Quay Post",
        "Get our free daily newsletter delivered to your inbox.",
        "Bleiben Sie auf dem Laufenden: Jetzt Newsletter abonnieren",
        "Den ganzen Artikel lesen",
        "Weiterlesen auf quay.example",
        "Läs hela artikeln på quay.example",
        "Lees het hele artikel",
        "Les hele saken her",
        "Cliquez ici pour lire la suite",
        "Haga clic aquí para leer más",
        "全文を読む",
        "查看全文",
        "자세히 보기",
        "Comments | Trackback | Permalink",
        "Posted by Jo Roe at 10:00 AM",
        "Was this forwarded to you? Sign up here.",
        "Discuss this post in the forum",
        "via Quay Blog",
    ],
)
def test_a_tail_goes(tail: str) -> None:
    assert without_tails(f"{STORY}\n\n{tail}") == STORY
    assert fragment(f"<p>{STORY}</p><p>{tail}</p>").html == f"<p>{STORY}</p>"


@pytest.mark.parametrize(
    "line",
    [
        "Like it or not, the port closes in May.",
        "Sign up for the open day by Friday.",
        "Share prices of the port rose by a tenth.",
        "More than a hundred people came.",
        "See the full timetable at the port office.",
        "Related work by others found the same.",
        "The photograph shows the quay in 1902.",
        "Subscribe now, the harbour master said, is not what he said.",
        "You have to learn JavaScript to work at the lock.",
        "JavaScript was written in ten days, and it shows.",
        "The source: a spring above the mill. It is cold.",
        "Loading the ships takes a day.",
        "The newsletter of the port has a thousand readers.",
        "Like this mill, the old one turned with the tide.",
        "Get there early, the miller says.",
        "The wheel was first seen on Monday.",
        "Via the lock the ships reach the sea. It takes a day.",
        "The letters were posted in May and arrived in June.",
    ],
)
def test_a_sentence_of_the_story_stays(line: str) -> None:
    assert without_tails(f"{STORY}\n\n{line}") == f"{STORY}\n\n{line}"


def test_a_last_line_that_names_the_story_is_a_tail_in_any_language() -> None:
    title = "Tuulimylly pyörii taas"
    tail = f"Kirjoitus {title} on peräisin sivustolta Laituri."

    assert without_tails(f"{STORY}\n\n{tail}", title) == STORY
    assert without_tails(f"{STORY}\n\n{tail}") == f"{STORY}\n\n{tail}"


def test_a_text_that_breaks_off_says_so_once() -> None:
    broken = fragment(
        "<p>The tide mill turns and […] <a href='x'>Continue reading <i>The mill</i></a></p>"
        "<p>The post <a href='x'>The mill</a> appeared first on <a href='y'>Quay</a>.</p>"
    )

    assert broken.text == "The tide mill turns and…"
    assert broken.html == "<p>The tide mill turns and…</p>"


def test_a_text_that_is_a_furniture_line_was_written_by_a_person() -> None:
    assert without_tails("Comments") == "Comments"
    assert without_tails("Read more") == ""


def test_a_picture_before_the_tail_stays_and_one_behind_it_goes() -> None:
    body = fragment(
        '<p>Two mills.</p><img src="https://q.example/up/mill.jpg"><p>Comments</p>'
        '<img src="https://q.example/up/other.jpg">'
    )

    assert [i.url for i in body.images] == ["https://q.example/up/mill.jpg"]


def test_boxes_of_plug_ins_go() -> None:
    body = fragment(
        "<p>Two mills.</p><div class='sharedaddy sd-block'><h3>Share this</h3></div>"
        "<section class='related-posts'><p>Old mill</p></section>"
        "<p>They turn<span class='screen-reader-text'> hidden</span>.</p>"
    )

    assert body.text == "Two mills.\n\nThey turn."


def test_a_video_description_ends_before_its_chapters_and_links() -> None:
    said = "How the mill works.\nWe visit it.\n\n00:00 Intro\n01:30 The wheel\nhttps://q.example"

    assert without_chapters(said) == "How the mill works.\nWe visit it."
    assert (
        without_chapters("See more at https://q.example\nHow it works.\n00:00 Intro")
        == "How it works."
    )
    assert without_chapters("Open from 10:00 to 12:00.") == "Open from 10:00 to 12:00."


def test_a_share_button_goes_with_its_picture() -> None:
    button = (
        '<a href="https://www.facebook.com/sharer.php?u=x"><img src="https://q.example/fb.png"></a>'
    )
    body = fragment(
        f'<p>Two mills.</p>{button}<img src="https://q.example/up/mill.jpg"><p>They turn.</p>'
    )

    assert [i.url for i in body.images] == ["https://q.example/up/mill.jpg"]
    assert body.text == "Two mills.\n\nThey turn."


def test_a_line_of_any_length_is_judged_at_once() -> None:
    assert not is_furniture("share " * 100_000)
