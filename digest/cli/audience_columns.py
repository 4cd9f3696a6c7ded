"""What offices and other programs call the columns and the states of an audience file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from digest.editorial.folding import folded
from digest.errors import UsageError

OWN = ("address", "name", "segments", "status")
PARTS = ("topics", "sources", "frequency", "hour", "zone", "most")  # of a reader's choice
STATUSES = ("confirmed", "pending", "unsubscribed")  # the later one counts where a row says two

# What is meant beyond doubt, as `_said` writes it; English, German, French and Spanish.
_CALLED = {
    "address": "email mail emailaddress mailaddress emailadresse mailadresse courriel adresseemail "
    "adressemail correo correoelectronico correoelectrónico",
    "name": "fullname displayname wholename vollständigername nomcomplet nombrecompleto",
    "first": "firstname forename givenname fname vorname prénom prenom",
    "last": "lastname surname familyname lname nachname familienname nomdefamille apellidos",
    "status": "subscriberstatus subscriptionstatus emailstatus mailstatus",
    # filled where a reader is not to be mailed any more: Mailchimp, Substack, people
    "left": "unsubtime unsubscribed unsubscribedat unsubscribetime unsubscribedate cleantime optedout "
    "optout optoutdate optouttime emaildisabled bounced bouncedat blocklisted blacklisted donotmail "
    "donotemail suppressed abgemeldet abgemeldetam désabonné",
}
_KINDS = {said: kind for kind, words in _CALLED.items() for said in words.split()}
# What may be meant: their values may be no segments of ours, so a person is asked.
_PERHAPS = {
    "segments": "segment group groups tag tags list lists listname audience interests mailinglist "
    "gruppe gruppen segmente liste listen verteiler groupe groupes étiquettes grupo grupos lista",
    "name": "firstname lastname forename givenname surname fname lname vorname nachname nom nombre "
    "prénom subscriber reader",
    "status": "state subscribed active optin optedin enabled confirmed anmeldestatus",
}
_MEANT = {said: own for own, words in _PERHAPS.items() for said in words.split()}

# Mailchimp's, listmonk's, Substack's and others' words, and people's.
_STATES = {
    "confirmed": "confirmed subscribed active enabled optedin optin bestätigt aktiv angemeldet abonniert "
    "abonné actif confirmé suscrito activo confirmado",
    # nobody said no, but nobody said yes either
    "pending": "pending unconfirmed nonsubscribed notsubscribed transactional inactive disabled paused "
    "archived ausstehend unbestätigt inaktiv",
    "unsubscribed": "unsubscribed cleaned blocklisted blacklisted blocked bounced hardbounced "
    "hardbounce bounce complained complaint spam markedasspam optedout optout cancelled canceled "
    "suppressed deleted removed abgemeldet gesperrt gelöscht désabonné désinscrit baja dadodebaja",
}
_STATUS = {said: status for status, words in _STATES.items() for said in words.split()}
_NO = frozenset(
    " no false 0 n f off na never null none nil nein falsch non faux falso não nee ei".split(" ")
)
_YES = frozenset("yes true 1 y t x on ja wahr oui vrai sí si verdadero sim verdadeiro".split())
_SHOWN = {"first": "name", "last": "name", "left": "status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where a row of the file says what; `name` is said by one column, or by a first and a last one.

    `called` tells the columns that are ours by another name, `asked` what others may be meant as.
    `choices` are the parts of a choice, each with its newsletter.
    """

    count: int
    named: tuple[tuple[int, str], ...]
    nameless: tuple[int, ...]
    address: int
    name: tuple[int, ...]
    segments: int | None
    status: tuple[int, ...]
    left: tuple[int, ...]
    attributes: tuple[tuple[int, str], ...]
    choices: tuple[tuple[int, str, str], ...]
    called: Mapping[str, str]
    asked: Mapping[str, str]

    def status_in(self, row: Sequence[str]) -> str | None:
        """Return what a row says of the status, of several the one that mails least; None for nothing.

        A word that is no status is returned as it is.
        """
        return _worst(tuple([row[i] for i in self.status]), tuple([row[i] for i in self.left]))


def columns_of(names: Iterable[str], choosing: Collection[str] = ()) -> Columns:
    """Return what the columns of a header are; UsageError where none, or more than one, is the address.

    Of the newsletters `choosing`, a column as `weekly.topics` is a part of a reader's choice.
    """
    header = [" ".join(name.split()) for name in names]
    while header and not header[-1]:
        header.pop()
    kinds = _kinds(header)
    _check(header, kinds)
    at = {kind: tuple(i for i, k in enumerate(kinds) if k == kind) for kind in {*kinds}}
    name = at.get("name") or (*at.get("first", ()), *at.get("last", ()))
    parts = {f"{each}.{part}": (each, part) for each in choosing for part in PARTS}
    choices = [(i, *parts[said]) for i, said in enumerate(header) if said in parts]
    attributes = [
        (i, header[i])
        for i, kind in enumerate(kinds)
        if header[i] and header[i] not in parts and kind in {None, "first", "last", "left"}
    ]
    return Columns(
        count=len(header),
        named=tuple((i, name) for i, name in enumerate(header) if name),
        nameless=tuple(i for i, name in enumerate(header) if not name),
        address=at["address"][0],
        name=name,
        segments=next(iter(at.get("segments", ())), None),
        status=at.get("status", ()),
        left=at.get("left", ()),
        attributes=tuple(attributes),
        choices=tuple(choices),
        called={
            header[i]: _SHOWN.get(kind, kind)
            for i, kind in enumerate(kinds)
            if kind and header[i].lower() != kind
        },
        asked=_asked(header, kinds),
    )


@lru_cache(maxsize=1024)
def _said(text: str) -> str:
    """Return the letters and digits of a text, small: `E-Mail address` and `email_address` are one."""
    return re.sub(r"[\W_]+", "", folded(text))


@lru_cache(maxsize=1024)
def _status(text: str) -> str:
    """Return the status that a cell says, confirmed where it is empty; other words as they are."""
    said = text.strip().lower()
    return _STATUS.get(_said(said), said) or STATUSES[0]


@lru_cache(maxsize=1024)  # most rows say the same
def _worst(statuses: tuple[str, ...], left: tuple[str, ...]) -> str | None:
    """Return the status that mails least, of what the columns say; a word that is no status as it is."""
    said = [_status(word) for word in statuses]
    for word in (word for word in left if _said(word) not in _NO):
        # a day, as these columns mostly hold, or a yes; of any other word nobody can tell
        has_left = _said(word) in _YES or any(map(str.isdecimal, word))
        said.append(STATUSES[-1] if has_left else _status(word) or word)
    unknown = (each for each in said if each not in STATUSES)
    return next(unknown, None) or max(said, key=STATUSES.index, default=None)


def _kinds(header: Sequence[str]) -> list[str | None]:
    """Return what each column is; our own words go before others', a whole name before its parts."""
    own = [name.lower() if name.lower() in OWN else None for name in header]
    kinds = [mine or _KINDS.get(_said(name)) for mine, name in zip(own, header, strict=True)]
    for kind in ("address", "name"):
        if kind in own:
            kinds = [
                None if k == kind and not mine else k for k, mine in zip(kinds, own, strict=True)
            ]
    if "name" in kinds or kinds.count("first") != 1 or kinds.count("last") != 1:
        kinds = [None if kind in {"first", "last"} else kind for kind in kinds]
    return kinds


def _check(header: Sequence[str], kinds: Sequence[str | None]) -> None:
    if "address" not in kinds:
        found = ", ".join(name[:40] for name in header[:10] if name) or "none"
        like = [name for name in header if get_close_matches(_said(name), ("address", "email"))]
        hint = f"; did you mean it by {like[0][:40]}?" if like else ""
        raise UsageError(
            f"the first line names the columns, and one of them is `address`; found: {found}{hint}"
        )
    for kind in ("address", "name", "segments"):
        several = [name for name, k in zip(header, kinds, strict=True) if k == kind]
        if len({*several}) > 1:
            raise UsageError(
                f"the columns {' and '.join(several)} may each be the {kind}; call one of them `{kind}`"
            )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise UsageError(f"the column {twice[0]!r} stands twice")


def _asked(header: Sequence[str], kinds: Sequence[str | None]) -> dict[str, str]:
    """Return the columns that are kept as they are, and may be meant as ours."""
    open_ = [own for own in OWN if own not in kinds and not (own == "name" and "first" in kinds)]
    found = {}
    for name, kind in zip(header, kinds, strict=True):
        if kind is None and name:
            like = get_close_matches(_said(name), open_, n=1, cutoff=0.75)
            meant = _MEANT.get(_said(name)) or next(iter(like), None)
            if meant in open_:
                found[name] = meant
    return found
