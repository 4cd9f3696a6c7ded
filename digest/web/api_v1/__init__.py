"""The API: what programs read, with a token, as JSON."""

from digest.web.api_v1 import answers  # its routes
from digest.web.api_v1.door import PREFIX, Quotas, pages, problem, refusal

__all__ = ["PREFIX", "Quotas", "answers", "pages", "problem", "refusal"]
