"""An open socket, plain or TLS, that an event loop reads and writes: lines in, bytes out."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import IPPROTO_TCP, TCP_NODELAY, socket

_CHUNK = 65_536  # bytes


class Wire:
    """A connection of which no one waits in a thread. `most` bytes are kept that nobody has read.

    asyncio's own streams take no socket on which TLS was begun by another.
    """

    def __init__(self, sock: socket, most: int) -> None:
        self._sock, self._most = sock, most
        self._loop = asyncio.get_running_loop()
        self._come = bytearray()
        self._error: OSError | None = None
        self._reader: Future[None] | None = None
        sock.settimeout(0)
        with suppress(OSError):  # or what is small and alone waits 40 ms for an ACK (Nagle)
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._loop.add_reader(sock, self._read)
        self._read()  # TLS may have taken more from the socket than was asked of it

    async def line(self, patience: float) -> bytes:
        """Return the next line with its end; OSError where none comes within so many seconds."""
        while (line := self.line_at_once()) is None:
            if self._error is not None:
                raise self._error
            self._reader = self._loop.create_future()
            await self._within(patience, self._reader)
        return line

    def line_at_once(self) -> bytes | None:
        """Return the next line with its end, where it is here already."""
        end = self._come.find(b"\n") + 1
        if not end:
            return None
        line = bytes(self._come[:end])
        del self._come[:end]
        return line

    async def send(self, pieces: Sequence[bytes], patience: float) -> None:
        """Send all of it; OSError where the other end takes nothing for so many seconds."""
        sent = self._send_at_once(pieces)
        if sent == sum(map(len, pieces)):
            return
        left = memoryview(b"".join(pieces))[sent:]
        while left:
            try:
                left = left[self._sock.send(left) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self._until(self._loop.add_writer, self._loop.remove_writer, patience)
            except ssl.SSLWantReadError:  # a new key is being agreed on
                self._loop.remove_reader(self._sock)
                await self._until(self._loop.add_reader, self._loop.remove_reader, patience)
                self._loop.add_reader(self._sock, self._read)

    def _send_at_once(self, pieces: Sequence[bytes]) -> int:
        """Send as much as is taken now; return how much. TLS has no call for several pieces."""
        if isinstance(self._sock, ssl.SSLSocket):
            return 0
        try:
            return self._sock.sendmsg(pieces)
        except BlockingIOError:
            return 0

    async def _until(
        self,
        watch: Callable[..., object],
        leave: Callable[[socket], object],
        patience: float,
    ) -> None:
        ready: Future[None] = self._loop.create_future()
        watch(self._sock, lambda: None if ready.done() else ready.set_result(None))
        try:
            await self._within(patience, ready)
        finally:
            leave(self._sock)

    async def _within(self, seconds: float, what: Future[None]) -> None:
        # asyncio.timeout takes ten times as long, twice for each email
        def late() -> None:
            if not what.done():
                what.set_exception(TimeoutError("timed out"))

        timer = self._loop.call_later(seconds, late)
        try:
            await what
        finally:
            timer.cancel()

    def _read(self) -> None:
        try:
            while True:
                data = self._sock.recv(_CHUNK)
                self._come += data
                if not data:
                    self._end(ConnectionError("the relay hung up"))
                elif len(self._come) > self._most:
                    self._end(ConnectionError("a reply without an end"))
                elif isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
                    continue
                break
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            self._end(error)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def _end(self, error: OSError) -> None:
        self._error = error
        self._loop.remove_reader(self._sock)

    def close(self) -> None:
        """Hang up."""
        self._loop.remove_reader(self._sock)
        self._sock.close()
