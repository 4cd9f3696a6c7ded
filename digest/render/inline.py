"""Inline a page's CSS, which is premailer's work, under a lock."""

from __future__ import annotations

import logging
from threading import Lock

import cssutils
from premailer import Premailer

# premailer's and cssutils' caches are shared and not safe between threads (premailer issue 65)
_lock = Lock()
cssutils.log.setLevel(logging.CRITICAL)  # the lint says what is wrong with a stylesheet


def premail(html: str) -> str:
    """Return the page with the rules of its first style block inlined.

    Basic attributes stay as the template writes them: premailer would turn a width of 100% into
    width="100%" over an explicit number, which Outlook needs.
    """
    with _lock:
        inliner = Premailer(
            html,
            allow_network=False,
            allow_loading_external_files=False,
            disable_validation=True,
            strip_important=True,
            keep_style_tags=False,
            exclude_pseudoclasses=True,
            include_star_selectors=False,
            remove_classes=False,
            align_floating_images=False,
            cache_css_parsing=True,
            preserve_handlebar_syntax=False,
            disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        )
        return str(inliner.transform(pretty_print=False))
