"""How each feature of Can I email's table is recognised, what is lost without it, and what to do.

One line a way of recognising a feature: its name in the table, where it stands, what it looks like,
how much is lost, what is lost in words, what to do instead. The places:

- `property`: names of CSS properties, `*` at the end for whatever follows;
- `value`: properties (`*` for any), a colon, and a pattern of the value;
- `rule`: an at-rule's name, a colon, and a pattern of what follows it;
- `selector`: a pattern of a selector;
- `element`: names of elements;
- `attribute`: an element (`*` for any), a dot, an attribute, a colon, and a pattern of its value;
- `picture`: a pattern of a picture's address.

How much is lost: `error`, where words or links are not seen, or are seen that should not be;
`warning`, where the page looks wrong; `info`, where it only looks plainer.

Not listed is what cannot be said otherwise and costs a reader nothing where it is not known: media
queries themselves, the doctype, the colour scheme, `aria-label` and `aria-hidden`; and BIMI, which
stands in no page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from digest.findings import Severity

Place = Literal["property", "value", "rule", "selector", "element", "attribute", "picture"]

_NAMES = r"""
css-accent-color | property | accent-color | info | no colour of your own on form fields | leave it out
css-align-items | property | align-items | warning | columns are not aligned to one another | use a table, and valign on its cells
css-animation | property | animation animation-* | info | nothing moves | the first frame must say it all
css-aspect-ratio | property | aspect-ratio | warning | the height does not follow the width | state width and height of the picture
css-backdrop-filter | property | backdrop-filter | info | nothing is blurred behind it | give it a colour that is not see-through
css-background-blend-mode | property | background-blend-mode | info | backgrounds are not blended | blend them in the picture
css-background-clip | property | background-clip | info | the background is not clipped | text must be legible without it
css-background-origin | property | background-origin | info | the background begins at the padding | leave it out
css-background-position | property | background-position background-position-* | info | the background stands at the top left | let it look right there too
css-background-repeat | property | background-repeat | info | the background repeats | let it look right repeated, or draw it with VML
css-background-size | property | background-size | info | the background has its own size | make the picture as large as it is shown
css-background-image | value | background background-image: \burl\( | warning | no picture in the background | set a background colour, or draw the picture with VML
css-block-inline-size | property | block-size inline-size | warning | no size | write width and height
css-border-image | property | border-image border-image-* | info | a plain border | state a border-color
css-border-inline-block-individual | property | border-inline-start* border-inline-end* border-block-start* border-block-end* | warning | no border | write border-left, border-right, border-top, border-bottom
css-border-inline-block-longhand | property | border-inline-color border-inline-style border-inline-width border-block-color border-block-style border-block-width | warning | no border | write border-left, border-right, border-top, border-bottom
css-border-inline-block | property | border-inline border-block | warning | no border | write border-left, border-right, border-top, border-bottom
css-border-radius-logical | property | border-start-start-radius border-start-end-radius border-end-start-radius border-end-end-radius | info | no rounded corners | write border-radius
css-border-radius | property | border-radius border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius | info | no rounded corners | square ones must look right too
css-border-spacing | property | border-spacing | info | no gaps of your own between cells | write cellspacing
css-box-shadow | property | box-shadow | info | no shadow | give it a border where it must stand out
css-box-sizing | property | box-sizing | info | padding is added to the width | let it fit either way
css-caption-side | property | caption-side | info | the caption stands at the top | put it where it should stand
css-clear | property | clear | info | what follows stands beside what floats | use a table
css-clip-path | property | clip-path | info | nothing is cut to a shape | cut the picture itself
css-column-count | property | column-count | warning | one column | use a table of cells
css-column-layout-properties | property | columns column-width column-fill column-rule column-rule-* column-span | warning | one column | use a table of cells
css-conic-gradient | value | *: \bconic-gradient\( | info | no gradient | set a background colour
css-linear-gradient | value | *: linear-gradient\( | info | no gradient | set a background colour
css-radial-gradient | value | *: radial-gradient\( | info | no gradient | set a background colour
css-cursor | property | cursor | info | the usual pointer | leave it out
css-display-flex | value | display: ^-?(?:[a-z]+-)?(?:inline-)?(?:flex|box|flexbox)$ | warning | columns stand below one another | use a table
css-display-grid | value | display: ^-?(?:[a-z]+-)?(?:inline-)?grid$ | warning | cells stand below one another | use a table
css-empty-cells | property | empty-cells | info | empty cells are drawn | leave no cell empty
css-filter | property | filter | info | no effect on the picture | work it into the picture
css-flex-direction | property | flex-direction flex-flow | warning | columns are not turned | use a table
css-flex-wrap | property | flex-wrap | warning | columns do not wrap | use a table, or inline-block
css-align-items | property | align-content align-self place-items place-content | warning | columns are not aligned to one another | use a table, and valign on its cells
css-float | property | float | warning | nothing stands beside it | use a table, or align
css-font-kerning | property | font-kerning | info | letters stand as the font has them | leave it out
css-font-size-adjust | property | font-size-adjust | info | letters have their own height | choose fonts of like height
css-font-stretch | property | font-stretch | info | the font's usual width | name a narrow font itself
css-function-clamp | value | *: \bclamp\( | warning | the size is not taken | write a fixed one before it
css-function-light-dark | value | *: \blight-dark\( | warning | the colour is not taken | write a colour before it, and the dark one in @media
css-function-max | value | *: \bmax\( | warning | the size is not taken | write a fixed one before it
css-function-min | value | *: \bmin\( | warning | the size is not taken | write a fixed one before it
css-unit-calc | value | *: \bcalc\( | warning | the size is not taken | write a fixed one before it
css-gap | property | gap column-gap row-gap grid-gap grid-column-gap grid-row-gap | warning | no gaps between columns or rows | pad the cells
css-grid-template | property | grid grid-* | warning | no grid | use a table
css-display-flex | property | flex flex-grow flex-shrink flex-basis order | warning | columns do not share the width | use a table with widths
css-hyphenate-character | property | hyphenate-character | info | the usual hyphen | leave it out
css-hyphenate-limit-chars | property | hyphenate-limit-chars | info | words are parted as the program likes | leave it out
css-hyphens | property | hyphens | info | words are not parted | let long words fit, or write &shy;
css-inert-attribute | attribute | *.inert | warning | it can be reached all the same | leave it out of the email
css-inset | property | inset inset-* | warning | it stands where it comes | use a table
css-intrinsic-size | value | *: \b(?:fit-content|min-content|max-content)\b | warning | the size is not taken | write a fixed one
css-justify-content | property | justify-content justify-items justify-self | warning | columns are not spread | use a table, and align on its cells
css-left-right-top-bottom | property | left right top bottom | warning | it stands where it comes | use a table, and padding
css-list-style-image | value | list-style: \burl\( | info | the usual bullets | leave it out
css-list-style-image | property | list-style-image | info | the usual bullets | leave it out
css-list-style-position | property | list-style-position | info | bullets stand outside | leave it out
css-margin-block-start-end | property | margin-block-start margin-block-end | warning | no margin | write margin-top, margin-bottom
css-margin-inline-block | property | margin-inline margin-block | warning | no margin | write margin-left, margin-right, margin-top, margin-bottom
css-margin-inline-start-end | property | margin-inline-start margin-inline-end | warning | no margin | write margin-left, margin-right
css-mask-image | property | mask mask-* | info | nothing is masked | cut the picture itself
css-max-block-size | property | max-block-size | warning | no limit | write max-height
css-max-height | property | max-height | warning | as high as what is in it | state its height
css-max-inline-size | property | max-inline-size | warning | no limit | write max-width, and a width on a table
css-min-block-size | property | min-block-size | info | as high as what is in it | write height
css-min-height | property | min-height | info | as high as what is in it | write height, which is taken as the least there
css-min-inline-size | property | min-inline-size | info | as wide as what is in it | write width
css-min-width | property | min-width | info | as wide as what is in it | write width
css-mix-blend-mode | property | mix-blend-mode | info | nothing is blended | blend it in the picture
css-modern-color | value | *: \b(?:ok)?(?:lch|lab)\( | warning | the colour is not taken | write #rrggbb before it
css-object-fit | property | object-fit | warning | the picture is stretched | cut it to the shape it is shown in
css-object-position | property | object-position | info | the picture is not moved in its frame | cut it to what is shown
css-opacity | value | opacity: ^0*\.?0*%?$ | error | it is seen | write display: none
css-opacity | value | opacity: . | warning | it is not see-through | choose the colour that it would have
css-orphans | property | orphans | info | lines are parted anywhere in print | leave it out
css-widows | property | widows | info | lines are parted anywhere in print | leave it out
css-outline-offset | property | outline-offset | info | the outline stands close | leave it out
css-outline | property | outline outline-color outline-style outline-width | info | no outline | use border
css-overflow-wrap | property | overflow-wrap | info | a long word may stand out | write word-break: break-word as well
css-overflow | property | overflow overflow-x overflow-y | warning | what does not fit is shown | let it fit
css-padding-block-start-end | property | padding-block-start padding-block-end | warning | no padding | write padding-top, padding-bottom
css-padding-inline-block | property | padding-inline padding-block | warning | no padding | write padding-left, padding-right, padding-top, padding-bottom
css-padding-inline-start-end | property | padding-inline-start padding-inline-end | warning | no padding | write padding-left, padding-right
css-position | value | position: absolute|fixed | error | it stands where it comes, and may cover nothing | use a table
css-position | value | position: relative|sticky | info | it stands where it comes | use padding
css-resize | property | resize | info | it cannot be made larger | leave it out
css-rgba | value | *: \brgba\( | warning | the colour is not taken | write #rrggbb before it
css-rgba | value | *: \brgb\((?:[^)]*/|(?:[^,)]*,){3}) | warning | the colour is not taken | write #rrggbb before it
css-rgba | value | *: \bhsla?\( | warning | a colour as hsl() is not taken | write #rrggbb before it
css-rgba | value | *: #(?:[0-9a-f]{8}|[0-9a-f]{4})(?![0-9a-z_-]) | warning | a colour of eight or four digits is not taken | write #rrggbb before it
css-scroll-snap | property | scroll-snap-* scroll-margin* scroll-padding* | info | scrolling does not snap | leave it out
css-shape-margin | property | shape-margin | info | text does not flow round a shape | leave it out
css-shape-outside | property | shape-outside | info | text does not flow round a shape | leave it out
css-sytem-ui | value | font font-family: \b(?:system-ui|ui-serif|ui-sans-serif|ui-rounded|ui-monospace)\b | info | another font | name fonts after it: system-ui, Arial, sans-serif
css-tab-size | property | tab-size | info | tabs of the usual width | write blanks
css-table-layout | property | table-layout | info | columns may grow with what is in them | state widths on the cells
css-text-align-last | property | text-align-last | info | the last line stands like the others | leave it out
css-text-decoration-color | property | text-decoration-color | info | underlined in the text's colour | leave it out
css-text-decoration-line | property | text-decoration-line | warning | not underlined | write text-decoration
css-text-decoration-skip-ink | property | text-decoration-skip-ink | info | the line may touch letters | leave it out
css-text-decoration-style | property | text-decoration-style | info | a plain line | leave it out
css-text-decoration-thickness | property | text-decoration-thickness | info | a line of the usual weight | leave it out
css-text-emphasis-position | property | text-emphasis-position | info | marks stand where the program likes | leave it out
css-text-emphasis | property | text-emphasis text-emphasis-color text-emphasis-style | warning | no emphasis marks | write <b> or <em> as well
css-text-justify | property | text-justify | info | blanks are spread in the usual way | leave it out
css-text-orientation | property | text-orientation | warning | letters stand as usual | use a picture with alt
css-text-overflow | property | text-overflow | info | no “…” where it is cut off | shorten the text
css-text-shadow | property | text-shadow | info | no shadow | text must be legible without it
css-text-underline-offset | property | text-underline-offset | info | underlined at the usual distance | leave it out
css-text-underline-position | property | text-underline-position | info | underlined at the usual place | leave it out
css-text-wrap | property | text-wrap text-wrap-* | info | lines are not balanced | leave it out
css-transform | property | transform transform-* rotate scale translate perspective | warning | it is neither moved nor turned | turn the picture itself
css-transition | property | transition transition-* | info | changes come at once | leave it out
css-unit-ch | value | *: (?:^|[\s(,:+*/-])[\d.]+ch\b | warning | the size is not taken | write px
css-unit-initial | value | *: ^initial$ | warning | the value is not taken | write what it should be
css-unit-rem | value | *: (?:^|[\s(,:+*/-])[\d.]+rem\b | warning | the size is not taken | write px
css-unit-vh | value | *: (?:^|[\s(,:+*/-])[\d.]+vh\b | warning | the size is not taken | write px
css-unit-vmax | value | *: (?:^|[\s(,:+*/-])[\d.]+vmax\b | warning | the size is not taken | write px
css-unit-vmin | value | *: (?:^|[\s(,:+*/-])[\d.]+vmin\b | warning | the size is not taken | write px
css-unit-vw | value | *: (?:^|[\s(,:+*/-])[\d.]+vw\b | warning | the size is not taken | write px or %
css-user-select | property | user-select | info | text can be marked and copied | leave it out
css-variables | value | *: \bvar\( | warning | the value is not taken | write a plain value before it
css-visibility | value | visibility: hidden|collapse | error | it is seen | write display: none
css-visibility | value | visibility: visible | info | it stays as it is | leave it out
css-white-space-collapse | property | white-space-collapse | warning | blanks are drawn together | write &nbsp;
css-white-space | property | white-space | info | lines are parted, and blanks drawn together | write nowrap on the cell, or &nbsp;
css-word-break | property | word-break | info | a long word may stand out | write word-wrap: break-word as well
css-word-spacing | property | word-spacing | info | the usual blanks | leave it out
css-word-wrap | property | word-wrap | info | a long word may stand out | write word-break: break-word as well
css-writing-mode | property | writing-mode | warning | lines run as usual | use a picture with alt
css-z-index | property | z-index | info | what comes later lies on top | order it so
css-at-font-face | rule | font-face | info | another font | name a font after it that every machine has
css-at-import | rule | import: font | info | another font | name a font after it that every machine has
css-at-import | rule | import | error | the whole sheet is lost | write its rules into the page
css-at-keyframes | rule | keyframes | info | nothing moves | the first frame must say it all
css-at-media-device-pixel-ratio | rule | media: device-pixel-ratio|resolution | info | what is in it is not done | it must look right without
css-at-media-hover | rule | media: \b(?:any-)?(?:hover|pointer)\b | info | what is in it is not done | it must look right without
css-at-media-orientation | rule | media: \borientation\b | info | what is in it is not done | use a width
css-at-media-prefers-reduced-motion | rule | media: prefers-reduced-motion | info | it moves for those who asked it not to | leave the motion out
css-at-supports | rule | supports | info | what is in it is not done | it must look right without
css-nesting | selector | & | error | the rules inside are lost, and more with them | write each rule by itself; or is a } missing before it?
css-pseudo-class-active | selector | :active\b | info | nothing while it is pressed | it must look right without
css-pseudo-class-checked | selector | :checked\b | warning | nothing changes when it is ticked | all of it must be seen without
css-pseudo-class-default | selector | :default\b | info | nothing for what was chosen before | it must look right without
css-pseudo-class-first-child | selector | :first-child\b | warning | not styled | give it a class
css-pseudo-class-first-of-type | selector | :first-of-type\b | warning | not styled | give it a class
css-pseudo-class-focus-within | selector | :focus-within\b | info | nothing where the keyboard is | it must look right without
css-pseudo-class-focus-visible | selector | :focus-visible\b | info | nothing where the keyboard is | it must look right without
css-pseudo-class-focus | selector | :focus(?!-)\b | info | nothing where the keyboard is | it must look right without
css-pseudo-class-has | selector | :has\( | warning | not styled | give it a class
css-pseudo-class-hover | selector | :hover\b | info | nothing under the pointer | it must look right without
css-pseudo-class-lang | selector | :lang\( | warning | not styled | give it a class
css-pseudo-class-last-child | selector | :last-child\b | warning | not styled | give it a class
css-pseudo-class-last-of-type | selector | :last-of-type\b | warning | not styled | give it a class
css-pseudo-class-link | selector | :link\b | info | not styled | style the link itself
css-pseudo-class-not | selector | :not\( | warning | not styled | give it a class
css-pseudo-class-nth-child | selector | :nth-child\( | warning | not styled | give it a class
css-pseudo-class-nth-last-child | selector | :nth-last-child\( | warning | not styled | give it a class
css-pseudo-class-nth-last-of-type | selector | :nth-last-of-type\( | warning | not styled | give it a class
css-pseudo-class-nth-of-type | selector | :nth-of-type\( | warning | not styled | give it a class
css-pseudo-class-only-child | selector | :only-child\b | warning | not styled | give it a class
css-pseudo-class-only-of-type | selector | :only-of-type\b | warning | not styled | give it a class
css-pseudo-class-target | selector | :target\b | warning | nothing changes when it is jumped to | all of it must be seen without
css-pseudo-class-visited | selector | :visited\b | info | visited links look like others | leave it out
css-pseudo-element-after | selector | ::?after\b | warning | what it adds is not seen | write it into the page
css-pseudo-element-before | selector | ::?before\b | warning | what it adds is not seen | write it into the page
css-pseudo-element-first-letter | selector | ::?first-letter\b | info | no initial | style a <span>
css-pseudo-element-first-line | selector | ::?first-line\b | info | the first line is like the others | leave it out
css-pseudo-element-marker | selector | ::marker\b | info | the usual bullets | leave it out
css-pseudo-element-placeholder | selector | ::placeholder\b | info | the usual hint in a field | leave it out
css-selector-adjacent-sibling | selector | (?<=[\w\])*])\s*\+\s*(?=[\w.#\[*:]) | warning | not styled | give it a class
css-selector-attribute | selector | \[ | warning | not styled | give it a class
css-selector-chaining | selector | [.#][\w-]+[.#][\w-] | warning | styled by half of it | give it one class
css-selector-child | selector | > | warning | not styled | give it a class
css-selector-general-sibling | selector | ~ | warning | not styled | give it a class
css-selector-universal | selector | (?:^|[\s>+~,(])\*(?!=) | warning | not styled | name the elements
html-abbr | element | abbr | info | no explanation | write it out once
html-acronym | element | acronym | info | no explanation | write it out once
html-aria-describedby | attribute | *.aria-describedby | info | no description is read | say it in the text
html-aria-hidden | attribute | *.aria-hidden: ^true$ | info | it is read out | leave it out, or say it with alt=""
html-aria-label | attribute | a.aria-label img.aria-label p.aria-label span.aria-label table.aria-label td.aria-label | info | no name is read | say it in the text
html-aria-labelledby | attribute | *.aria-labelledby | info | no name is read | say it in the text
html-aria-live | attribute | *.aria-live | info | no change is read | leave it out
html-audio | element | audio | error | nothing can be played | link to it
html-bdi | element | bdi | info | text of another direction may be mixed up | write dir on a <span>
html-button-reset | attribute | button.type: ^reset$ | warning | a button that does nothing | link to a page with the form
html-button-submit | attribute | button.type: ^(?:submit)?$ | error | nothing can be sent | use a link that looks like a button
html-dialog | element | dialog | error | no dialogue, or it stands open | write it into the page
html-form | element | form | error | nothing can be sent | link to a page with the form
html-hidden | attribute | *.hidden | error | it is seen | write style="display:none"
html-image-maps | attribute | img.usemap | warning | no part of the picture can be pressed | link the whole picture, or cut it up
html-input-checkbox | attribute | input.type: ^checkbox$ | error | nothing can be ticked | link to a page with the form
html-input-hidden | attribute | input.type: ^hidden$ | error | nothing is sent with the form | link to a page with the form
html-input-radio | attribute | input.type: ^radio$ | error | nothing can be chosen | link to a page with the form
html-input-reset | attribute | input.type: ^reset$ | error | a button that does nothing | link to a page with the form
html-input-submit | attribute | input.type: ^(?:submit|image)$ | error | nothing can be sent | link to a page with the form
html-input-text | attribute | input.type: ^(?!checkbox$|hidden$|radio$|reset$|submit$|image$|button$) | error | nothing can be written | link to a page with the form
html-link | attribute | link.href: fonts?[./] | info | another font | name a font after it that every machine has
html-link | attribute | link.rel: stylesheet | error | the whole sheet is lost | write its rules into the page
html-loading-attribute | attribute | *.loading | info | pictures are loaded at once | leave it out
html-marquee | element | marquee | warning | nothing moves | write it as text
html-meter | element | meter | error | no meter | write the figure
html-object | element | object | error | it is not seen | link to it
html-picture | element | picture | warning | the picture inside <img> | it must be the right one there
html-popover | attribute | *.popover | error | it stands open | write it into the page
html-progress | element | progress | error | no bar | write the figure
html-required | attribute | *.required | info | a field may stay empty | link to a page with the form
html-rp | element | rp | info | brackets as text | let it read well so
html-rt | element | rt | warning | readings stand in the line | write them in brackets
html-ruby | element | ruby | warning | readings stand in the line | write them in brackets
html-select | element | select | error | nothing can be chosen | link to a page with the form
html-semantics | element | article aside details figcaption figure footer header main mark nav section summary time | info | the element's own look and meaning | use <div> with a role
html-srcset | attribute | *.srcset | info | the picture of src | it must be the right one
html-svg | element | svg | error | no drawing | use a PNG with alt
html-target | attribute | a.target: ^(?!_blank$) | info | the program decides where links open | leave it out
html-textarea | element | textarea | error | nothing can be written | link to a page with the form
html-video | element | video | error | nothing can be played | link a picture to it
html-wbr | element | wbr | info | a long word may stand out | write &#8203;
amp | attribute | *.⚡4email | info | the usual part of the email | it must say the same
amp | attribute | *.amp4email | info | the usual part of the email | it must say the same
image-apng | picture | \.apng$ | info | a still picture | its first frame must say it all
image-avif | picture | \.avif$|^data:image/avif | warning | no picture | use png, jpeg or gif
image-base64 | picture | ^data: | error | no picture | attach it, or write its https address
image-hdr | picture | \.hdr$|\.jxr$ | warning | no picture | use png, jpeg or gif
image-heif | picture | \.hei[cf]$|^data:image/hei | warning | no picture | use png, jpeg or gif
image-ico | picture | \.ico$ | warning | no picture | use png, jpeg or gif
image-mp4 | picture | \.(?:mp4|m4v|mov)$ | warning | no picture | use a gif
image-svg | picture | \.svgz?$|^data:image/svg | warning | no picture | use png
image-tiff | picture | \.tiff?$|^data:image/tiff | warning | no picture | use png, jpeg or gif
image-webp | picture | \.webp$|^data:image/webp | warning | no picture | use png, jpeg or gif
"""

# What says the same for those who know it: with such a property in the block, or such an attribute
# (@) on the element, nothing is lost.
STAND_INS: Mapping[str, tuple[str, ...]] = {
    "css-align-items": ("vertical-align",),
    "css-aspect-ratio": ("height", "@height"),
    "css-background-image": ("background-color", "@bgcolor"),
    "css-border-inline-block": ("border", "border-left", "border-top"),
    "css-border-inline-block-individual": ("border", "border-left", "border-right", "border-top"),
    "css-border-inline-block-longhand": ("border", "border-left", "border-top"),
    "css-border-radius-logical": ("border-radius",),
    "css-block-inline-size": ("width", "height"),
    "css-conic-gradient": ("background-color", "@bgcolor"),
    "css-float": ("@align",),
    "css-linear-gradient": ("background-color", "@bgcolor"),
    "css-margin-block-start-end": ("margin", "margin-top", "margin-bottom"),
    "css-margin-inline-block": ("margin", "margin-left", "margin-right", "margin-top"),
    "css-margin-inline-start-end": ("margin", "margin-left", "margin-right"),
    "css-max-block-size": ("max-height",),
    "css-max-height": ("display:none", "font-size:0", "font-size:0px", "height", "@height"),
    "css-max-inline-size": ("max-width",),
    "css-min-block-size": ("min-height", "height"),
    "css-min-height": ("height", "@height"),
    "css-min-inline-size": ("min-width", "width"),
    "css-min-width": ("width", "@width"),
    "css-opacity": ("display:none", "font-size:0", "font-size:0px"),
    "css-overflow": ("display:none", "font-size:0", "font-size:0px"),
    "css-overflow-wrap": ("word-break", "word-wrap"),
    "css-padding-block-start-end": ("padding", "padding-top", "padding-bottom"),
    "css-padding-inline-block": ("padding", "padding-left", "padding-right", "padding-top"),
    "css-padding-inline-start-end": ("padding", "padding-left", "padding-right"),
    "css-radial-gradient": ("background-color", "@bgcolor"),
    "css-table-layout": ("@width",),
    "css-text-decoration-line": ("text-decoration",),
    "css-visibility": ("display:none", "font-size:0", "font-size:0px"),
    "css-white-space": ("@nowrap",),
    "css-word-break": ("overflow-wrap", "word-wrap"),
    "css-word-wrap": ("overflow-wrap", "word-break"),
}

# Drawn with VML beside it, Outlook on Windows has it after all.
DRAWN = frozenset(
    {
        *("css-background-image", "css-background-position", "css-background-repeat"),
        *("css-background-size", "css-linear-gradient", "css-radial-gradient"),
        *("css-border-radius", "css-box-shadow"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """What Can I email knows of a feature: its title, and the clients without it, and since when."""

    name: str
    title: str
    fails: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Matcher:
    """One way of recognising a feature, and what is lost without it."""

    number: int
    feature: Feature
    place: Place
    subject: str
    pattern: re.Pattern[str]
    severity: Severity
    lost: str
    instead: str


@dataclass(frozen=True, slots=True)
class Matchers:
    """The ways of recognising features, by the place and the name that they speak of."""

    by_name: Mapping[tuple[Place, str], tuple[Matcher, ...]]
    by_prefix: tuple[tuple[str, Matcher], ...]

    def properties(self, name: str) -> Iterator[Matcher]:
        """Yield what speaks of a property by its name alone."""
        named = self.by_name.get(("property", name), ())
        yield from named
        if not named:
            yield from (m for prefix, m in self.by_prefix if name.startswith(prefix))

    def of(self, place: Place, *subjects: str) -> Iterator[Matcher]:
        """Yield what speaks of one of these names, in the order of the table."""
        for subject in subjects:
            yield from self.by_name.get((place, subject), ())


@cache
def table() -> tuple[str, Mapping[str, Feature]]:
    """Return the day of the data (ISO), and its features by name."""
    text = files("digest.render.checks").joinpath("client_support.tsv").read_text("utf-8")
    lines = text.splitlines()
    day = re.search(r"\d{4}-\d\d-\d\d", text)
    features: dict[str, Feature] = {}
    for line in (line for line in lines if not line.startswith("#")):
        name, title, fails, _ = line.split("\t")
        since = dict(client.split("=", 1) for client in fails.split())
        features[name] = Feature(name, title, since)
    return day[0] if day else "", features


@cache
def matchers() -> Matchers:
    """Return the ways of recognising features."""
    by_name: dict[tuple[Place, str], list[Matcher]] = {}
    by_prefix: list[tuple[str, Matcher]] = []
    for matcher in listed():
        if matcher.subject.endswith("*") and matcher.place == "property":
            by_prefix.append((matcher.subject[:-1], matcher))
        else:
            by_name.setdefault((matcher.place, matcher.subject), []).append(matcher)
    return Matchers({key: tuple(found) for key, found in by_name.items()}, tuple(by_prefix))


def listed() -> Iterator[Matcher]:
    """Yield the ways of recognising features, one for each name that they speak of."""
    _, known = table()
    for number, line in enumerate(_NAMES.strip().splitlines()):
        name, place, looks, severity, lost, instead = line.split(" | ")
        # the names that a line speaks of, each with the pattern of what stands there
        if place in ("property", "element"):
            subjects = [(each, "") for each in looks.split()]
        elif place in ("selector", "picture"):
            subjects = [("", looks)]
        else:
            names, _, said = looks.partition(":")
            subjects = [(each, said.strip()) for each in names.split()]
        for subject, pattern in subjects:
            yield Matcher(
                number,
                known[name],
                cast("Place", place),
                subject,
                re.compile(pattern, re.IGNORECASE),
                cast("Severity", severity),
                lost,
                instead,
            )
