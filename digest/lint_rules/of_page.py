"""What is read in an email's page: how it is built, its styles, and whether it can be read."""

from __future__ import annotations

from digest.findings import rule

_STRUCTURE = "Structure"
DOCTYPE = rule(_STRUCTURE, "doctype", "a page that does not begin with `<!DOCTYPE html>`", "error")
LANGUAGE = rule(
    _STRUCTURE,
    "language",
    "`<html>` without `lang`, or without `dir` in a language that is written from the right",
    "error",
)
NAMESPACES = rule(
    _STRUCTURE,
    "namespaces",
    "`<html>` without the namespaces of the VML or Office elements in it",
    "warning",
)
TITLE = rule(_STRUCTURE, "title", "a `<title>` that is not the subject", "error")
CHARSET = rule(_STRUCTURE, "charset", 'no `<meta charset="utf-8">`', "error")
HEAD_META = rule(
    _STRUCTURE,
    "head-meta",
    "a missing viewport, format-detection, color-scheme or Apple's reformatting meta",
    "warning",
)
WRAPPER = rule(
    _STRUCTURE,
    "wrapper",
    'no `role="article"` in the body with `lang`, `dir`, `aria-roledescription`, `aria-label`: clients drop `<html>`\'s own',
    "error",
)
TAG_UNCLOSED = rule(_STRUCTURE, "tag-unclosed", "a tag that is not closed in order", "error")
CONDITIONAL = rule(
    _STRUCTURE,
    "conditional",
    "a comment for Outlook that is not closed; `<![if`, which some programs print",
    "error",
    "warning",
)
ELEMENT_FORBIDDEN = rule(
    _STRUCTURE,
    "element-forbidden",
    'scripts, frames, `<base>`, `<meta http-equiv="refresh">` and event attributes',
    "error",
)
HTML_SUPPORT = rule(
    _STRUCTURE,
    "html-support",
    "elements and attributes that a mail program of your readers does not know, by what is lost",
    "error",
    "warning",
    "info",
    title="What a mail program does not show",
)
TABLE_ROLE = rule(_STRUCTURE, "table-role", 'a layout table without `role="presentation"`', "error")
TABLE_GAPS = rule(
    _STRUCTURE, "table-gaps", "a layout table without `cellpadding`, `cellspacing` of 0", "warning"
)
TABLE_SCOPE = rule(_STRUCTURE, "table-scope", "a data table's heading without `scope`", "warning")
TABLE_DEPTH = rule(_STRUCTURE, "table-depth", "tables nested more than 8 deep", "warning")
PAGE_WIDTH = rule(
    _STRUCTURE, "page-width", "no width in pixels, or one outside 320 to 640", "warning"
)
HEADING_MAIN = rule(_STRUCTURE, "heading-main", "not exactly one `h1`", "warning")
HEADING_SKIPPED = rule(_STRUCTURE, "heading-skipped", "a level that is skipped", "warning")
HEADING_EMPTY = rule(
    _STRUCTURE,
    "heading-empty",
    "a heading that says nothing",
    "warning",
    title="A heading that says nothing",
)
HEADING_EMOJI = rule(_STRUCTURE, "heading-emoji", "an emoji in a heading", "info")
HEADING_SPACED = rule(
    _STRUCTURE, "heading-spaced", "a heading in capitals with space between them", "info"
)
VML_ALT = rule(_STRUCTURE, "vml-alt", "a drawing for Outlook (VML) without `alt`", "error")
VML_CONTENT = rule(_STRUCTURE, "vml-content", "a link or a heading in such a drawing", "error")

_STYLES = "Styles"
CSS_PARSE = rule(
    _STYLES, "css-parse", "CSS that cannot be parsed: clients drop the whole block", "error"
)
CSS_IMPORTANT = rule(
    _STYLES, "css-important", "`!important` in a style attribute, which Outlook ignores", "warning"
)
CSS_SUPPORT = rule(
    _STYLES,
    "css-support",
    "CSS that a mail program of your readers does not know, by what is lost ([the table](#what-mail-programs-know))",
    "error",
    "warning",
    "info",
    title="Styles that a mail program does not know",
)
CSS_RULE = rule(_STYLES, "css-rule", "an at-rule that no mail program is known to read", "warning")
FONT_GENERIC = rule(
    _STYLES, "font-generic", "fonts that do not end in serif, sans-serif or monospace", "warning"
)
STYLE_SIZE = rule(
    _STYLES, "style-size", "style blocks over 8,192 bytes, over 16,384", "warning", "error"
)
STYLE_WEIGHT = rule(
    _STYLES,
    "style-weight",
    "inlined styles that make the page more than 2.5 times as large",
    "info",
)
STYLE_IN_BODY = rule(_STYLES, "style-in-body", "a style block outside `<head>`", "error")
MEDIA_NESTED = rule(
    _STYLES, "media-nested", "a rule in a rule of `@media`: Gmail drops the block", "error"
)
MEDIA_IMPORTANT = rule(
    _STYLES,
    "media-important",
    "a declaration in `@media` without `!important`, where an inlined one stands against it",
    "warning",
)
DARK_MISSING = rule(_STYLES, "dark-missing", "no dark colours", "warning")
DARK_OUTLOOK = rule(
    _STYLES,
    "dark-outlook",
    "no dark colours for Outlook, or not in a block of their own",
    "warning",
)

_READING = "Reading"
CONTRAST = rule(
    _READING,
    "contrast",
    "contrast under 4.5 (3 for large text) in light or in the authored dark mode; under 3 when a client inverts the page",
    "error",
    title="Text that is hard to see",
)
TEXT_TINY = rule(_READING, "text-tiny", "text under 12 px", "error", title="Tiny text")
TEXT_SMALL = rule(_READING, "text-small", "text under 14 px", "warning", title="Small text")
TEXT_TIGHT = rule(
    _READING,
    "text-tight",
    "lines of several words under 1.3 of the text's size",
    "warning",
    title="Lines that stand too close",
)
TARGET_SIZE = rule(
    _READING,
    "target-size",
    "a link that stands alone and is under 24 px high",
    "warning",
    title="A link that is hard to hit",
)
