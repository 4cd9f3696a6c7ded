"""Pages as browsers save them in one file: MHTML (RFC 2557), Safari's web archives, SingleFile."""

from __future__ import annotations

import plistlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from digest.editorial.address import cleaned

_SAVED = re.compile(
    r"<!--\s*(?:Page saved with SingleFile\s+url:\s*(?P<single>\S+)|saved from url=\(\d+\)(?P<browser>\S+?)\s*-->|"
    r"Mirrored from (?P<mirror>\S+) by HTTrack)",
    re.IGNORECASE,
)
_INLINE = re.compile(r"(?<=[\"'(=])data:[^\"'()\s>]{200,}")
_HEAD = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """The page in a saved file: its bytes, and what the browser noted of it."""

    data: bytes
    charset: str | None = None
    url: str | None = None


def from_mhtml(data: bytes) -> SavedPage | None:
    """Return the page that an MHTML file holds; None where it holds none."""
    message = message_from_bytes(data, policy=default)
    pages = (
        p for p in message.walk() if p.get_content_type() in {"text/html", "application/xhtml+xml"}
    )
    page = next(pages, None)
    if page is None:
        return None
    body = page.get_payload(decode=True)
    stated = message.get("Snapshot-Content-Location") or page.get("Content-Location")
    return SavedPage(
        data=body if isinstance(body, bytes) else b"",
        charset=page.get_content_charset(),
        url=_address(str(stated or "")),
    )


def from_web_archive(data: bytes) -> SavedPage | None:
    """Return the page that Safari's web archive holds; None where it holds none."""
    try:
        main = plistlib.loads(data)["WebMainResource"]
        return SavedPage(
            data=bytes(main["WebResourceData"]),
            charset=main.get("WebResourceTextEncodingName"),
            url=_address(str(main.get("WebResourceURL") or "")),
        )
    except (
        plistlib.InvalidFileException,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        OverflowError,
        RecursionError,
    ):
        return None


def address_of(text: str) -> str | None:
    """Return the address that a browser or a program noted when it saved a page."""
    found = _SAVED.search(text[:_HEAD])
    if found is None:
        return None
    mirrored = f"https://{found['mirror']}" if found["mirror"] else None
    return _address(found["single"] or found["browser"] or mirrored or "")


def without_inline_files(text: str) -> str:
    """Leave out the pictures and fonts that SingleFile writes into the page: megabytes of letters."""
    return _INLINE.sub("", text) if "data:" in text else text


def _address(text: str) -> str | None:
    return cleaned(text, None) if text.startswith(("http://", "https://")) else None
