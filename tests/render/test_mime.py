from __future__ import annotations

import email
from dataclasses import replace
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import DigestError
from digest.model import Message
from digest.render import header, tokens
from digest.render.header import BadAddress, field
from digest.render.mime import Envelope, Recipient, envelope, message_id
from digest.render.renderer import Renderer
from tests.helpers import samples

UNSUBSCRIBE = "https://n.example/u/Zm9vYmFy.c2lnbmF0dXJl?a=1&b=2"
READER = Recipient(
    address="zoe@müller.example",
    name="Zoë Müller, Dr.",
    message_id=message_id("i1", "zoe@müller.example", b"key", "northgate.example"),
    date=samples.SENT,
    unsubscribe_url=UNSUBSCRIBE,
    view_url="https://n.example/v/" + "a" * 150,
)
ATTACHED = samples.frame(newsletter=replace(samples.WEEKLY, images="attach"))
LINKED = samples.frame(logo=None, pictures={})
BARE = Message(segment="staff", subject="s", preheader="p", html="", text="")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([samples.TEMPLATES])


@pytest.fixture(scope="module")
def sealed(renderer: Renderer) -> Envelope:
    return envelope(renderer.render(samples.edition(), ATTACHED), ATTACHED)


@pytest.fixture(scope="module")
def raw(sealed: Envelope) -> bytes:
    return sealed.address(READER)


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)


def of(html: str, text: str, subject: str = "s") -> bytes:
    message = Message(segment="staff", subject=subject, preheader="", html=html, text=text)
    return envelope(message, LINKED).address(READER)


def body(raw: bytes, kind: str) -> str:
    part = parsed(raw).get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def test_text_comes_before_html_and_pictures_are_related_to_the_html(raw: bytes) -> None:
    kinds = [part.get_content_type() for part in parsed(raw).walk()]

    assert kinds[:4] == ["multipart/alternative", "text/plain", "multipart/related", "text/html"]
    assert set(kinds[4:]) == {"image/png"}


def test_every_picture_the_html_names_is_attached_whole(raw: bytes) -> None:
    attached = {
        str(part["Content-ID"]).strip("<>"): part.get_content()
        for part in parsed(raw).walk()
        if part.get_content_maintype() == "image"
    }

    assert len(attached) == 6
    for name, data in attached.items():
        assert f'src="cid:{name}"' in body(raw, "html")
        assert data in [p.data for p in ATTACHED.attached]


def test_a_subscribers_values_stand_where_the_tokens_stood(raw: bytes, renderer: Renderer) -> None:
    message = renderer.render(samples.edition(), ATTACHED)

    assert UNSUBSCRIBE in body(raw, "plain")
    assert UNSUBSCRIBE.replace("&", "&amp;") in body(raw, "html")
    assert READER.view_url in body(raw, "html")
    assert "_URL__" not in raw.decode("ascii")
    assert message.html.count(tokens.UNSUBSCRIBE) >= 1


def test_the_parts_decode_to_the_message(renderer: Renderer) -> None:
    message = renderer.render(samples.edition(), LINKED)
    raw = envelope(message, LINKED).address(READER)

    text = message.text
    for token, value in (
        (tokens.UNSUBSCRIBE, UNSUBSCRIBE),
        (tokens.VIEW, READER.view_url),
    ):
        text = text.replace(token, value)
    assert body(raw, "plain").replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


def test_no_line_is_longer_than_76_and_none_begins_with_a_dot(raw: bytes) -> None:
    lines = raw.split(b"\r\n")

    assert max(map(len, lines)) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert not [line for line in lines if line.startswith((b".", b"From "))]


def test_the_headers_are_those_of_a_bulk_mail_done_right(raw: bytes) -> None:
    mail = parsed(raw)

    assert mail["List-Id"] == "This week at Northgate <staff.weekly.northgate.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>"
    assert mail["Feedback-ID"] == "12:staff:weekly:northgateexampl"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == READER.message_id
    assert mail["To"] == '"Zoë Müller, Dr." <zoe@xn--mller-kva.example>'
    assert mail["From"] == "Northgate News <news@northgate.example>"
    assert mail["Date"] == "Mon, 12 Jan 2026 07:00:00 +0000"
    assert all(len(mail.get_all(name) or []) == 1 for name in mail)


def test_a_long_unsubscribe_address_stays_whole_and_https_comes_first() -> None:
    long = "https://n.example/u/" + "t" * 130
    reader = replace(READER, unsubscribe_url=long, unsubscribe_mail="mailto:u@n.example?subject=x")
    raw = envelope(
        replace(BARE, html=f'<a href="{tokens.UNSUBSCRIBE}">x</a>', text="x"), LINKED
    ).address(reader)

    assert f" <{long}>,\r\n <mailto:u@n.example?subject=x>".encode() in raw


@pytest.mark.parametrize(
    "title",
    [
        "News: =?utf-8?q?a=0d=0aBcc=3a_evil=40x.org?=",
        "News: =?utf-8?b?YQ0KQmNjOiBldmlsQHgub3Jn?=",
        "News\r\nBcc: evil@x.org",
        "News\x00\x0bBcc: evil@x.org",
        "News\u2028Bcc: evil@x.org\u202e",
        "News\x85Bcc: evil@x.org",
        "ü" * 300 + "=?utf-8?q?=0aBcc=3a_e=40x.org?=",
    ],
)
def test_a_title_adds_no_header(title: str) -> None:
    raw = of(f'<a href="{tokens.UNSUBSCRIBE}">x</a>', "x", title)
    mail = parsed(raw)
    again = parsed(mail.as_bytes())

    assert mail["Bcc"] is None
    assert again["Bcc"] is None
    assert b"\r\nBcc" not in raw
    assert mail["Subject"].startswith(title[:4])


@pytest.mark.parametrize(
    "name",
    ["N =?utf-8?q?a=0d=0aBcc=3a_e=40x.org?=", "N\r\nBcc: e@x.org", "N\u2028\x00\u202eBcc: e@x"],
)
def test_no_name_adds_a_header(renderer: Renderer, name: str) -> None:
    newsletter = replace(samples.WEEKLY, title=name, sender=f'"{name}" <news@n.example>')
    frame = replace(LINKED, newsletter=newsletter)
    raw = envelope(renderer.render(samples.edition(), frame), frame).address(
        replace(READER, name=name)
    )
    again = parsed(parsed(raw).as_bytes())

    assert b"\r\nBcc" not in raw
    assert again["Bcc"] is None
    assert len(raw.split(b"\r\n\r\n")[0].split(b"\r\n")) < 24


def test_a_long_subject_folds_at_blanks_and_reads_as_it_was() -> None:
    title = "Ärger über die Fähre – " * 12
    raw = field("Subject", title)

    assert max(map(len, raw.split(b"\r\n"))) <= 77
    assert (
        email.message_from_bytes(raw + b"\r\n", policy=policy.default)["Subject"] == title.strip()
    )


@pytest.mark.parametrize(
    "address", ["", "a", "a@x, b@y", "a@x\r\nBcc: b@y", "a b@x", "a@", "@x", "ä@x.org", "a..b@x"]
)
def test_what_is_no_address_gets_no_email(sealed: Envelope, address: str) -> None:
    with pytest.raises(BadAddress):
        sealed.address(replace(READER, address=address))


def test_an_address_of_a_page_that_is_not_ascii_is_refused(sealed: Envelope) -> None:
    with pytest.raises(DigestError):
        sealed.address(replace(READER, view_url="https://n.example/ä"))


def test_a_message_without_an_unsubscribe_token_is_refused() -> None:
    with pytest.raises(DigestError, match="UNSUBSCRIBE"):
        envelope(replace(BARE, html="<p>x</p>", text="x"), LINKED)


def test_the_same_issue_and_address_have_one_message_id() -> None:
    one = message_id("i1", "a@x.org", b"key", "x.org")

    assert one == message_id("i1", "A@x.org ", b"key", "x.org")
    assert one != message_id("i2", "a@x.org", b"key", "x.org")
    assert one != message_id("i1", "a@x.org", b"other", "x.org")
    assert "a@x.org" not in one


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_survives_quoted_printable(text: str) -> None:
    clean = text.replace("\r", "")
    raw = of(f"<p>{tokens.UNSUBSCRIBE}</p>", f"{clean} {tokens.VIEW} {clean}")
    part = parsed(raw).get_body(("plain",))
    assert part is not None
    payload = part.get_payload(decode=True)

    assert isinstance(payload, bytes)
    said = payload.decode().replace("\r\n", "\n").rstrip("\n")
    assert said == f"{clean} {READER.view_url} {clean}".rstrip("\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 76


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_subject_is_one_header(title: str) -> None:
    raw = field("Subject", title)

    assert raw.endswith(b"\r\n")
    assert all(line.startswith(b" ") for line in raw[:-2].split(b"\r\n")[1:])
    assert len(email.message_from_bytes(raw + b"\r\n").keys()) == 1


def test_a_list_id_holds_no_encoded_word() -> None:
    assert header.list_id("Neues aus Köln", "a.b.c") == b"List-Id: <a.b.c>\r\n"
    assert header.list_id("News, weekly", "a.b.c") == b'List-Id: "News, weekly" <a.b.c>\r\n'


def test_an_envelope_filled_for_all_gives_each_the_same_email(renderer: Renderer) -> None:
    sealed = envelope(renderer.render(samples.edition(), LINKED), LINKED)

    seen = sealed.seen_at(READER.view_url)
    assert seen.address(replace(READER, view_url="")) == sealed.address(READER)
