"""Fit a deliverer that waits into a run that does not: each of its connections waits in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from digest.ports import Intent, Outcome, Route


class WaitingConnection(Protocol):
    """An open way to hand emails over, one after the other; whoever asks waits."""

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Hand one email over, calling `intent` before the step that cannot be taken back."""
        ...

    def close(self) -> None:
        """Say goodbye."""
        ...


class WaitingDeliverer(Protocol):
    """A service's API, a folder: written as if nothing else were going on."""

    connections: int

    def open(self) -> WaitingConnection:
        """Open a connection; DeliveryError where nothing can be handed over at all."""
        ...


class Threads:
    """The port `Deliverer` upon a deliverer that waits."""

    def __init__(self, inner: WaitingDeliverer, rates: Mapping[str, float] | None = None) -> None:
        self._inner, self.connections, self.rates = inner, inner.connections, rates or {}

    async def open(self) -> ThreadConnection:
        """Open a connection in a thread of its own."""
        thread = ThreadPoolExecutor(1, "delivering")
        try:
            opened = asyncio.get_running_loop().run_in_executor(thread, self._inner.open)
            return ThreadConnection(await opened, thread)
        except BaseException:
            thread.shutdown(wait=False)
            raise


class ThreadConnection:
    """A connection that waits in its thread."""

    def __init__(self, inner: WaitingConnection, thread: ThreadPoolExecutor) -> None:
        self._inner, self._thread = inner, thread

    async def deliver(
        self,
        sender: str,
        address: str,
        email: Sequence[bytes],
        intent: Intent,
        following: Route | None = None,  # noqa: ARG002 - one email is one call
    ) -> Outcome:
        """Hand one email over; its intent is written down by the run, meanwhile the thread waits."""
        loop = asyncio.get_running_loop()

        async def written() -> None:
            await intent

        def wait() -> None:
            asyncio.run_coroutine_threadsafe(written(), loop).result()

        whole = b"".join(email)
        handed = loop.run_in_executor(
            self._thread, self._inner.deliver, sender, address, whole, wait
        )
        return await handed

    async def close(self) -> None:
        """Say goodbye."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._inner.close)
        self._thread.shutdown(wait=False)
