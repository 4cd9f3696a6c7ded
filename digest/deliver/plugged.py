"""Deliverers that plug-ins add, by the name that their addresses begin with; one that fails loses no email."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from digest.deliver.api import Answer, ApiDeliverer, Request, Service
from digest.deliver.threads import WaitingConnection, WaitingDeliverer
from digest.errors import DeliveryError, UsageError
from digest.plugins import DELIVERERS, FALLS, Plugin, plugins
from digest.ports import Outcome

__all__ = [
    "Answer",
    "DelivererKind",
    "DeliveryError",
    "Outcome",
    "Request",
    "Service",
    "UsageError",
    "WaitingConnection",
    "WaitingDeliverer",
]


class DelivererKind(Protocol):
    """What hands emails over to addresses that begin with the name of its entry point."""

    def read(self, address: str) -> Service | WaitingDeliverer:
        """Read `NAME://…`, its secrets filled in; UsageError, without a secret, where it is wrong.

        A `Service` is asked by HTTPS, and needs to know no more than its own requests and answers.
        What goes another way is a `WaitingDeliverer`.
        """
        ...


def plugged_deliverer(address: str, connections: int) -> WaitingDeliverer | None:
    """Return what a plug-in hands emails over by; None where the address is no plug-in's."""
    plugin = plugins(DELIVERERS).get(address.partition("://")[0]) if "://" in address else None
    if plugin is None:
        return None
    try:
        found = plugin.made.read(address)
    except UsageError:
        raise
    except FALLS as error:
        if plugin.problem:
            raise
        raise UsageError(_fell(plugin, error)) from None
    if hasattr(found, "request"):
        found = ApiDeliverer(found, connections)
    elif not hasattr(found, "open"):
        raise UsageError(plugin.fell("what it read is no deliverer"))
    return _PluggedDeliverer(plugin, found)


def _fell(plugin: Plugin, error: BaseException) -> str:
    """Say what went wrong in a plug-in, and not in which words: they may hold a secret."""
    return plugin.fell(type(error).__name__)


class _PluggedDeliverer:
    """A plug-in's deliverer, of which nothing but what is promised comes out."""

    def __init__(self, plugin: Plugin, inner: WaitingDeliverer) -> None:
        self._plugin, self._inner = plugin, inner
        self.connections = int(getattr(inner, "connections", 1))

    def open(self) -> WaitingConnection:
        """Connect; DeliveryError where nothing can be handed over."""
        try:
            return _PluggedConnection(self._plugin, self._inner.open())
        except DeliveryError:
            raise
        except FALLS as error:  # whatever a stranger's code does
            raise DeliveryError(_fell(self._plugin, error)) from None


class _PluggedConnection:
    def __init__(self, plugin: Plugin, inner: WaitingConnection) -> None:
        self._plugin, self._inner = plugin, inner

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        """Hand one email over; whatever goes wrong after its intent leaves it ambiguous."""
        intended, stopped = False, list[BaseException]()

        def noted() -> None:
            nonlocal intended
            try:
                intent()
            except BaseException as error:
                stopped.append(error)
                raise
            intended = True

        try:
            outcome = self._inner.deliver(sender, address, email, noted)
            said = "" if isinstance(outcome, Outcome) else self._plugin.fell("it gave no outcome")
        except FALLS as error:
            if isinstance(error, DeliveryError) and not intended and not stopped:
                raise
            said = _fell(self._plugin, error)
        if stopped:  # a run that ends: it is the plug-in's neither to know nor to keep
            raise stopped[0]
        if not said and outcome.state in {"sent", "ambiguous"} and not intended:
            return Outcome(state="ambiguous", detail=self._plugin.fell("it noted no intent"))
        if said and intended:
            return Outcome(state="ambiguous", detail=said)
        if said:
            return Outcome(state="deferred", detail=said, fault="passing")
        return outcome

    def close(self) -> None:
        """Say goodbye, as far as it goes."""
        with suppress(*FALLS):
            self._inner.close()
