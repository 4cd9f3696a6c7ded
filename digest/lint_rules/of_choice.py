"""What the choice of articles, the tag rules, the configuration and the looks are found by."""

from __future__ import annotations

from digest.findings import rule

_SELECTION_AND_RULES = "Selection and rules"
TAGS_CUT = rule(
    _SELECTION_AND_RULES,
    "tags-cut",
    "an article whose tag list says that it goes on, where a rule excludes tags",
    "warning",
    title="An article whose tags are cut",
)
DATE_UNKNOWN = rule(
    _SELECTION_AND_RULES,
    "date-unknown",
    "an article that nothing dates; it counts from when it was first seen",
    "info",
    title="An article without a date",
)
HEADLINE_MISSING = rule(
    _SELECTION_AND_RULES,
    "headline-missing",
    "an article that was added by its address, without a headline",
    "error",
    title="An article without a headline",
)
PICTURE_LOST = rule(
    _SELECTION_AND_RULES,
    "picture-lost",
    "a picture that cannot be fetched: an editor's, another's",
    "error",
    "warning",
    title="A picture that cannot be fetched",
)
PIN_UNPLACED = rule(
    _SELECTION_AND_RULES,
    "pin-unplaced",
    "an article that editors pinned, for which the edition has no room",
    "warning",
    title="A pin without room",
)
EVENT_OVER = rule(
    _SELECTION_AND_RULES,
    "event-over",
    "an article that editors brought in, whose event is over or cancelled when the issue goes out",
    "error",
    title="An event that is over, or cancelled",
)
LEAD_MISSING = rule(
    _SELECTION_AND_RULES,
    "lead-missing",
    "an edition without a story that may lead by the newsletter's `lead`",
    "info",
    title="No story that may lead",
)
PROMISE_BROKEN = rule(
    _SELECTION_AND_RULES,
    "promise-broken",
    "an article that an editor promised for this issue, for which the edition has no room",
    "error",
    title="A promise that is not kept",
)
PROMISE_LATE = rule(
    _SELECTION_AND_RULES,
    "promise-late",
    "an article that was promised for a day on which no issue went out",
    "warning",
    title="A promise kept late",
)
PROMISE_DAY = rule(
    _SELECTION_AND_RULES,
    "promise-day",
    "an article that is promised for a coming day on which no issue goes out",
    "warning",
    title="A promise for a day without an issue",
)
NOTICE_MISSING = rule(
    _SELECTION_AND_RULES,
    "notice-missing",
    "a notice that the look's templates do not print",
    "error",
    title="A notice that the look does not print",
)
NOTICE_ENDS = rule(
    _SELECTION_AND_RULES,
    "notice-ends",
    "a notice that is here for the last time: by its end, or the number of issues that it was booked for",
    "info",
    title="A notice that is here for the last time",
)
EDIT_IDLE = rule(
    _SELECTION_AND_RULES,
    "edit-idle",
    "an editor's words or picture for an article that is in no edition any more",
    "warning",
    title="Words for an article that is not here",
)
EDIT_CONFLICT = rule(
    _SELECTION_AND_RULES,
    "edit-conflict",
    "an editor's words for an article that has changed since",
    "warning",
    title="An article that changed after you reworded it",
)
DEAD_RULE = rule(
    _SELECTION_AND_RULES,
    "dead-rule",
    "a rule, or a planning label, that matches no stored article",
    "warning",
    "info",
)
RENAMED_TAG = rule(
    _SELECTION_AND_RULES,
    "renamed-tag",
    "a tag in a rule that was in use and is not any more",
    "warning",
)
ORPHAN_TAG = rule(_SELECTION_AND_RULES, "orphan-tag", "tags that no rule uses", "info")
LOOK_ALIKE_TAGS = rule(
    _SELECTION_AND_RULES,
    "look-alike-tags",
    "two tags that look like one; not those that differ in capitals, blanks, hyphens or underscores only, which rules take for one",
    "warning",
)
FEED_GAP = rule(
    _SELECTION_AND_RULES,
    "feed-gap",
    "a feed that showed nothing of what it showed when it was last asked",
    "warning",
)
SOURCE_GONE = rule(
    _SELECTION_AND_RULES,
    "source-gone",
    "stored articles whose source rests, or is no longer in feeds.yaml",
    "info",
)
MEMBERS = rule(
    _SELECTION_AND_RULES,
    "members",
    "a segment's `members` that ask for an attribute which no subscriber has",
    "warning",
)
DRAFT_OLD = rule(
    _SELECTION_AND_RULES,
    "draft-old",
    "an open issue that was drafted before its look, or its newsletter in feeds.yaml, was changed",
    "warning",
)
MISSING_FILE = rule(
    _SELECTION_AND_RULES,
    "missing-file",
    "a source's feed, file or folder beside the configuration that is not there",
    "error",
)
NOT_CHECKED = rule(
    _SELECTION_AND_RULES,
    "not-checked",
    "`digest check --watch` alone: feeds.yaml, or what it names, cannot be read just now, so nothing else is checked",
    "error",
)
PLUGIN_FAILED = rule(
    _SELECTION_AND_RULES,
    "plugin-failed",
    "a [plug-in](plugins.md) that cannot be used, or fell over an edition",
    "warning",
    title="A plug-in that cannot be used",
)
TEMPLATE = rule(
    _SELECTION_AND_RULES,
    "template",
    "a look, or a webhook's template, that cannot be printed, with file, line and field",
    "error",
)
