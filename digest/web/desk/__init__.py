"""The desk: what editors see and do, a file for each of its places, all behind one guard."""

from digest.web.desk import (
    archive,
    audience,
    calendar,
    issue,
    laboratory,
    preview,
    readers,
    rights,
    sources,
    team,
    week,
)
from digest.web.desk.shell import pages

__all__ = [
    "archive",
    "audience",
    "calendar",
    "issue",
    "laboratory",
    "pages",
    "preview",
    "readers",
    "rights",
    "sources",
    "team",
    "week",
]
