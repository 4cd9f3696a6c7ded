"""Furniture: the lines of a saved text page that belong to the site, and the names of its parts."""

from __future__ import annotations

import re

_LINES = re.compile(
    r"""^(?:
    click\ to\ expand(?:\ or\ contract)?|contact\ details|contact(?:\ us|\ information)?:?|
    show\ all\ stories\ by\ this\ author|more\ (?:stories\ )?by\ this\ author|
    (?:article\ )?text\ \(excluding\ photos.*|photos\ and\ graphics\ subject\ to\ third.*|
    .{0,40}(?:©|\(c\)\ ).{0,80}|all\ rights\ reserved.*|
    (?:the\ )?(?:views|opinions)\ (?:expressed|given|stated)\ .{0,500}|disclaimer:?.{0,500}|please\ note:?\ .{0,300}|
    this\ (?:article|content|page|story|piece|post|blog)\ (?:does\ not|may\ not|was\ automatically|represents|reflects|is\ the\ (?:view|opinion)|
      gives\ the\ views|first\ appeared|was\ (?:first|originally)\ published).{0,400}|
    (?:see\ also|read\ (?:also|more|next)|related|further\ reading|more\ (?:on\ this|information)|siehe\ auch|voir\ aussi)\s*:.{0,300}|
    (?:last\ )?(?:updated|modified|reviewed)(?:\ on)?:?\ .{0,60}|
    tel(?:ephone)?\.?:.*|phone:.*|e-?mail:.*|fax:.*|mob(?:ile)?:.*|twitter:.*|\S+@\S+\.\S+|
    \+?[\d\ ()-]{8,}|
    share(?:\ this.*|\ on.*)?|print(?:\ this.*)?|tweet|comments?(?:\ \(\d+\))?|leave\ a\ comment|
    your\ comment\ may\ be\ published.*|be\ the\ first\ to\ comment.*|post\ a\ comment.*|
    back\ to\ top|skip\ to\ .{0,30}|home|menu|search|main\ navigation|breadcrumb|
    reporters?:?|authors?:?|written\ by:?|image\ gallery|related\ (?:stories|news|articles|links|content):?|
    latest\ news|read\ more:?|see\ also:?|subscribe(?:\ to.*)?|sign\ up(?:\ .*)?|follow\ us.*|
    (?:accept\ |we\ use\ )cookies.*|advertisement
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
SEE_ALSO = re.compile(
    r"(?:see also|read (?:also|more|next)|related(?: (?:stories|news|articles|links|content))?|further reading|"
    r"you may also like|more (?:stories|news)(?: like this)?|siehe auch|mehr zum thema|voir aussi|à lire aussi)\s*:?",
    re.IGNORECASE,
)
DATED = re.compile(
    r"^(?:(?:first )?(?:published|posted|issued)|date(?: published)?|publication date|veröffentlicht|publié|publicado|pubblicato|"
    r"gepubliceerd|publicerad)(?:\s+(?:on|am|le|el|il|op))?\s*:?\s+",
    re.IGNORECASE,
)
MORE_TAGS = re.compile(
    r"[,;\s/|·•›»>–—-]*\b(?:see|show|view)\s+(?:all|more)\s+tags\b\W*$", re.IGNORECASE
)
TAGS_LABEL = re.compile(r"^(?:tags?|keywords?|topics?|filed under|tagged)\s*:\s*", re.IGNORECASE)
EMPTY_BYLINE = re.compile(r"^by(?:[\s,&;]|\band\b)*$", re.IGNORECASE)
BYLINE = re.compile(
    r"^(?:(?:written|reported|words|posted|story|text|report|article)\s+)?(?:by|von|par|por|di|door|av|af|przez|автор)\b:?\s+(?P<names>\S.*)$|"
    r"^(?:authors?|reporters?|autor(?:en|in)?|auteur|text)\s*:\s*(?P<named>\S.*)$",
    re.IGNORECASE,
)
_PUBLISHER = re.compile(
    r"\b(?:universit\w+|college|school|institut\w*|academy|hospital|polytechnic|trust|council|press|"
    r"society|association|foundation|museum|library|news ?room|news ?desk|news|gazette|times|"
    r"laborator\w+|department|ministry|agency|centre|center)\b",
    re.IGNORECASE,
)
_DEPARTMENT = re.compile(
    r"\b(?:office|department|division|faculty|school|institute|centre|center|communications|team|unit|"
    r"group|library|college|enterprise|press|services?|programme|network|hub|lab\w*|research|"
    r"university|administration|affairs|relations|engagement|marketing|directorate|academy)\b",
    re.IGNORECASE,
)
_SMALL = frozenset(
    "a an and at by de del der di du et for from in la le of on the to und van von with & - "
    "al el bin ben ibn ter ten zu zum zur af av dos das do da y e dello degli den het 't".split()
)
HONORIFIC = re.compile(
    r"^(?:the )?(?:prof(?:essor)?|dr|doctor|sir|dame|lord|lady|mr|mrs|ms|mx|rev)\b\.?",
    re.IGNORECASE,
)
_NAME_WORDS = 5
_PUBLISHER_WORDS = 7


def is_furniture(line: str) -> bool:
    """Tell whether a line is the site's and not the article's."""
    return _LINES.match(line.strip()) is not None


def is_label(line: str) -> bool:
    """Tell whether a line only says what stands behind it: "Tags:", "Contact"."""
    return TAGS_LABEL.match(f"{line} ") is not None or line.endswith(":")


def is_publisher(line: str) -> bool:
    """Tell whether a line names an organisation and says nothing else."""
    return (
        len(line.split()) <= _PUBLISHER_WORDS
        and in_title_case(line)
        and _PUBLISHER.search(line) is not None
    )


def is_name(line: str) -> bool:
    """Tell whether a line can be a person's name: two to five capitalised words."""
    words = [w for w in line.replace(",", " ").split() if w.lower() not in _SMALL]
    return (
        1 < len(words) <= _NAME_WORDS
        and in_title_case(line)
        and not re.search(r"[\d:;!?()/]|[^.]{4}\.$|\w\.[a-z]{2}", line)
    )


def is_department(line: str) -> bool:
    """Tell whether a line names a part of an organisation."""
    return len(line.split()) <= 10 and in_title_case(line) and bool(_DEPARTMENT.search(line))  # noqa: PLR2004 - longer is a sentence


def in_title_case(line: str) -> bool:
    """Tell whether every word but the small ones begins with a capital."""
    words = [w.strip("()'’‘“”\"") for w in line.replace("-", " ").split()]
    # d'Arc and l'Oréal begin with a small letter
    large = [re.sub(r"^[dl]['’]", "", w) for w in words if w and w.lower() not in _SMALL]
    return bool(large) and all(
        w[0].isupper() or w[0].isdigit() or not w[0].isalpha() for w in large if w
    )
