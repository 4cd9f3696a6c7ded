"""Knock at a relay, as an email would, and go away again."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace
from datetime import UTC, datetime

from digest.deliver.relay import Relay
from digest.ports import RelayFacts

_PATIENCE = 10.0  # seconds


def probe(relay: Relay, tls: ssl.SSLContext | None = None) -> RelayFacts:
    """Return what a relay shows: its greeting, TLS, and that it lets us in; no email is offered."""
    found = RelayFacts(host=relay.host, port=relay.port, is_here=relay.is_loopback)
    tls = tls or ssl.create_default_context()
    try:
        if relay.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, timeout=_PATIENCE, context=tls
            )
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, timeout=_PATIENCE)
        try:
            smtp.ehlo()
            if relay.scheme == "smtp" and smtp.has_extn("starttls"):
                smtp.starttls(context=tls)
                smtp.ehlo()
            elif relay.scheme == "smtp" and not relay.is_loopback:
                return replace(found, problem="it offers no STARTTLS, so nothing is sent to it")
            ways = tuple(sorted(smtp.esmtp_features.get("auth", "").upper().split()))
            found = replace(found, auth=ways)
            if isinstance(smtp.sock, ssl.SSLSocket):
                end = (smtp.sock.getpeercert() or {}).get("notAfter")
                seconds = ssl.cert_time_to_seconds(end) if isinstance(end, str) else None
                expires = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
                found = replace(found, secure=True, expires=expires)
            if relay.user is not None:
                smtp.login(relay.user, relay.password or "")
                found = replace(found, logs_in=True)
        finally:
            smtp.close()
    except ssl.SSLCertVerificationError as error:
        return replace(found, problem=f"its certificate cannot be trusted: {error.verify_message}")
    except smtplib.SMTPAuthenticationError as error:
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return replace(found, problem=f"it does not let us in: {error.smtp_code} {words}"[:300])
    except (OSError, smtplib.SMTPException) as error:
        return replace(found, problem=f"it does not answer: {error or type(error).__name__}"[:300])
    return found
