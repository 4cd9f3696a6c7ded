"""Hand a few emails over that are in no ledger: a test, a letter."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from digest.ports import Deliverer, Outcome


def hand_over(
    deliverer: Deliverer, sender: str, emails: Sequence[tuple[str, bytes]]
) -> list[Outcome]:
    """Hand each email over to its address, one after the other, and return what became of them.

    DeliveryError where nothing can be handed over at all.
    """
    # in a thread of its own: whoever asks may have an event loop already
    with ThreadPoolExecutor(1, "handing-over") as thread:
        return thread.submit(asyncio.run, _handed_over(deliverer, sender, emails)).result()


async def _handed_over(
    deliverer: Deliverer, sender: str, emails: Sequence[tuple[str, bytes]]
) -> list[Outcome]:
    nothing = asyncio.get_running_loop().create_future()  # there is nothing to be written down
    nothing.set_result(None)
    connection = await deliverer.open()
    try:
        return [await connection.deliver(sender, to, (email,), nothing) for to, email in emails]
    finally:
        await connection.close()
