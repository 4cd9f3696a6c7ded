"""Pictures in a publisher's HTML: the real address of a lazy one, and which are no story's at all."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from digest.model import Image

_IMG = re.compile(r"<img\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_PICTURE = re.compile(r"<picture\b[^<>]*>(.*?)</picture\s*>", re.IGNORECASE | re.DOTALL)
_AMP = re.compile(r"<amp-img\b", re.IGNORECASE)
_SOURCE = re.compile(r"<source\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_NOSCRIPT = re.compile(r"<noscript\b[^<>]*>(.*?)</noscript\s*>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(
    r"([a-z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_CANDIDATE = re.compile(r"([^\s,]\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
# by whatever name a lazy loader keeps the real address; the last ones may stand beside a real one
_LAZY = re.compile(
    r"(?:data|nitro)(?:-lazy|-lazyload|-ll|-cf|-opt|-actual|-real|-delayed|-defer|-bg)?-?(?:src|original|orig|lazy|lazyload|echo|hi-?res-src|img|image|img-src|image-src|source)$"
)
_ALSO = re.compile(
    r"data-(?:orig-?file|original-\w+|large-?file|full(?:-?(?:url|src|size))?|medium-?file|url|pin-media|zoom\w*|big|high\w*|image-\w+)$"
)
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:https?:)?//\S+$|[\w./%~-]+\.(?:jpe?g|png|gif|webp|avif)(?:\?\S*)?$", re.IGNORECASE
)
_PICTURE_ADDRESS = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif)(?:\?\S*)?$", re.IGNORECASE)
# a button: its link leads to a service that shares, and its words say no more
_SHARED = re.compile(
    r"<a\b[^<>]*?href=[\"'][^\"']*(?:/sharer?(?:\.php)?[/?]|/share-?article|/intent/(?:tweet|post)|"
    r"api\.whatsapp\.com/send|/pin/create|/submit\?url)[^<>]*>(?:(?!</a>).){0,600}</a\s*>",
    re.IGNORECASE | re.DOTALL,
)
_SHARES = ("/share", "/intent/", "whatsapp.com/send", "/pin/create", "/submit?url")
_EMOJI_CLASS = re.compile(
    r"(?:^|[\s_-])(?:wp-smiley|emojis?|emoticons?|smile?y|smilies|twemoji|latex)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EMOJI_PLACE = re.compile(
    r"/(?:emojis?|emoticons?|smil(?:ies|eys?))/|\btwe?moji\b|s\.w\.org/images/core/emoji|/latex\.php\?",
    re.IGNORECASE,
)
_CODE_POINTS = re.compile(r"(?:^|_|u)((?:[0-9a-f]{4,5})(?:-[0-9a-f]{4,5})*)\.\w+$", re.IGNORECASE)
_FACE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:avatars?|gravatar|author[-_]+(?:image|img|photo|pic|thumb)\w*|byline[-_]+(?:image|img|photo))(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FACE_WORDS = re.compile(
    r"(?:user )?(?:avatar|profile (?:picture|photo|image)|profilbild|photo de profil|foto de perfil)\b(?: (?:of|for|von|de) .*)?",
    re.IGNORECASE,
)
_NO_STORY = re.compile(
    r"""
    # a template's own words
    \{\{|%7B%7B|<%
    # counters, and pictures that only fill space
    |[/.](?:doubleclick\.net|feedsportal\.com|pixel\.wp\.com|stats\.wordpress\.com|google-analytics\.com|
      scorecardresearch\.com|quantserve\.com|rss\.buysellads\.com|statcounter\.com|histats\.com|sitemeter\.com|
      xiti\.com|ivwbox\.de|vgwort\.de|yadro\.ru|mc\.yandex\.ru|hm\.baidu\.com|chartbeat\.net|parsely\.com|
      bat\.bing\.com|ct\.pinterest\.com|hit\.gemius\.pl|2o7\.net|omtrdc\.net|demdex\.net|outbrain\.com|
      taboola\.com|imrworldwide\.com|inmyarea\.com|mailtrack\.io|list-manage\.com/track)
    |feedburner\.com/~|feeds\.[a-z]+\.com/~r/|feeds\.wordpress\.com/1\.0/|facebook\.com/tr\b|medium\.com/_/stat
    |//(?:stats?|track(?:er|ing)?|pixels?|counter|analytics|beacons?|metrics)\.|/(?:track(?:er|ing)?|counter)/\d
    |/(?:count|track|stats?)\.(?:gif|php)|piwik\.php|matomo\.php|/open\.aspx|/b\.gif\b|/__utm\.gif|republication-tracker|/counter\.(?:php|gif|png)
    |/(?:[\w-]+[-_])?(?:pixel|beacon|1x1|1px|spacer|blank|transparent|trans|clear|trackimp|dot|lazy(?:[-_]?load\w*)?|
      loading|loader|preloader|spinner|placeholder|grey|gray|empty|cleardot|hit)(?:[-_.]\d+(?:x\d+)?)?\.(?:gif|png|svg|jpe?g|webp)
    # faces
    |gravatar\.com/|/avatars?/|avatars\d*\.githubusercontent\.com|/(?:\w+[-_])?profile[-_](?:images?|photos?|pics?)/|/userpics?/
    |[/_-](?:default[-_])?avatar[-_.\d]|[/_-]mystery-?man|googleusercontent\.com/a[-/]|/authors?/[\w-]+\.(?:jpe?g|png|webp)$
    # buttons, badges and the site's own marks
    |/(?:icons?|smil(?:ies|eys?)|emoticons?|buttons?|share-?icons?|sharing|social(?:-?(?:media|icons?))?|badges?|counters?)/
    |img\.shields\.io|badge\.fury\.io|travis-ci|codecov\.io|badgen\.net|buymeacoffee\.com|ko-fi\.com|
      (?:static|s7)\.addtoany\.com|addthis\.com|sharethis\.com|creativecommons\.org/|licensebuttons\.net|
      (?:www\.)?paypal(?:objects)?\.com|\.gstatic\.com/images/branding|w\.soundcloud\.com/icon
    |/(?:[\w-]+[-_])?(?:fav-?icons?|icons?|button|btn|badge|sprite|logos?|wordmark|sharethis|digg|reddit|stumbleupon|
      (?:share|tweet|print|email|pdf|icon|follow)(?:[-_]?(?:this|icon|button|it|fb|facebook|twitter|x|linkedin|whatsapp|email|rss))?|
      (?:facebook|twitter|linkedin|whatsapp|pinterest|instagram|youtube|telegram|mastodon|rss|feed|flickr|tumblr|xing|vk)
      (?:[-_]?(?:icon|logo|share|button|round|square|black|white))?)
      (?:[-_.]?(?:\d{1,4}(?:x\d{1,4})?|small|large|white|black|dark|light|retina|@2x))*\.(?:png|gif|svg|jpe?g|webp)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# what a picture has that is not simply at its address
_SIGNS = (
    "data-", "data:", "srcset", "<noscript", "<picture", "emoji", "emoticon", "smil", "nitro", "latex",
    "avatar", "profil", "display", "author-", "author_", "byline-", "byline_", "<amp-img",
)  # fmt: skip
_PLAIN = frozenset(
    "src alt title width height class id style align border loading decoding".split()
)
_TINY = 2
_SYMBOLS = range(0x2000, 0x20000)  # where Unicode keeps emoji, their joiners and variants
_ICON = 48  # pixels: what is no larger in either direction is a sign, not a picture
_WIDEST = 1200  # pixels: what an email can make use of
_NARROW = 400  # pixels: what is narrower is a thumbnail of something
_MODERN = (
    ".webp",
    ".avif",
    ".svg",
    ".jxl",
    ".heic",
    "image/webp",
    "image/avif",
    "image/svg",
    "image/jxl",
)


def is_no_story(image: Image) -> bool:
    """Tell whether a picture counts readers, fills space, or is a face, a button, an icon or a logo."""
    sizes = [n for n in (image.width, image.height) if n is not None]
    if any(n <= _TINY for n in sizes) or (len(sizes) == 2 and max(sizes) <= _ICON):  # noqa: PLR2004 - both sides
        return True
    return bool(image.url) and _is_furniture(image.url or "")


@lru_cache(maxsize=4096)
def _is_furniture(url: str) -> bool:
    return _NO_STORY.search(url) is not None or _EMOJI_PLACE.search(url) is not None


def by_fit(width: float) -> tuple[int, float]:
    """Return a key that sorts widths: the largest that an email makes use of, then the smallest above."""
    if width > _WIDEST:
        return 1, width
    return (0 if width >= _NARROW else 2), -width


def is_shown_by_mail(image: Image) -> bool:
    """Tell whether mail programs show a picture's format, by its address: JPEG, PNG and GIF only."""
    return not _path(image.url or "").endswith(_MODERN)


def with_real_pictures(markup: str) -> str:
    """Give each picture of a piece of HTML the address that a browser would load, and its own size.

    A picture's twin for readers without scripts counts once; emoji become the characters that they
    stand for; a placeholder without an address behind it goes, and so does every face.
    """
    low = markup.lower()
    if any(sign in low for sign in _SHARES):
        markup = _SHARED.sub("", markup)
    if not any(sign in low for sign in _SIGNS):
        return markup
    if "<noscript" in low:
        markup = _NOSCRIPT.sub(lambda m: m[1] if "<img" in m[1].lower() else "", markup)
    if "<amp-img" in low:
        markup = _AMP.sub(r"<img", markup)
    if "<picture" in low:
        markup = _PICTURE.sub(lambda m: _of_sources(m[1]), markup)
    seen: list[str] = []
    return _IMG.sub(lambda tag: _loaded(tag[0], seen), markup)


def _of_sources(inner: str) -> str:
    """Return a `picture` as one `img`: its own, or where that is none, one of its sources'."""
    tag = _IMG.search(inner)
    said = _attributes(tag[0]) if tag else {}
    sources = sorted(
        map(_attributes, _SOURCE.findall(inner)),
        # old formats first: what a picture offers to old browsers is what mail programs show
        key=lambda s: (
            (s.get("type") or s.get("srcset") or "").lower().split("?")[0].startswith(_MODERN[5:])
        ),
    )
    if not _is_real(_best(said)[0]):
        offered = next((s for s in sources if _is_real(_best(s)[0])), {})
        said = {**said, "src": _best(offered)[0]}
    return _img({k: v for k, v in said.items() if v})


def _loaded(tag: str, seen: list[str]) -> str:
    said = _attributes(tag)
    url, width = _best(said)
    classes, alt = said.get("class", ""), said.get("alt", "")
    if _EMOJI_CLASS.search(classes) or _EMOJI_PLACE.search(url):
        return html.escape(alt or _emoji(url), quote=False)
    if url == said.get("src") and _HIDDEN.search(said.get("style", "")):
        return ""
    # the twin without scripts stands right behind the picture that scripts load
    if (
        not _is_real(url)
        or _FACE_CLASS.search(classes)
        or _FACE_WORDS.fullmatch(alt)
        or (seen and seen[-1] == url)
    ):
        return ""
    seen.append(url)
    old_width, old_height = (said.get(side, "").removesuffix("px") for side in ("width", "height"))
    sizes = {"width": old_width, "height": old_height}
    if width and old_width.isdecimal() and old_height.isdecimal() and int(old_width):
        sizes = {
            "width": str(width),
            "height": str(round(int(old_height) * width / int(old_width))),
        }
    elif width and not old_height:
        sizes = {"width": str(width)}
    return _img({"src": url, **({"alt": alt} if "alt" in said else {}), **sizes})


def _img(said: Mapping[str, str]) -> str:
    words = (f'{k}="{html.escape(v)}"' for k, v in said.items() if v or k == "alt")
    return f"<img {' '.join(words)}>"


def _attributes(tag: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(one or two or bare).strip()
        for name, one, two, bare in _ATTRIBUTE.findall(tag)
    }


def _best(said: Mapping[str, str]) -> tuple[str, int | None]:
    """Return the address to load, and its width where a set of sizes states it.

    The largest that is no wider than an email can use; else what the element itself names.
    """
    if len(said.keys() & _PLAIN) == len(said):
        return said.get("src", ""), None
    sets = [v for k, v in said.items() if k.endswith("srcset") and not v.startswith("data:")]
    shown = int(said["width"]) if said.get("width", "").isdecimal() else 0
    sized: list[tuple[bool, float, str]] = []
    for url, number, unit in (c for s in sets for c in _CANDIDATE.findall(s)):
        width = float(number or 1) * (1 if unit == "w" else shown or 1)
        modern = _path(url).endswith(_MODERN[:5])
        sized.append((modern, width, url))
    own = said.get("src", "")
    usable = [c for c in sized if _is_real(c[2])]
    if usable:
        modern, width, url = min(usable, key=lambda c: (c[0], by_fit(c[1])))
        better = _is_old(own) if modern else width < _NARROW and _is_old(own) and width > _TINY
        if not better:
            return url, round(width) if width > _ICON else None
    fits = _is_real(own) and not _is_furniture(own)
    for named in (_LAZY, _ALSO if not fits else None):
        waiting = (v for k, v in said.items() if named and named.match(k) and k != "src")
        if real := next((v for v in waiting if _LOOKS_LIKE_ADDRESS.match(v)), None):
            return real, None
    if not fits and not sized:
        kept = (v for k, v in said.items() if k.startswith("data-") and _PICTURE_ADDRESS.match(v))
        own = next(kept, own)
    smallest = min(sized, key=lambda c: c[1])[2] if sized else ""
    return own if _is_real(own) else smallest, None


def _is_old(url: str) -> bool:
    return (
        _is_real(url) and not _is_furniture(url) and _path(url).endswith((".jpg", ".jpeg", ".png"))
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.lower()
    except ValueError:
        return ""


def _is_real(url: str) -> bool:
    return bool(url) and not url.lower().startswith(
        ("data:", "javascript:", "about:", "#", "blob:")
    )


def _emoji(url: str) -> str:
    """Return the characters that an emoji's file is named for (Twemoji, Noto): 1f1ea-1f1fa.png."""
    found = _CODE_POINTS.search(unquote(_path(url)).rsplit("/", 1)[-1])
    points = [int(p, 16) for p in found[1].split("-")] if found else []
    return "".join(chr(p) for p in points if p in _SYMBOLS)
