"""An address: cleaned for readers, and in one canonical form for comparing."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from digest.editorial.idn import ascii_domain

_TRACKING = re.compile(
    r"(?:utm_|mtm_|pk_|piwik_|hsa_|ga_|oly_|vero_|wt_|at_|mc_[ce]id$|_hs(?:enc|mi)$|__hs|"
    r"(?:fb|gc|dc|ms|tw|yc|gb|wb|ttc|igs)(?:l?clid|raid|h?id)$|gclsrc$|igshid$|mkt_tok$|s_cid$|"
    r"cmpid$|ncid$|xtor$|ref_src$|ref_url$|_ga$|_gl$|_openstat$|yclid$|spm$|trk$|"
    r"source=rss$|echobox$|guccounter$|cmp$|campaign_id$|sr_share$)",
    re.IGNORECASE,
)
_AMP_PARAMETERS = frozenset({("amp", "1"), ("amp", ""), ("amp", "true"), ("outputtype", "amp")})
_AMP_CACHE = re.compile(
    r"^https?://(?:www\.google\.[a-z.]+/amp|[\w-]+\.cdn\.ampproject\.org/[cvi])/(s/)?(.+)$"
)
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d+(?:[a-z]{2}_)?/(https?:/{1,2}.+)$")
_MIRROR_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|edition)\.(?=[^.]+\.)")
_INDEX = re.compile(
    r"/(?:index|default)\.(?:html?|php|aspx?)$|/amp$|/index\.amp$|\.amp(?=\.html?$)"
)
# an absolute address with nothing unusual in it: most are, and need no taking apart
_PLAIN = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?(?:[/?#][!-~]*)?\Z")
_MAILBOX = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?!-)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62}"
)
_DEFAULT_PORT = {"http": 80, "https": 443}


def cleaned(url: str | None, base: str | None = None) -> str | None:
    """Return an absolute http(s) address without tracking, or None where there is none.

    The order and the spelling of what stays are kept: some servers sign their addresses.
    """
    absolute = _absolute(url, base)
    if absolute is None:
        return None
    if "amp" in absolute and (amp := _AMP_CACHE.match(absolute)):
        absolute = f"{'https' if amp[1] else 'http'}://{amp[2]}"
    elif "web.archive.org" in absolute and (kept_by := _WAYBACK.match(absolute)):
        absolute = re.sub(r"^(https?):/+", r"\1://", kept_by[1])
    if "?" not in absolute:
        return absolute
    head, _, rest = absolute.partition("?")
    query, mark, fragment = rest.partition("#")
    parts = []
    for part in filter(None, query.split("&")):
        name, _, value = part.lower().partition("=")
        if (name, value) not in _AMP_PARAMETERS and _TRACKING.match(name) is None:
            parts.append(part)
    kept = "&".join(parts)
    return head + (f"?{kept}" if kept else "") + mark + fragment


@lru_cache(maxsize=4096)
def canonical(url: str | None) -> str | None:
    """Return the form in which two addresses of one article are equal; not an address to open.

    Scheme, `www.`, mobile and AMP twins, default ports, index pages, trailing slashes, fragments
    and the order of the query do not tell articles apart.
    """
    address = cleaned(url)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = _MIRROR_HOST.sub("", (parts.hostname or "").lower().rstrip("."))
    if port and port != _DEFAULT_PORT[parts.scheme.lower()]:
        host = f"{host}:{port}"
    path = parts.path
    if "%" in path or not path.isascii():
        path = quote(unquote(path), safe="/:@!$&'()*+,;=~-._")
    path = _INDEX.sub("", path).rstrip("/")
    query = "&".join(sorted(f"{k}={v}" for k, v in parse_qsl(parts.query, keep_blank_values=True)))
    return f"{host}{path}" + (f"?{query}" if query else "")


def is_mailbox(text: str) -> bool:
    """Tell whether a text is an email address that we would write to.

    Its domain may be in any script; what stands before the @ may not, as few servers take that
    (SMTPUTF8, RFC 6531).
    """
    local, at, domain = text.rpartition("@")
    if not domain.isascii():
        try:
            domain = ascii_domain(domain)
        except UnicodeError:
            return False
    return _MAILBOX.fullmatch(f"{local}{at}{domain}") is not None


def parts_of_mailbox(text: str) -> tuple[str, str]:
    """Return the name and the address of a mailbox as people write it: `Müller, Söhne <n@t.example>`.

    RFC 5322 wants quotes around a name with a comma; people leave them out. Without angle brackets
    all of it is the address.
    """
    found = re.fullmatch(r"\s*(?P<name>.*?)\s*<\s*(?P<address>[^<>]*?)\s*>\s*", text, re.DOTALL)
    if not found:
        return "", text.strip()
    name = found["name"]
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name.strip(), found["address"]


def is_homepage(url: str | None) -> bool:
    """Tell whether an address names a whole site: nothing that an article could be known by."""
    address = canonical(url)
    return address is not None and "/" not in address and "?" not in address


def _absolute(url: str | None, base: str | None) -> str | None:
    if url and _PLAIN.match(url):
        return url
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", url or "").strip().replace(" ", "%20")
    if not text:
        return None
    try:
        joined = urljoin(base, text) if base else text
        parts = urlsplit(joined)
        valid = parts.scheme.lower() in _DEFAULT_PORT and bool(parts.hostname)
    except ValueError:
        return None
    return joined if valid else None
