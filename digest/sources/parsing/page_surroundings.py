"""The surroundings of an article on its page: comments, other stories, boxes and bars, in many languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TypeAlias

from lxml import etree

from digest.sources.parsing.sanitize import one_line

_SILENT = frozenset("script style noscript template svg iframe".split())
_TAGS = frozenset({"nav", "footer", "aside", "form", "dialog", "menu"})
_ROLES = frozenset("navigation complementary contentinfo search dialog banner".split())
# a word of a class or an id: "post-comments", "postComments", "comments2"
_BEGINS, _ENDS = r"(?:^|[\s_:-]|(?<=[a-z])(?=[A-Z]))", r"(?:$|[\s_:-]|(?=[A-Z\d]))"
_COMMENTS = (
    "comments?|comment-?(?:list|box|section|area|form)|commentary-?list|kommentare?|commentaires?|comentarios?|"
    "comentários?|commenti|commento|reacties|reactions?|komentarze?|kommentit|kommentarer|disqus|"
    "dsq|respond|repl(?:y|ies)|trackbacks?|pingbacks?|guestbook|forum-?(?:posts?|messages?)"
)
_OTHERS = (
    "related|relatedposts|similar|recommended|recommendations?|recirc\\w*|also-?(?:read|like)|"
    "read-?(?:more|next|also)|up-?next|more-?(?:stories|news|articles|from|on|posts|links)|more-?in|"
    "see-?also|most-?(?:read|viewed|popular|recent|news|shared|commented)(?:-?\\w+)*|popular|trending|latest-?(?:news|posts|articles|stories)(?:-?\\w+)*|"
    "recent-?(?:posts|articles|news)|weitere|mehr-?zum-?thema|aehnliche?|verwandte?|empfehlung(?:en)?|"
    "meistgelesen|beliebte?|lesen-?sie-?auch|a?-?lire-?aussi|meme-?(?:sujet|theme)|articles-?lies|"
    "relacionad[oa]s?|destacad[oa]s|mas-?leid[oa]s|correlat[ie]|leggi-?anche|gerelateerde?|lees-?ook|"
    "powiazane|outbrain|taboola|ligatus|plista|yarpp\\w*|jp-relatedposts|crp-related"
)
_BOXES = (
    "newsletters?(?:-?\\w+)?|subscri(?:be|ption)s?|abonnieren|cookies?|gdpr|consent|"
    "shar(?:e|ing)|sharedaddy|shariff|addtoany|addthis|social|socials|teilen|partage|compartir|"
    "condividi|print|author-?(?:box|bio|info|card|about|description)|about-?(?:the-?)?author|"
    "autoren-?(?:box|info)|ueber-?den-?autor|bio(?:graphy)?-?box|advert(?:isement|orial)?s?|ads?|anzeigen?|"
    "infobox|werbung|publicite|publicidad|promo(?:tion)?|sponsor(?:ed)?|donat(?:e|ions?)(?:-?\\w+)?|support-?(?:us|pay|box)|spenden(?:-?\\w+)?"
)
_SITE = (
    "sidebar|side-?bar|footer|nav|navi|navigation|navbar|menu|breadcrumbs?|bread-?crumb|pagination|pager|"
    "post-?navigation|(?:prev|next)-?post|widgets?|teasers?|calendar|kalender|carousel|slider|ticker|"
    "site-?header|page-?header|masthead|top-?bar|login|search|suche|archives?|blogroll|tagcloud|impressum|copyright"
)
_CAPTION = "(?:wp-)?captions?(?:-?text)?|bildunterschrift|legende?|didascalia|image-?(?:credit|copyright)|photo-?credit|bildquelle"
_FURNITURE = re.compile(rf"{_BEGINS}(?i:{_COMMENTS}|{_OTHERS}|{_BOXES}){_ENDS}")
_OTHERS_WORDS = re.compile(rf"{_BEGINS}(?i:{_COMMENTS}|{_OTHERS}){_ENDS}")
_COMMENTS_WORDS = re.compile(rf"{_BEGINS}(?i:{_COMMENTS}){_ENDS}")
_PARTS = re.compile(rf"{_BEGINS}(?i:{_SITE}){_ENDS}")
_UNDER_PICTURES = re.compile(rf"{_BEGINS}(?i:{_CAPTION}){_ENDS}")
# where a story itself is signed and dated, above or below its text
_OWN = re.compile(
    r"(?:entry|post|article|story|node|item)[_-]?(?:footer|header|meta|info|submitted)|postmeta|(?:^|\s)meta(?:$|\s)|"
    r"(?:entry|post|article|story|node)[_-]\w*[_-]?(?:infos?|date|time|byline)\b",
    re.IGNORECASE,
)
# a layout that says what it holds, or may hold: "has-sidebar", "comments-open", "with-share"
_LAYOUT = re.compile(
    r"(?<![^\s])(?:elementor|has|with|no|without|is|hide|show|layout)[-_]\S+|\S+-(?:open|closed|enabled)\b"
)
_NAMED = etree.XPath("//body//*[@class or @id]")
_BLOCKS = frozenset("div section ul ol aside p span details table h2 h3 h4 h5 h6".split())
_TEXTS = frozenset("p span h2 h3 h4 h5 h6".split())
_LARGEST, _MOST_COMMENTS = 0.5, 0.9  # of a page's text
_PARAGRAPH, _CAPTION_LENGTH = 200, 400
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:$|[?#])", re.IGNORECASE)
_LINKED, _STORY_LENGTH = 0.8, 2500  # of a block's text; characters
_PROSE = etree.XPath("count(.//p[string-length(normalize-space(.)) > 160])")
_STORY = 3  # paragraphs: what holds more is a story, however it is called
_SITE_PART, _BOX, _UNDER_PICTURE = 1, 2, 3
Named: TypeAlias = "tuple[etree._Element, str]"  # noqa: SLF001 - lxml's name for it
"""An element, and the class and the id that it states."""


def named_elements(tree: etree._Element) -> tuple[Named, ...]:
    """Return the elements of a page that state a class or an id."""
    return tuple((e, _names(e)) for e in _NAMED(tree))


def words_of(element: etree._Element) -> str:
    """Return what an element shows, in one line: no script's or style's text."""
    if element.find(".//script") is None and element.find(".//style") is None:
        return one_line(" ".join(str(t) for t in element.itertext()))
    texts = (
        str(t) for t in element.xpath(".//text()") if t.getparent().tag not in _SILENT or t.is_tail
    )
    return one_line(" ".join(texts))


def stands_around(element: etree._Element, article: Collection[etree._Element]) -> bool:
    """Tell whether an element stands in what surrounds an article.

    `article` are the elements that hold the headline: what is named after a sidebar or after comments
    and holds the headline, too, is a layout.
    """
    at: etree._Element | None = element
    while at is not None and at not in article:
        names = _names(at)
        if not _OWN.search(names) and (
            at.tag in _TAGS
            or at.get("role") in _ROLES
            or at.get("id") == "header"
            or _kind(names) in {_SITE_PART, _BOX}
        ):
            return True
        at = at.getparent()
    return False


def is_of_others(element: etree._Element) -> bool:
    """Tell whether an element stands in comments or in what leads to other stories."""
    return any(_OTHERS_WORDS.search(_names(e)) for e in (element, *element.iterancestors()))


def remove_surroundings(
    tree: etree._Element, named: Sequence[Named], article: Collection[etree._Element]
) -> None:
    """Take out of a page what is named as comments, other stories, a box or a caption."""
    whole = 0
    for element, names in named:
        kind = _kind(names)
        if kind < _BOX or element.tag not in _BLOCKS or element in article:
            continue
        # what is said under a picture goes, the picture itself may be the story's
        if kind == _UNDER_PICTURE and (pictures := element.findall(".//img")):
            if _length(element) < _CAPTION_LENGTH:
                element[:], element.text, element.tag = pictures, None, "p"
                for picture in pictures:
                    picture.tail = None
            continue
        comments = kind == _BOX and _COMMENTS_WORDS.search(_LAYOUT.sub("", names)) is not None
        if kind == _BOX and not comments and _PROSE(element) > _STORY:
            continue
        whole = whole or _length(tree)
        length = _length(element)
        # readers may write more than the story has, where that is known to stand elsewhere
        most = _MOST_COMMENTS if comments and article else _LARGEST
        if length < (_PARAGRAPH if element.tag in _TEXTS else whole * most):
            drop(element)
    for caption in list(tree.iter("figcaption")):
        drop(caption)


def remove_thumbnails(tree: etree._Element) -> None:
    """Take out the pictures of blocks that are hardly more than links: those of other stories.

    Extraction leaves a list of links in place that holds a picture, lest it lose the story's own.
    """
    known: dict[etree._Element, tuple[int, list[int]]] = {}
    for picture in list(tree.iter("img")):
        link = next(picture.iterancestors("a"), None)
        leads = link is not None and not _PICTURE_FILE.search(link.get("href") or "#.png")
        for block in picture.iterancestors("div", "ul", "ol", "dl", "p"):
            if block not in known:
                length = _length(block)
                # what is as long as a story is none of its lists
                links = [] if length > _STORY_LENGTH else [_length(a) for a in block.iter("a")]
                known[block] = length, [n for n in links if n]
            length, links = known[block]
            if length > _STORY_LENGTH:
                break
            listed = sum(links) > length * _LINKED
            # beside a line or two, and leading elsewhere
            teasing = leads and bool(links) and block.tag == "div" and length < _PARAGRAPH
            if listed or teasing:
                drop(picture)
                break


def drop(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


@lru_cache(maxsize=16_384)  # a page, and a site, give the same few names again and again
def _kind(names: str) -> int:
    own = _LAYOUT.sub("", names)
    if _UNDER_PICTURES.search(own):
        return _UNDER_PICTURE
    if _FURNITURE.search(own):
        return _BOX
    return _SITE_PART if _PARTS.search(own) else 0


def _length(element: etree._Element) -> int:
    return int(element.xpath("string-length(normalize-space(.))"))
