"""The API: what programs read, with a token, as JSON."""

from digest.web.api import reading  # its routes
from digest.web.api.door import PREFIX, Quotas, pages, problem, refusal

__all__ = ["PREFIX", "Quotas", "pages", "problem", "reading", "refusal"]
