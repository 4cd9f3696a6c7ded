"""The shelf of templates: folders in order, the first that has a file wins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from traceback import extract_tb
from types import CodeType
from typing import Any, ClassVar

from babel.support import NullTranslations
from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest import errors
from digest.render.block_cache import BlockCache
from digest.render.language import Words, nearest, translations

_FIELD = re.compile(r"attribute '([^']+)'|'([^']+)' is undefined")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which decides by type and name; asked once for each pair it is twice as fast."""

    _safe: ClassVar[dict[tuple[type, str], bool]] = {}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Tell whether a template may read an attribute."""
        key = (type(obj), attr)
        if key not in self._safe:
            self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return self._safe[key]


class _Compiled(BytecodeCache):
    """What templates compile to, for all languages and renderers of the process, by name and source."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what it compiled to before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template compiled to."""
        if len(self._kept) >= _MOST:  # a designer who saves a file a thousand times
            self._kept.clear()
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_MOST = 1000
_compiled = _Compiled()


class TemplateLoader:
    """Render templates by name, in a language; `shipped/…` names a file of the last folder."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        loaders = [FileSystemLoader(folder) for folder in self._folders]
        self._loader = ChoiceLoader([*loaders, PrefixLoader({"shipped": loaders[-1]})])
        self._environment = lru_cache(maxsize=32)(self._make)
        self._last: BlockCache | None = None
        self._settled: tuple[str, _Sandbox] | None = None

    def render(self, name: str, language: str, context: Mapping[str, object]) -> str:
        """Render a template; TemplateError names its file, line and field."""
        with self._naming(name):
            return self.environment(language).get_template(name).render(context)

    def blocks(self, language: str, shared: Mapping[str, object]) -> BlockCache:
        """Return the press of an issue: the last one, where neither its values nor a file changed."""
        last, environment = self._last, self.environment(language)
        if last is None or last.environment is not environment or last.shared != shared:
            self._last = last = BlockCache(environment, shared, self._naming)
        return last

    def looks(self) -> tuple[str, ...]:
        """Return the names of the looks there are: folders that hold a `body.html`."""
        found = {p.parent.name for f in self._folders for p in f.glob("[!_]*/body.html")}
        return tuple(sorted(found))

    def files(self, look: str) -> Mapping[str, str]:
        """Return the SHA-256 of every file that a look may use, by name."""
        found: dict[str, str] = {}
        for folder in reversed(self._folders):
            for part in (look, "_base", "_locale"):
                for file in sorted(folder.glob(f"{part}/**/*")):
                    if file.is_file():
                        found[file.relative_to(folder).as_posix()] = sha256(
                            file.read_bytes()
                        ).hexdigest()
        return found

    def environment(self, language: str) -> _Sandbox:
        """Return the environment of a language; a new one where a file has changed."""
        if self._settled is not None and self._settled[0] == language:
            return self._settled[1]
        loaded = self._environment(language).cache or {}
        if not all(t.is_up_to_date and self._is_first(t) for t in loaded.values()):
            self._environment.cache_clear()
        found = self._environment(language)
        if self._settled is not None:
            self._settled = (language, found)
        return found

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """Look at the files once, and then not before it is over."""
        self._settled = ("", self._make("en"))
        try:
            yield
        finally:
            self._settled = None

    def _is_first(self, template: Template) -> bool:
        """Tell whether no folder before the one that a template came from has it now."""
        name = template.name or ""
        if name.startswith("shipped/"):
            return True
        found = (folder / name for folder in self._folders)
        first = next((file for file in found if file.is_file()), None)
        return first is not None and str(first) == template.filename

    def _make(self, language: str) -> _Sandbox:
        environment = _Sandbox(
            loader=self._loader,
            bytecode_cache=_compiled,
            auto_reload=False,
            autoescape=lambda name: name is not None and name.endswith(".html"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        installed: Any = environment
        installed.install_gettext_translations(self.words(language), newstyle=True)
        return environment

    def words(self, language: str) -> Words:
        """Return the translations into a language: a project's own, and what they lack from those shipped."""
        environment = _Sandbox(loader=self._loader)
        for tag in nearest(language):
            found = None
            for name in (f"shipped/_locale/{tag}.po", f"_locale/{tag}.po"):
                with suppress(TemplateNotFound):
                    source, _, _ = self._loader.get_source(environment, name)
                    own = translations(source)
                    if found is not None:
                        own.add_fallback(found)
                    found = own
            if found is not None:
                return found
        return NullTranslations()

    @contextmanager
    def _naming(self, name: str) -> Iterator[None]:
        try:
            yield
        except TemplateSyntaxError as error:
            file = error.filename or error.name or name
            raise errors.TemplateError(file, error.lineno, error.message or "syntax") from error
        except TemplateNotFound as error:
            where = ", ".join(str(folder) for folder in self._folders)
            reason = f"there is no template {error.name!r} in {where}"
            raise errors.TemplateError(*self._place(error, name), reason) from error
        except errors.DigestError:
            raise
        except Exception as error:  # a template may raise anything; a person can mend it
            field = _FIELD.search(str(error)) if isinstance(error, UndefinedError) else None
            reason = f"{type(error).__name__}: {error}"
            if field:
                reason = f"there is no field {field[1] or field[2]!r} here ({error})"
            raise errors.TemplateError(*self._place(error, name), reason) from error

    def _place(self, error: Exception, name: str = "") -> tuple[str, int | None]:
        """Return the file and line of the innermost template frame."""
        folders = tuple(str(folder) for folder in self._folders)
        for frame in reversed(extract_tb(error.__traceback__)):
            if frame.filename.startswith(folders):
                return frame.filename, frame.lineno
        return name, None
