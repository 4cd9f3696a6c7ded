"""Deliver into a folder: one .eml file an email, named by its Message-ID."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from digest.errors import DeliveryError
from digest.ports import Outcome

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)


class FolderDeliverer:
    """Hands emails to a folder; the same email lands in the same file."""

    connections = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> FolderLine:
        """Make the folder; DeliveryError where it cannot be."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DeliveryError(f"the folder {self._folder}: {error.strerror}") from None
        return FolderLine(self._folder)


class FolderLine:
    """A folder that takes emails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(
        self, _sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Write one email whole, or not at all."""
        match = _MESSAGE_ID.search(email)
        own = match[1].decode("ascii", "replace") if match else "email"
        name = re.sub(r"[^A-Za-z0-9@._+-]", "_", f"{address[:100]}-{own[-80:]}") + ".eml"
        draft = self._folder / f".{name}.part"
        try:
            with draft.open("wb") as out:
                out.write(email)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            return Outcome(state="deferred", detail=f"{draft}: {error.strerror}")
        intent()
        draft.replace(self._folder / name)
        return Outcome(state="sent", detail=name)

    def close(self) -> None:
        """Leave the folder as it is."""
