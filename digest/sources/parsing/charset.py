"""Bytes to text: by the byte order mark, the header, the document's own word, then detection."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STATED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_PROLOGUE = 8192
_FEW = 3
# What pages call themselves and what they are: https://encoding.spec.whatwg.org/#names-and-labels
_REAL = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
         "iso8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
         "shift_jis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
         "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "x-user-defined": "cp1252"}  # fmt: skip
_CP1252_MARKS = re.compile(rb"[\x80-\x9f]")


def decode(data: bytes, charset: str | None = None) -> str:
    """Decode a document; `charset` is what its transport said. What fits nothing is replaced."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    stated = _STATED.search(data[:_PROLOGUE])
    own = (stated[1] or stated[2]).decode("ascii", "ignore") if stated else None
    for name in filter(None, (charset, own, "utf-8")):
        encoding = _REAL.get(name.lower().strip(), name.strip())
        # A page that can be read as bytes of UTF-8 has the wrong label; text in cp1252 cannot.
        for tried in ("utf-8", encoding) if encoding == "cp1252" else (encoding,):
            try:
                return data.decode(tried)
            except (LookupError, ValueError):
                continue
    # by what it holds most of, where nothing fits whole
    utf8 = data.decode("utf-8", "replace")
    damaged = utf8.count("\ufffd")
    multibyte = len(utf8) - sum(map(str.isascii, utf8)) - damaged
    labelled = (charset or own or "").lower() in {"utf-8", "utf8"} and damaged < _FEW
    if multibyte > damaged or (labelled and not _CP1252_MARKS.search(data)):
        return utf8
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
