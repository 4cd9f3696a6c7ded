"""Progress on a terminal: a line a source while it is pulled; elsewhere nothing."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text


class _Rate(ProgressColumn):
    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} {self._unit}/s" if task.speed else "")


class ProgressBar:
    """Shows how far each source is; call it with a name, how far, and how far there is to go."""

    def __init__(self, console: Console, *, shown: bool, unit: str | None = None) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
        # with a unit: how many of them a second, and for how long still
        rate = (_Rate(unit), TimeRemainingColumn()) if unit else ()
        self._bars = Bars(
            *columns,
            *rate,
            console=console,
            transient=True,
            disable=not (shown and console.is_terminal),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def __call__(self, name: str, done: int, total: int | None) -> None:
        """Show how far a source is; `total` is None where nobody knows how far it has to go."""
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(self._tasks[name], completed=done, total=total)
