"""Emails that come back: what other servers write, and what nobody should."""

from __future__ import annotations


def bounce(
    status: str = "5.1.1",
    said: str = "550 5.1.1 user unknown",
    *,
    recipient: str = "a@u.example",
    message_id: str = "",
    to: str = "bounces@u.example",
    action: str = "failed",
    fields: str = "",
) -> bytes:
    """Return a delivery status notification (RFC 3464)."""
    returned = f"Message-ID: {message_id}\n" if message_id else ""
    return f"""\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{fields}Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

From: News <news@u.example>
{returned}Subject: The week

--b--
""".encode()


def complaint(
    kind: str = "abuse", *, message_id: str = "", recipient: str = "", return_path: str = ""
) -> bytes:
    """Return a feedback report (RFC 5965)."""
    rcpt = f"Original-Rcpt-To: <{recipient}>\n" if recipient else ""
    path = f"Original-Mail-From: <{return_path}>\n" if return_path else ""
    own = f"Message-ID: {message_id}\n" if message_id else ""
    return f"""\
From: fbl@provider.example
To: complaints@u.example
Subject: FW: The week
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Loop/1.0
Version: 1
{rcpt}{path}
--b
Content-Type: message/rfc822
Content-Disposition: inline

From: News <news@u.example>
{own}Subject: The week

Hello
--b--
""".encode()


QMAIL = """\
From: MAILER-DAEMON@old.example
To: bounces@u.example
Subject: failure notice

Hi. This is the qmail-send program at old.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<a@u.example>:
Sorry, no mailbox here by that name. 550 5.1.1 no such user

--- Below this line is a copy of the message.

Return-Path: <news@u.example>
From: News <news@u.example>
Message-ID: <{name}@u.example>
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: a@u.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example>
To: bounces@u.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  a@u.example
    SMTP error from remote mail server after RCPT TO:<a@u.example>:
    host mx.u.example [192.0.2.1]: 550 5.1.1 unknown mailbox

------ This is a copy of the message, including all the headers. ------

Return-path: <news@u.example>
Message-ID: <{name}@u.example>
Subject: The week
"""

AWAY = """\
From: a@u.example
To: news@u.example
Subject: Out of office: The week
Auto-Submitted: auto-replied
In-Reply-To: <{name}@u.example>

I am away until Monday. Mail to me is delivered later: user unknown, 550 5.1.1.
"""
