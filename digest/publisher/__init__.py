"""The use-cases: pull, draft, edit, approve, send, rebuild, why."""

from digest.publisher.publisher import Publisher
from digest.publisher.services import Services

__all__ = ["Publisher", "Services"]
