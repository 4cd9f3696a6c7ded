"""The use-cases: pull, draft, edit, approve, send, rebuild, why."""

from digest.publisher.publisher import Publisher
from digest.publisher.rooms import Rooms

__all__ = ["Publisher", "Rooms"]
