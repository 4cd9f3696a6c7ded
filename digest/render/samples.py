"""Sample editions, for who makes a look: a small university's week, with pictures of every shape, drawn here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

from PIL import Image as Drawing
from PIL import ImageDraw

from digest.model import (
    Article,
    Brand,
    Coverage,
    Edition,
    Event,
    Image,
    Newsletter,
    Notice,
    Picture,
    Publication,
    Rule,
    Section,
    Segment,
)
from digest.render.render_context import RenderContext

HOME = "https://www.northgate.example"
SENT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
WEEKLY = Newsletter(
    name="weekly",
    title="This week at Northgate",
    sender="Northgate News <news@northgate.example>",
    segments=("staff",),
    sections=(),
)
STAFF = Segment(name="staff", title="Staff and researchers", match=Rule(any=("*",)))
NORTHGATE = Publication(
    name="Northgate University",
    url=f"{HOME}/",
    language="en-GB",
    timezone="Europe/London",
    postal_address="1 Dock Street, London E1 8JA",
    brand=Brand(
        colour="#0b3d91",
        footer="Northgate University is a charity. We never pass your address on.",
        social={
            "Mastodon": "https://social.example/@northgate",
            "LinkedIn": "https://li.example/n",
        },
    ),
)
SHAPES = {
    "harbour": (1600, 900),
    "portrait": (700, 1100),
    "panorama": (1800, 420),
    "square": (800, 800),
    "badge": (120, 90),
}
_BODY = (
    "The panel met on the quay and heard what the tide gauges say about the coming decade. " * 30
)


@cache
def drawn(name: str, width: int, height: int) -> bytes:
    """Draw a picture: a sky, a sun and some hills, its colours from its name."""
    seed = sum(map(ord, name))
    sky = Drawing.new("RGB", (width, height), (40 + seed % 90, 90 + seed % 70, 150 + seed % 80))
    pen = ImageDraw.Draw(sky)
    radius = min(width, height) // 5
    pen.ellipse(
        (
            width * 2 // 3 - radius,
            height // 3 - radius,
            width * 2 // 3 + radius,
            height // 3 + radius,
        ),
        fill=(244, 196, 96),
    )
    for step in range(3):
        base = height * (6 + step) // 10
        shade = 30 + 28 * step
        pen.polygon(
            [
                (0, base),
                (width // 3, base - height // 6),
                (width, base + 20),
                (width, height),
                (0, height),
            ],
            fill=(shade, shade + 50, shade + 34),
        )
    out = BytesIO()
    sky.save(out, "PNG")
    return out.getvalue()


def picture(name: str) -> Picture:
    """Return a drawn picture as it travels with an email."""
    width, height = SHAPES[name]
    return Picture(
        url=f"{HOME}/pictures/{name}.png",
        name=f"{name}.png",
        media_type="image/png",
        data=drawn(name, width, height),
        width=width,
        height=height,
    )


def logo() -> Picture:
    """Return a wordmark: dark ink on nothing, as most logos are."""
    mark = Drawing.new("RGBA", (360, 88), (0, 0, 0, 0))
    pen = ImageDraw.Draw(mark)
    pen.polygon([(6, 80), (44, 8), (82, 80)], fill=(11, 61, 145, 255))
    pen.polygon([(44, 80), (44, 8), (82, 80)], fill=(8, 40, 96, 255))
    pen.text((102, 18), "Northgate", fill=(20, 20, 20, 255), font_size=50)
    out = BytesIO()
    mark.save(out, "PNG")
    return Picture(
        url=f"{HOME}/logo.png",
        name="logo.png",
        media_type="image/png",
        data=out.getvalue(),
        width=360,
        height=88,
    )


def image(name: str, alt: str | None = "A harbour at dawn") -> Image:
    """Return a picture as an article has it."""
    width, height = SHAPES[name]
    return Image(url=f"{HOME}/pictures/{name}.png", alt=alt, width=width, height=height)


def article(number: int, title: str, summary: str = "", **more: object) -> Article:
    """Return an article of the week."""
    values: dict[str, object] = {
        "source": "news",
        "id": f"a{number}",
        "url": f"{HOME}/news/{number}",
        "title": title,
        "summary": summary,
        "text": _BODY,
        "published": SENT - timedelta(days=number % 6 + 1),
        "first_seen": SENT - timedelta(days=1),
        "topics": ("Climate", "Open science"),
        "internal_tags": ("Comms-strategy-International-university",),
        "tags": ("Climate", "Open-science", "Comms-strategy-International-university"),
    }
    return Article(**{**values, **more})  # type: ignore[arg-type]


def edition(**more: object) -> Edition:
    """Return the week's edition for staff."""
    values: dict[str, object] = {
        "segment": "staff",
        "subject": "Tide gauges point to a faster rise and 6 more",
        "preheader": "A new grant for early-career teams · The library opens at night",
        "sections": (_world(), _campus(), _rest()),
    }
    return Edition(**{**values, **more})  # type: ignore[arg-type]


def whats_on(**more: object) -> Edition:
    """Return an edition of events: one of hours, one of days, one that has begun, and a story that is none."""
    return edition(
        subject="A walk along the quay, and three more",
        preheader="The tide-gauge days · Open night at the library",
        sections=(
            Section(
                title="This week",
                articles=(
                    _event(21, "A walk along the old quay", 1, 2, "Meet at the lock gate"),
                    _event(22, "The tide-gauge days", 49, 72, "Maritime Museum, Northgate"),
                    _event(
                        23,
                        "An exhibition of harbour maps, with the ones that were wrong",
                        -240,
                        720,
                    ),
                ),
            ),
            Section(
                title="Later",
                articles=(
                    _event(24, "Open night at the library", 337, 3, "Main reading room"),
                    article(25, "How to put your event on this list", "Write to the desk."),
                ),
                more=2,
            ),
        ),
        **more,
    )


def of_everything(look: str) -> Edition:
    """Return an edition that has all that a look may be asked to print; its words are English.

    `events` is for what is on, so that comes first there.
    """
    stories, agenda = edition().sections, whats_on().sections
    whole = agenda + stories if look == "events" else stories + agenda
    sections = tuple(
        replace(each, articles=tuple(replace(a, language="en") for a in each.articles))
        for each in whole
    )
    open_day = Notice(
        text="Thirty laboratories, one key: every door on the quay is open on Saturday from ten.",
        url=f"{HOME}/open-day",
        title="See where it is made",
        label="Advertisement",
        image=image("square", "A model of the warehouse"),
        place=1,
    )
    return edition(sections=sections, notices=(NOTICE, open_day), intro=WORDS, also_in=ALSO_IN)


def _event(number: int, title: str, after: int, hours: int, place: str | None = None) -> Article:
    starts = SENT + timedelta(hours=10 + after)
    event = Event(starts=starts, ends=starts + timedelta(hours=hours), place=place)
    summary = "Come as you are: nobody asks for a ticket, and children are welcome."
    return article(number, title, summary, event=event, text="", topics=())


def frame(**more: object) -> RenderContext:
    """Return the frame of the week's edition, with every picture attached."""
    values: dict[str, object] = {
        "publication": NORTHGATE,
        "newsletter": WEEKLY,
        "segment": STAFF,
        "number": 12,
        "send_date": SENT,
        "pictures": {picture(name).url: picture(name) for name in SHAPES},
        "logo": logo(),
    }
    return RenderContext(**{**values, **more})  # type: ignore[arg-type]


def _world() -> Section:
    return Section(
        title="Europe and the world",
        articles=(
            article(
                1,
                "Tide gauges in the old harbour point to a faster rise",
                "Two centuries of pencil marks on a lock gate, read again by a camera, show that the "
                "water has risen twice as fast since 1993.",
                image=image("harbour"),
                department="School of Ocean Engineering",
            ),
            article(
                2,
                "A new grant for early-career teams in three countries",
                "Groups of up to five can ask for two years of shared laboratory time in Porto, "
                "Gdańsk and Northgate.",
                image=image("portrait", "A researcher beside a crane"),
                authors=("Ada Okafor",),
            ),
            article(3, "What the new export rules mean for quantum laboratories", "A short guide."),
        ),
        more=3,
    )


def _campus() -> Section:
    return Section(
        title="On campus",
        articles=(
            article(
                4,
                "The library opens at night, and students say what they would change",
                "From February the reading rooms stay open until two in the morning on weekdays.",
                image=image("panorama", "The reading room, with lamps"),
            ),
            article(
                5,
                "Council approves the plan for the north bank",
                "The old sugar warehouse becomes a workshop that anyone can book.",
                image=image("square", "A model of the warehouse"),
                department="Estates",
            ),
        ),
    )


def _rest() -> Section:
    return Section(
        title="More news",
        articles=(
            article(6, "Five minutes with the people who keep the boats afloat", "", topics=()),
            article(
                7,
                "Choir seeks basses",
                "Rehearsals are on Thursdays in the chapel.",
                image=image("badge", "The choir's badge"),
                published=None,
                topics=(),
            ),
        ),
    )


ALSO_IN = {
    "a1": (
        Coverage(
            article="e1",
            title="Two centuries of pencil marks show a faster sea",
            url="https://elpais.example/tide",
            publication="El País",
        ),
        Coverage(
            article="e2",
            title="The lock gate that measured the sea",
            url="https://www.lemonde.example/tide",
            publication="Le Monde",
        ),
    ),
    "a5": (
        Coverage(
            article="e3",
            title="North bank plan is approved",
            url="https://elpais.example/bank",
            publication="El País",
        ),
    ),
}
NOTICE = Notice(text="The staff survey closes on Friday 23 January.", url=f"{HOME}/survey")
WORDS = (
    "We begin the year by the water. Thank you to everyone who sent pictures of the January tides; "
    "the best of them hang in the library until the end of term.\n\n"
    "If you read one thing this week, read the story about the pencil marks on the lock gate: two "
    "hundred years of patience, and the answer was there all along.\n\n"
    "Ada Okafor, for the news team"
)
