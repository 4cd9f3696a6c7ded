"""The errors of the program; each builds its own sentence from the value that offends."""

from __future__ import annotations

from collections.abc import Iterable


def one_line(value: object, most: int = 500) -> str:
    """Return a text that a stranger wrote in one line of so many characters, all of which are seen."""
    said = " ".join(str(value or "")[: 4 * most].split())
    return "".join(letter for letter in said if letter.isprintable())[:most]


class DigestError(Exception):
    """Something a person can put right; its text is one clear sentence."""

    exit_status = 1


class UsageError(DigestError):
    """Wrong usage or configuration: nothing was done."""

    exit_status = 2


class ConfigError(UsageError):
    """A configuration with problems, all of them, each with its line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class BadPatch(UsageError):
    """A patch with problems, each with the change that it is in; they count from 1, 0 is the whole."""

    def __init__(self, problems: Iterable[tuple[int, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(f"change {n}: {said}" if n else said for n, said in self.problems)
        )


class Busy(DigestError):
    """A database that another process is writing to, for longer than we wait."""

    def __init__(self) -> None:
        super().__init__("the database is busy; try again in a moment")


class Overlapped(Busy):
    """Articles that another process filed while ours were compared with what was known."""


class Unreachable(Busy):
    """A database's server that does not answer; what was committed stands."""

    def __init__(self, where: str, why: str) -> None:
        DigestError.__init__(
            self, f"the database {where} cannot be reached: {why}; what was written stands"
        )


class TakenOver(DigestError):
    """A sender whose right another process has now."""

    def __init__(self) -> None:
        super().__init__("another process has taken over the sending; this one sends nothing more")


class TakenForDead(TakenOver):
    """A worker that stood still for so long that another has its work."""


class Unknown(UsageError):
    """A name that nothing has; the sentence lists the names that exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = ", ".join(known) or "none"
        super().__init__(f"there is no {kind} {name!r}; known: {names}")


class WrongState(DigestError):
    """An issue that is in a state which forbids what was asked."""

    def __init__(self, issue: str, status: str, verb: str) -> None:
        way = "; approve it first" if (status, verb) == ("draft", "sent") else ""
        super().__init__(f"issue {issue} is {status}, so it cannot be {verb}{way}")


class Stale(DigestError):
    """An approval or edit that rests on content which has changed since."""

    def __init__(self, issue: str, what: str) -> None:
        super().__init__(f"issue {issue} has changed since {what}; look at it again")


class Conflict(DigestError):
    """An edit of what somebody else has changed since its editor looked."""

    def __init__(self, by: Iterable[str]) -> None:
        names = " and ".join(dict.fromkeys(by)) or "somebody"
        super().__init__(
            f"{names} changed this while you were at it; save yours again to have it so, or keep "
            "what is there"
        )


class Held(DigestError):
    """An issue that may not go on, and why."""

    def __init__(self, issue: str, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"issue {issue} is held back: " + "; ".join(self.reasons))


class Forgotten(DigestError):
    """A newsletter of which an issue went out that the store, put back from a copy, knows nothing of."""

    def __init__(self, issue: str) -> None:
        super().__init__(
            f"issue {issue} went out after this copy of the store was made, and another would tell its "
            "stories again: make it anew, with `digest --now` and the time of its sending, or take that "
            f"with `digest reconcile --accept {issue}`"
        )


class Overtaken(Held):
    """An issue that would tell its readers what they have had since it was drafted, or what is over."""

    def __init__(self, issue: str, what: Iterable[str]) -> None:
        super().__init__(issue, [*what, "draft it again"])
        self.reasons = self.reasons[:-1]


class Failure(DigestError):
    """What went wrong with one newsletter in a way that nobody foresaw; the others go on."""

    def __init__(self, newsletter: str, cause: Exception) -> None:
        self.newsletter, self.cause = newsletter, cause
        super().__init__(
            f"{newsletter}: {type(cause).__name__}: {cause}; this is a mistake in the program, and "
            "the log has its traceback"
        )


class SourceError(DigestError):
    """A source that could not be fetched or read; the others go on."""

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"source {source}: {reason}")


class TemplateError(DigestError):
    """A template that cannot be rendered, with its file, line and reason."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}:{line or '?'}: {reason}")


class DeliveryError(DigestError):
    """A relay or folder that takes no email at all; single refusals are outcomes, not errors."""


class HeldEditions(DeliveryError):
    """An issue that goes out but for the editions of some readers who chose for themselves."""

    def __init__(self, issue: str, count: int, why: str) -> None:
        super().__init__(
            f"issue {issue} went out, but for {count} editions of readers who chose: {why}"
        )


class Refused(DeliveryError):
    """A relay that takes no email at all, for a reason that no waiting mends."""


class Forged(DigestError):
    """A call that says that it is a service's, and does not prove it."""

    def __init__(self, service: str, why: str) -> None:
        super().__init__(f"what came to the hook of {service} is not proven to be its own: {why}")


class MissingSecret(DigestError):
    """A secret that is not where the configuration takes it from, a variable `NAME` or a `file:PATH`."""

    def __init__(self, name: str, needed_for: str) -> None:
        what = f"the environment variable {name}, which is not set"
        if name.startswith("file:"):
            what = f"the file {name.removeprefix('file:')}, which cannot be read"
        super().__init__(f"{needed_for} needs {what}")
