"""An open socket, plain or TLS, that an event loop reads and writes: lines in, bytes out."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import Future, TimerHandle
from collections import deque
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
        self._is_tls = isinstance(sock, ssl.SSLSocket)
        self._loop = asyncio.get_running_loop()
        self.lines: deque[bytes] = deque()  # that came, and nobody has read
        self._rest = b""  # of a line that has no end yet
        self._error: OSError | None = None
        self._reader: Future[None] | None = None
        self._waited: Future[None] | None = None
        self._until = 0.0  # when that is too late, by the loop's clock
        self._timer: TimerHandle | None = None
        self.left = 0  # bytes of what was sent last that nobody has taken
        sock.settimeout(0)
        with suppress(OSError):  # or what is small and alone waits 40 ms for an ACK (Nagle)
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._loop.add_reader(sock, self._read)
        self._read()  # TLS may have taken more from the socket than was asked of it

    async def line(self, patience: float) -> bytes:
        """Return the next line without its end; OSError where none comes within so many seconds."""
        while not self.lines:
            if self._error is not None:
                raise self._error
            self._reader = self._loop.create_future()
            await self._within(patience, self._reader)
        return self.lines.popleft()

    async def send(self, pieces: Sequence[bytes], patience: float) -> None:
        """Send all of it; OSError where the other end takes nothing for so many seconds."""
        self.left = sum(map(len, pieces))
        if not self._is_tls:  # which has no call for several pieces
            with suppress(BlockingIOError):
                self.left -= self._sock.sendmsg(pieces)
        if not self.left:
            return
        whole = memoryview(b"".join(pieces))
        while self.left:
            try:
                self.left -= self._sock.send(whole[-self.left :])
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self._ready(self._loop.add_writer, self._loop.remove_writer, patience)
            except ssl.SSLWantReadError:  # a new key is being agreed on
                self._loop.remove_reader(self._sock)
                await self._ready(self._loop.add_reader, self._loop.remove_reader, patience)
                self._loop.add_reader(self._sock, self._read)

    async def _ready(
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
        # one timer for many waits: to set one for each, and take it back, takes longer than to wait
        self._waited, self._until = what, self._loop.time() + seconds
        if self._timer is not None and self._timer.when() > self._until:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_at(self._until, self._look)
        await what

    def _look(self) -> None:
        """End the wait that has lasted too long; look again where it has not."""
        self._timer = None
        if self._waited is None or self._waited.done():
            return
        if self._loop.time() < self._until:
            self._timer = self._loop.call_at(self._until, self._look)
        else:
            self._waited.set_exception(TimeoutError("timed out"))

    def _read(self) -> None:
        try:
            while True:
                data = self._sock.recv(_CHUNK)
                *lines, self._rest = (self._rest + data).split(b"\n")
                self.lines += lines
                if not data:
                    self._end(ConnectionError("the relay hung up"))
                elif len(self._rest) + sum(map(len, self.lines)) > self._most:
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
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()
