"""Whose fault a refusal is: the reader's, the sender's, or nobody's for long (RFC 5321, RFC 3463)."""

from __future__ import annotations

import re
from typing import Literal

from digest.ports import Fault, Outcome

SmtpStep = Literal["mail", "rcpt", "data", "text"]

_CLOSING, _NO_AUTH_NOW, _PERMANENT = 421, 454, 500
_SENDERS_CODES = frozenset({530, 535, 538})
_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_LIMIT = re.compile(
    r"\b(daily|hourly|sending|message|rate|quota)\b.{0,40}\b(limit|quota|exceeded|rate)\b"
    r"|relay(ing)?( access)? (is )?(denied|not permitted)|throttl|authentication required|blocked using",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(user|mailbox|recipient|address|account)\b.{0,60}\b"
    r"(unknown|unavailable|not found|does(n't| not) exist|disabled|inactive|full|invalid|rejected)"
    r"|(no such|unknown|invalid) (user|mailbox|recipient|address|local user)|over quota",
    re.IGNORECASE | re.DOTALL,
)
_ABSENT = re.compile(
    r"(?<!ip )(?<!ip-)(?<!sender )(?<!from )(?<!host )\b(user|mailbox|recipient|address|account)\b.{0,60}\b(unknown|not found|does(n't| not) exist)"
    r"|(no such|unknown|invalid) (user|mailbox|recipient|address|local user)",
    re.IGNORECASE | re.DOTALL,
)
_TOO_FAST = re.compile(
    r"\b(receiv|deliver)\w* (mail|messages?|email)s? (too (quickly|fast|often)|at a rate)\b|rate[ -]?limit"
    r"|too many (messages|emails|connections)",
    re.IGNORECASE,
)
"""Of a mailbox: it gets too much just now, and is no lost one (Gmail says so as 450 and as 550 5.2.1)."""
_OF_OURS = re.compile(
    r"\b(sender|ptr|reverse|rdns|helo|ehlo|spf|dkim|dmarc|blocked|blocklist|blacklist|reputation|rate)\b",
    re.IGNORECASE,
)
"""Words about who sends: what they speak of is no lost mailbox."""
_WITHIN = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
_UNSAID = frozenset({"", "5.0.0", "5.1.0", "5.2.0"})
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})  # no such address
_NOT_NOW = "5.2.1"  # a mailbox that takes nothing: disabled, or for a while
_OF_THE_SENDER = frozenset({"5.1.7", "5.1.8"})  # 5.1.x, and yet about MAIL FROM


def refusal(step: SmtpStep, code: int, reply: str) -> Outcome:
    """Return what a reply of 4xx or 5xx to a step means for the email and for the others.

    A limit or a block is said in words by relays that send no enhanced code, so words count there;
    where nothing tells whose fault it is, the fault is `doubtful`, and the run looks at the others.
    """
    found = _ENHANCED.match(reply)
    enhanced = ".".join(found.groups()) if found else ""
    said = f"{code} {reply}"[:500]
    if code < _PERMANENT:
        return Outcome(state="deferred", detail=said, fault=_passing(step, code, enhanced, reply))
    if enhanced == _NOT_NOW and _TOO_FAST.search(reply):
        return Outcome(state="deferred", detail=said, fault="reader")
    fault = _permanent(step, code, enhanced, reply)
    return Outcome(
        state="failed", detail=said, fault=fault, gone=fault == "reader" and enhanced in _GONE
    )


def is_gone(status: str, said: str) -> bool:
    """Tell of a bounce whether it is the address that is wrong: by its code, else by its words.

    Mail servers that know of no more than a refusal write a status of 5.0.0 above the other's words.
    """
    found = _ENHANCED.match(status)
    code = ".".join(found.groups()) if found else ""
    if code in _UNSAID:
        code = next((code for code in _WITHIN.findall(said) if code not in _UNSAID), "")
    if code == _NOT_NOW and _TOO_FAST.search(said):
        return False
    return code in _GONE if code else bool(_ABSENT.search(said)) and not _OF_OURS.search(said)


def _passing(step: SmtpStep, code: int, enhanced: str, reply: str) -> Fault:
    # 4.3.x is the relay's own system, 4.5.3 too many recipients: the reader has no part in either
    of_all = code in {_CLOSING, _NO_AUTH_NOW} or enhanced.startswith(("4.3.", "4.5."))
    if of_all or step in {"mail", "data"} or _LIMIT.search(reply):
        return "passing"
    of_a_mailbox = enhanced.startswith(("4.1.", "4.2.")) or _NOBODY.search(reply)
    return "reader" if of_a_mailbox else "doubtful"


def _permanent(step: SmtpStep, code: int, enhanced: str, reply: str) -> Fault:
    if step in {"mail", "data"} or code in _SENDERS_CODES or enhanced in _OF_THE_SENDER:
        return "sender"
    if enhanced.startswith(("5.1.", "5.2.")):
        return "reader"
    if enhanced.startswith(("5.3.", "5.4.", "5.5.", "5.7.")) or _LIMIT.search(reply):
        return "sender"
    return "reader" if step == "rcpt" and _NOBODY.search(reply) else "doubtful"
