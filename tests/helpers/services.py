"""A relay, and services by their public documents, on the loopback interface."""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from typing import Any, BinaryIO

from digest.testing.takers import Asked, Said, Taker


def talk_smtp(taker: Taker, connection: socket.socket, read: BinaryIO) -> None:
    """Speak SMTP (RFC 5321) until the other side leaves."""

    def say(line: str) -> None:
        connection.sendall(f"{line}\r\n".encode())

    say("220 here")
    address = ""
    for line in read:
        verb = line[:4].upper()
        if verb == b"RCPT" and taker.fault == "reader":
            say("550 5.1.1 no such user")
        elif verb == b"RCPT":
            address = line.partition(b"<")[2].partition(b">")[0].decode()
            say("250 OK")
        elif verb == b"MAIL" and taker.fault == "key":
            say("530 5.7.0 authentication required")
        elif verb == b"MAIL" and taker.fault == "limit":
            say("421 4.7.0 too many; later")
            return
        elif verb == b"DATA":
            say("354 go")
            lines, ended = list[bytes](), False
            for part in read:
                if ended := part == b".\r\n":
                    break
                lines.append(part)
            if not ended:  # whoever spoke hung up before the end: that is no email
                return
            text = b"".join(lines)
            if taker.fault == "cut":
                return
            if taker.fault == "silent":
                taker.hangs.wait(10)
                return
            if taker.fault == "unavailable":
                say("451 4.3.2 not now")
                continue
            taker.keep(address, text.replace(b"\r\n..", b"\r\n."))
            say("250 OK id-1")
        else:
            say("250 OK")


@contextmanager
def relay(taker: Taker) -> Iterator[int]:
    """Run a relay; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve(connection: socket.socket) -> None:
            with connection, connection.makefile("rb") as read, suppress(OSError):
                talk_smtp(taker, connection, read)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    taker.connections += 1
                    threads.append(threading.Thread(target=serve, args=(connection,)))
                    threads[-1].start()

        threads = [threading.Thread(target=accept)]
        threads[0].start()
        yield listening.getsockname()[1]
        taker.hangs.set()
        listening.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def ses(taker: Taker, asked: Asked) -> Said:
    """Answer as Amazon SES does: SendEmail of its API reference, version 2019-09-27."""
    path, fields, body = asked

    def refuse(status: int, kind: str, said: str) -> Said:
        return status, {"x-amzn-ErrorType": f"{kind}:"}, {"message": said}

    assert path == "/v2/email/outbound-emails"
    wanted = "SignedHeaders=content-type;host;x-amz-date"
    if taker.fault == "key" or wanted not in fields["authorization"]:
        return refuse(403, "SignatureDoesNotMatchException", "The request signature differs")
    said = json.loads(body)
    match taker.fault:
        case "limit":
            return refuse(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        case "unavailable":
            return refuse(503, "ServiceUnavailableException", "later")
        case "gateway":
            return 504, {}, {}
        case "reader":
            return refuse(400, "BadRequestException", "Local address contains control")
    (address,) = said["Destination"]["ToAddresses"]
    assert said["FeedbackForwardingEmailAddress"] == "bounces+t@u.example"
    taker.keep(address, b64decode(said["Content"]["Raw"]["Data"]))
    return 200, {}, {"MessageId": "010201"}


def mailgun(taker: Taker, asked: Asked) -> Said:
    """Answer as Mailgun does: POST /v3/{domain}/messages.mime of its API reference."""
    path, fields, body = asked
    assert path == "/v3/mg.u.example/messages.mime"
    if taker.fault == "key" or fields["authorization"] != "Basic " + (
        b64encode(b"api:hunter2").decode()
    ):
        return 401, {}, {"message": "Invalid private key"}
    match taker.fault:
        case "limit":
            return 429, {}, {"message": "Too Many Requests"}
        case "unavailable":
            return 500, {}, {"message": "Internal Server Error"}
        case "gateway":
            return 502, {}, {}
        case "reader":
            return 400, {}, {"message": "to parameter is not a valid address"}
    form = message_from_bytes(
        b"Content-Type: " + fields["content-type"].encode() + b"\r\n\r\n" + body,
        policy=policy.HTTP,
    )
    parts: dict[Any, Any] = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in form.iter_parts()
    }
    assert parts["o:tracking"] == b"no"
    taker.keep(str(parts["to"], "ascii"), bytes(parts["message"]))
    return 200, {}, {"id": "<x@mg.u.example>", "message": "Queued. Thank you."}


def postmark(taker: Taker, asked: Asked) -> Said:
    """Answer as Postmark does: POST /email of its API reference."""
    path, fields, body = asked
    assert path == "/email"
    if taker.fault == "key" or fields["x-postmark-server-token"] != "hunter2":
        return 401, {}, {"ErrorCode": 10, "Message": "Bad or missing API token"}
    match taker.fault:
        case "limit":
            return 429, {}, {"ErrorCode": 429, "Message": "Rate limit exceeded"}
        case "unavailable":
            return 503, {}, {"ErrorCode": 100, "Message": "Maintenance"}
        case "gateway":
            return 504, {}, {}
        case "reader":
            return 422, {}, {"ErrorCode": 406, "Message": "Inactive recipient"}
    said = json.loads(body)
    assert said["MessageStream"] == "broadcast"
    assert {"Name": "X-PM-KeepID", "Value": "true"} in said["Headers"]
    taker.taken.append((said["To"], said["Subject"], said["HtmlBody"]))
    return 200, {}, {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc"}
