"""What is read in an email beside its page: what an inbox makes of it, pictures, links, the text part."""

from __future__ import annotations

from digest.findings import rule

_INBOX = "Inbox"
SIZE_CLIP = rule(
    _INBOX,
    "size-clip",
    "a page over 102,400 bytes, which Gmail clips, the unsubscribe link with it",
    "error",
    title="Too long: Gmail cuts it",
)
SIZE_NEAR = rule(
    _INBOX, "size-near", "a page over 80 KB", "warning", title="Nearly too long for Gmail"
)
CUT_TO_FIT = rule(
    _INBOX,
    "cut-to-fit",
    "an edition that was cut from its end to fit, with “+N more”",
    "warning",
    title="Articles cut off at the end",
)
SIZE_WIRE = rule(
    _INBOX,
    "size-wire",
    "a page that is over 102,400 bytes only as it is encoded (quoted-printable)",
    "info",
    title="Long as it travels",
)
TEXT_SIZE = rule(
    _INBOX, "text-size", "a text part over 100 KB", "warning", title="A long text part"
)
SENDER_NAME = rule(
    _INBOX, "sender-name", "a sender without a name", "warning", title="A sender without a name"
)
SENDER_ADDRESS = rule(_INBOX, "sender-address", "a sender whose address is none", "error")
SUBJECT_MISSING = rule(_INBOX, "subject-missing", "no subject", "error", title="No subject")
SUBJECT_LONG = rule(
    _INBOX, "subject-long", "a subject over 60 characters", "info", title="A long subject"
)
SUBJECT_TOO_LONG = rule(
    _INBOX,
    "subject-too-long",
    "a subject over 150 characters",
    "error",
    title="A subject that is too long",
)
PREHEADER_MISSING = rule(
    _INBOX, "preheader-missing", "no preheader", "warning", title="No preheader"
)
PREHEADER_REPEATS = rule(
    _INBOX,
    "preheader-repeats",
    "a preheader that says what the subject says",
    "warning",
    title="A preheader that repeats the subject",
)
PREHEADER_LONG = rule(
    _INBOX, "preheader-long", "a preheader over 130 characters", "info", title="A long preheader"
)
PREHEADER_SHORT = rule(
    _INBOX, "preheader-short", "a preheader under 40 characters", "info", title="A short preheader"
)

_PICTURES = "Pictures"
ALT_MISSING = rule(
    _PICTURES,
    "alt-missing",
    "an article's picture that nobody described",
    "warning",
    title="A picture that nobody described",
)
ALT_ATTRIBUTE = rule(
    _PICTURES,
    "alt-attribute",
    "a picture without `alt`",
    "error",
    title="A picture without a description",
)
ALT_LINKED = rule(
    _PICTURES,
    "alt-linked",
    "a linked picture with an empty `alt`",
    "error",
    title="A picture that leads on and says not where",
)
ALT_FILE_NAME = rule(
    _PICTURES,
    "alt-file-name",
    "a file's name for a description",
    "warning",
    title="A file’s name for a description",
)
ALT_LONG = rule(
    _PICTURES,
    "alt-long",
    "a description over 125 characters",
    "info",
    title="A long description of a picture",
)
IMAGE_ADDRESS = rule(
    _PICTURES,
    "image-address",
    "a picture that is not attached, relative, local or `data:`",
    "error",
)
IMAGE_INSECURE = rule(_PICTURES, "image-insecure", "a picture over http", "warning")
TRACKING_PIXEL = rule(
    _PICTURES,
    "tracking-pixel",
    "a picture of at most 2 × 2",
    "warning",
    title="A picture that counts readers",
)
IMAGE_WIDTH = rule(
    _PICTURES,
    "image-width",
    "a width that is no whole number of at most 640",
    "warning",
    title="A picture without a width",
)
IMAGE_HEIGHT = rule(
    _PICTURES,
    "image-height",
    "a height that is no whole number of at most 1728",
    "warning",
    title="A picture without a height",
)
IMAGE_FORMAT = rule(
    _PICTURES,
    "image-format",
    "a format that a mail program of your readers does not show: webp, avif, svg, tiff, data in the address",
    "error",
    "warning",
    "info",
    title="A picture of a kind that not all show",
)
IMAGE_BLURRED = rule(
    _PICTURES,
    "image-blurred",
    "a picture shown larger than it is",
    "warning",
    title="A picture shown larger than it is",
)
IMAGE_SOFT = rule(
    _PICTURES,
    "image-soft",
    "a picture 300 px wide or more that has under 1.5 of its own pixels to one shown",
    "info",
    title="A picture that may look soft",
)
IMAGE_OVERSIZE = rule(
    _PICTURES,
    "image-oversize",
    "a picture over 200 KB that has over 3 of its own pixels to one shown",
    "info",
    title="A picture that is larger than it has to be",
)
IMAGE_ONLY = rule(
    _PICTURES,
    "image-only",
    "under 250 letters of text to each picture 300 px wide or more",
    "warning",
    title="Few words for so many pictures",
)
PICTURE_HEAVY = rule(
    _PICTURES, "picture-heavy", "an attached picture over 1 MB", "warning", title="A heavy picture"
)
PICTURES_HEAVY = rule(
    _PICTURES,
    "pictures-heavy",
    "attached pictures over 2 MB together",
    "warning",
    title="Heavy pictures together",
)

_LINKS = "Links"
LINK_NAME = rule(_LINKS, "link-name", "a link without text", "error", title="A link without a text")
LINK_GENERIC = rule(
    _LINKS,
    "link-generic",
    "“read more”, “click here” and the like",
    "warning",
    title="A link that does not say where it leads",
)
LINK_AMBIGUOUS = rule(
    _LINKS,
    "link-ambiguous",
    "the same text for different pages",
    "warning",
    title="The same words for different pages",
)
LINK_PLAIN = rule(
    _LINKS,
    "link-plain",
    "a link in a sentence that is not underlined",
    "warning",
    title="A link that does not look like one",
)
LINK_ADDRESS = rule(_LINKS, "link-address", "an address that is empty, relative or local", "error")
LINK_INSECURE = rule(
    _LINKS, "link-insecure", "an address over http", "warning", title="An address without https"
)
LINK_ANCHOR = rule(_LINKS, "link-anchor", "a link within the page, dead in Gmail's apps", "warning")
LINK_CAMPAIGN = rule(_LINKS, "link-campaign", "a utm parameter twice", "warning")
HIDDEN_LINK = rule(
    _LINKS, "hidden-link", "a link hidden from screen readers, but reached by keyboard", "error"
)
UNSUBSCRIBE_MISSING = rule(
    _LINKS, "unsubscribe-missing", "no unsubscribe link", "error", title="No link to unsubscribe"
)
UNSUBSCRIBE_CLIPPED = rule(
    _LINKS,
    "unsubscribe-clipped",
    "an unsubscribe link beyond Gmail's clip",
    "error",
    title="A link to unsubscribe that Gmail cuts",
)
VIEW_MISSING = rule(
    _LINKS,
    "view-missing",
    "no “view in browser” link",
    "warning",
    title="No link to view it in a browser",
)
POSTAL_MISSING = rule(
    _LINKS, "postal-missing", "no postal address", "warning", title="No postal address"
)
PLACEHOLDER_LEFT = rule(
    _LINKS,
    "placeholder-left",
    "`{{ }}`, `*| |*`, `None` printed as they stand",
    "error",
    title="A placeholder left in print",
)

_TEXT_PART = "Text part"
TEXT_MISSING = rule(_TEXT_PART, "text-missing", "an empty text part", "error", title="No text part")
TEXT_ADDRESS = rule(
    _TEXT_PART,
    "text-address",
    "an article's address that the page has and the text has not",
    "error",
)
TEXT_UNSUBSCRIBE = rule(_TEXT_PART, "text-unsubscribe", "no unsubscribe address", "error")
TEXT_LINE = rule(
    _TEXT_PART, "text-line", "a line over 78 characters that holds no address", "warning"
)
TEXT_MARKUP = rule(_TEXT_PART, "text-markup", "tags, entities or CSS in the text", "warning")
TEXT_BRACKETS = rule(_TEXT_PART, "text-brackets", "an address in brackets", "warning")
TEXT_REPEATS = rule(_TEXT_PART, "text-repeats", "the same address twice in a row", "warning")
TEXT_SHARE = rule(
    _TEXT_PART, "text-share", "under half or over one and a half of the page's words", "warning"
)
