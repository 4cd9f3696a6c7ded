"""A listmonk on the loopback interface, by the public documents of its API, that fails as it is told to."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

LOGIN = "Basic " + b64encode(b"api:hunter2").decode()
_MAY_BECOME = {"draft": {"running", "scheduled"}, "paused": {"running"}, "running": {"paused"}}


@dataclass
class Monk:
    """What it has, and its faults: by `METHOD path`, what is done at the next requests.

    `cut` does it and does not answer, `drop` does not even do it, a number is an answer's status,
    `portal` is the answer of somebody else.
    """

    campaigns: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    knows_tags: bool = True
    port: int = 0

    @property
    def address(self) -> str:
        return f"listmonk://api:hunter2@127.0.0.1:{self.port}/7"

    def starts(self, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
        """Return the campaigns that go out."""
        wanted = {"status": "running", **more}
        return [c for c in self.campaigns if wanted.items() <= c.items()]

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        parts = urlsplit(path)
        where = parts.path.removeprefix("/api/campaigns").strip("/").split("/")
        if method == "GET":
            return 200, self._page(parse_qs(parts.query))
        if method == "POST":
            made = {**body, "id": len(self.campaigns) + 1, "status": "draft"}
            self.campaigns.append(made)
            return 200, made
        found = next(c for c in self.campaigns if str(c["id"]) == where[0])
        if where[1:] == ["status"]:
            if body["status"] not in _MAY_BECOME.get(found["status"], ()):
                return 400, f"{found['status']} campaigns cannot be {body['status']}"
            found["status"] = body["status"]
        else:
            found.update(body)
        return 200, found

    def _page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        tags = set(query.get("tags", [])) if self.knows_tags else set()
        found = [c for c in self.campaigns if tags <= set(c["tags"])]
        page, size = int(query["page"][0]), int(query["per_page"][0])
        shown = found[(page - 1) * size : page * size]
        return {"results": shown, "total": len(found), "page": page, "per_page": size}


@contextmanager
def listmonk() -> Iterator[Monk]:
    """Run a listmonk."""
    monk = Monk()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            what = f"{self.command} {urlsplit(self.path).path}"
            monk.asked.append(what)
            faults = monk.faults.get(what, [])
            fault = faults.pop(0) if faults else ""
            if fault == "drop":
                return
            if fault == "portal":
                self._say(200, b"<p>Please log in</p>")
                return
            if self.headers["Authorization"] != LOGIN:
                status, said = 403, "invalid session"
            elif fault.isdigit():
                status, said = int(fault), "not now"
            else:
                status, said = monk.answer(self.command, self.path, json.loads(raw or b"{}"))
            if fault != "cut":
                key = "data" if status == 200 else "message"
                self._say(status, json.dumps({key: said}).encode())

        do_GET = do_POST = do_PUT = _take  # noqa: N815 - http.server's names

        def _say(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monk.port = http.server_address[1]
    try:
        yield monk
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
