"""A first feeds.yaml, written for the sources that somebody has."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from digest.config.values import Language, WebAddress
from digest.editorial.proposing import Proposal
from digest.model import Source

_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_WEB_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)
MODELINE = "# yaml-language-server: $schema={}\n"
"""Names the JSON Schema by which an editor completes keys (YAML language server)."""
_FILE = """\
# Your newsletter, as your sources have it. Read it through, change what you like, then:
#   digest pull && digest draft weekly && digest desk
# docs/feeds-yaml.md explains every key.

publication:
  name: {name}
  url: {url}
  language: {language}
  timezone: {zone}
  postal_address: "Your street, your town"   # printed in the footer; many laws ask for one
  brand: {{colour: "#0b4f6c"}}

sources:
{sources}

tags:
  internal: {internal}   # planning labels: used in rules, printed nowhere

segments:
  everyone: {{title: Everyone, match: {{any: ["*"]{none}}}}}

newsletters:
  weekly:
    title: This week
    sender: {sender}
    segments: [everyone]
    schedule: {{cron: "0 7 * * mon"}}
    sections:
{sections}
    articles: {{min: 3, max: 12}}

delivery: {{folder: out/emails}}
"""


def first_file(
    sources: Sequence[Source],
    proposal: Proposal,
    zone: str,
    schema: str,
    leave_out: str | None = None,
) -> str:
    """Return the text of a feeds.yaml; `schema` is where its JSON Schema lies.

    Articles with the tag `leave_out` are for nobody.
    """
    places = (urlsplit(each.location) for each in sources)
    sites = (f"{place.scheme}://{place.netloc}/" for place in places)
    urls = (_valid(_WEB_ADDRESS, each) for each in (proposal.url, *sites))
    url = next(filter(None, urls), "https://www.example.org/")
    host = (urlsplit(url).hostname or "example.org").removeprefix("www.")
    name = proposal.name or host
    sender = re.sub(r"[^\w .-]", "", name).strip() or host
    lines = [
        f"{each.name}: {{{each.kind}: {_said(each.location)}{', fresh: true' * each.fresh}}}"
        for each in sources
    ]
    wanted = [
        f"- {{title: {_said(each.topic)}, match: {{any: [{_said(each.topic)}]}}}}   # {each.articles} articles"
        for each in proposal.sections
    ]
    rest = "- {title: More news, rest: true}" if wanted else "- {title: News, rest: true}"
    return MODELINE.format(schema) + _FILE.format(
        name=_said(name),
        url=_said(url),
        language=_valid(_LANGUAGE, proposal.language) or "en",
        zone=zone,
        none=f", none: [{_said(leave_out)}]" if leave_out else "",
        sources=_indented(lines, 2),
        internal=json.dumps([*proposal.internal], ensure_ascii=False),
        sender=_said(f"{sender} <news@{host}>"),
        sections=_indented([*wanted, rest], 6),
    )


def _valid(kind: TypeAdapter[str], value: str | None) -> str | None:
    try:
        return kind.validate_python(value)
    except ValidationError:
        return None


def _said(text: str) -> str:
    """Write a text as JSON does, which YAML reads."""
    return json.dumps(text, ensure_ascii=False)


def _indented(lines: Sequence[str], by: int) -> str:
    return "\n".join(" " * by + line for line in lines)
