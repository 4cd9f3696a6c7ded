"""Sign in elsewhere: OpenID Connect (Core 1.0), by the code flow with PKCE (RFC 7636)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, url_for
from requests import RequestException
from werkzeug.wrappers import Response

from digest.config.schema import OidcConfig
from digest.errors import DigestError, UsageError
from digest.model import Right
from digest.publisher import Publisher

_PATIENCE = 10  # seconds
_logger = logging.getLogger(__name__)


class SignOn:
    """Leads to where people sign in, and reads who comes back."""

    def __init__(self, app: Flask, publisher: Publisher, stated: OidcConfig) -> None:
        try:
            from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 - an extra
        except ImportError:
            raise UsageError(
                "desk: oidc needs Authlib: pip install 'digest-newsletter[oidc]'"
            ) from None
        self._stated = stated
        issuer = stated.issuer.rstrip("/")
        self._client: Any = OAuth(app).register(
            "oidc",
            client_id=stated.client_id,
            client_secret=publisher.config.secret(stated.client_secret, "signing in elsewhere"),
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "default_timeout": _PATIENCE,
            },
        )

    @property
    def place(self) -> str:
        """Where people sign in, for who is about to go there."""
        return urlsplit(self._stated.issuer).hostname or self._stated.issuer

    def leave(self) -> Response:
        """Send the browser there; DigestError where it cannot be reached."""
        with self._explained():
            found: Response = self._client.authorize_redirect(url_for("signed_on", _external=True))
        return found

    def back(self) -> tuple[str, str, dict[str, tuple[Right, ...]]]:
        """Return who comes back: who that is there, the name, and the rights that the groups give.

        DigestError where it is not proven.
        """
        issuer, claim = self._stated.issuer.rstrip("/"), self._stated.claim
        with self._explained():
            facts = self._client.load_server_metadata()
            if facts["issuer"].rstrip("/") != issuer:
                raise ValueError("its configuration is of another issuer")
            # state, nonce, signature and hours are looked at by Authlib itself
            asked = {
                "iss": {"essential": True, "values": [facts["issuer"]]},
                "aud": {"essential": True, "values": [self._stated.client_id]},
            }
            token = self._client.authorize_access_token(claims_options=asked)
            claims = dict(token["userinfo"])
            if claim not in claims and "userinfo_endpoint" in facts:
                more = self._client.userinfo(token=token)
                claims |= more if more.get("sub") == claims["sub"] else {}
        # an address that nobody proved may be anybody's, and its name would stand in the log
        address = claims.get("email") if claims.get("email_verified") is True else None
        name = claims.get("preferred_username") or address or claims["sub"]
        return f"{claims['iss']} {claims['sub']}", str(name), self._rights(claims)

    def _rights(self, claims: Mapping[str, Any]) -> dict[str, tuple[Right, ...]]:
        """Return what all of somebody's groups give together, by newsletter."""
        said = claims.get(self._stated.claim)
        groups = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        given: dict[str, tuple[Right, ...]] = {}
        for group, rights in self._stated.groups.items():
            for where, held in rights.items() if group in groups else ():
                given[where] = tuple(dict.fromkeys((*given.get(where, ()), *held)))
        return given

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Tell the log what goes wrong there; the browser, whose address may say anything, only that."""
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - an extra
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above

        try:
            yield
        except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError) as error:
            _logger.warning("signing in at %s: %r", self.place, error)
            raise DigestError(f"signing in at {self.place} did not work; try again") from None
