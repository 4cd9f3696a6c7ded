"""The press of an issue: what its editions share is printed once for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache

from jinja2 import Environment
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from markupsafe import Markup

from digest.render.inline import Page, mark

_INDENT = re.compile(r"\n\s*")
_KEPT = 16384  # blocks
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:]*)[^>]*>")
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})

Naming = Callable[[str], AbstractContextManager[None]]


class BlockCache:
    """Print an issue's pages from the values that its editions share; may be used by several threads.

    `naming` names the template in what goes wrong inside it.
    """

    def __init__(
        self, environment: Environment, shared: Mapping[str, object], naming: Naming
    ) -> None:
        self.environment, self.shared, self._naming = environment, shared, naming
        self.text = lru_cache(self._text)
        # typed: a text and the same text as safe HTML are equal, and printed differently
        self._block = lru_cache(maxsize=_KEPT, typed=True)(self._printed)
        self._words = lru_cache(maxsize=_KEPT, typed=True)(self._said)
        self._plain = lru_cache(maxsize=_KEPT, typed=True)(self._said)
        self._module = lru_cache(self._made)

    def page(self, name: str, view: Mapping[str, object]) -> Page:
        """Print a page; its template may say `printed(file, macro, value…)` where a block stands.

        Where words stand that are no whole elements, it says `said(file, macro, value…)`.
        """
        blocks: list[str] = []

        def printed(file: str, macro: str, *values: Hashable) -> Markup:
            blocks.append(self._block(file, macro, *values))
            return Markup(mark(len(blocks) - 1))  # noqa: S704 - a comment

        with self._naming(name):
            html = self.environment.get_template(name).render(
                {**view, "printed": printed, "said": self._words}
            )
        return Page(_INDENT.sub("\n", html).strip(), blocks)

    def plain(self, name: str, view: Mapping[str, object]) -> str:
        """Print a page of plain text, in which `printed` stands for what a file's macro says.

        In the macros of such files it does, too.
        """
        with self._naming(name):
            return self.environment.get_template(name).render({**view, "printed": self._plain})

    def _said(self, file: str, macro: str, *values: Hashable) -> str:
        said: str = getattr(self._module(file), macro)(*values)
        return said

    def _text(self, name: str) -> str:
        """Print a file that sees only what is shared."""
        with self._naming(name):
            return self.environment.get_template(name).render(self.shared)

    def _printed(self, file: str, macro: str, *values: Hashable) -> str:
        """Print a file's macro; it sees what is shared, and its values.

        The macro closes what it opens: what is left open would be closed by what happens to follow.
        """
        found = getattr(self._module(file), macro, None)
        if not isinstance(found, Macro):
            raise TypeError(f"{file} has no macro {macro!r}")
        block = _INDENT.sub("\n", found(*values))
        if (tag := _unbalanced(block)) is not None:
            raise ValueError(f"the macro {macro} of {file} does not open and close <{tag}> itself")
        return block

    def _made(self, file: str) -> TemplateModule:
        own = {"printed": self._plain} if file.endswith(".txt") else {}
        return self.environment.get_template(file).make_module({**self.shared, **own})


def _unbalanced(block: str) -> str | None:
    """Return a tag that a block leaves open, or closes without having opened it."""
    open_: list[str] = []
    for slash, name in _TAG.findall(block):
        if name in _VOID:
            continue
        if not slash:
            open_.append(name)
        elif not open_ or open_.pop() != name:
            return str(name)
    return open_[-1] if open_ else None
