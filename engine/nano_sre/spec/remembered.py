"""A check that was read before: the little that linking asks of it, and the whole of it only when somebody wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from nano_sre.core.diagnostics import Span
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.project import Loaded

BETWEEN = ("depends_on", "moved_from")
"""Keys that name other checks: they are linked anew each time, so their values are kept."""
ASKED_FOR = ("tags", "owner")
"""Keys by which alerters.yaml and triggers.yaml choose checks."""

Kept = list[Any]
"""Plain data: id, kind, keys, indexes of its stores, ids of its fragments, spans, values of the keys above."""


def kept_of(loaded: Loaded, stores: Sequence[Loaded], *, placed: bool = True) -> Kept:
    """What to keep of a check that was linked; `Remembered` is the way back.

    Not `placed`, it is read again for each place that somebody asks for: seldom, and cheaper than finding all of them.
    """
    document = loaded.document
    between = {key: document.data[key] for key in BETWEEN if key in document.data}
    asked_for = {key: document.data[key] for key in ASKED_FOR if key in document.data}
    runs_on = {id(store) for store in loaded.alone.stores}
    return [
        loaded.id,
        loaded.kind,
        list(document.data),
        [index for index, store in enumerate(stores) if id(store) in runs_on],
        list(loaded.alone.uses),
        [[list(path), key, *_place(document.span(path, key=key))] for path, key in _asked(between)]
        if placed
        else [],
        between | asked_for,
    ]


def _asked(between: dict[str, Any]) -> Iterable[tuple[Path_, bool]]:
    """The places that may be told of without reading the document again."""
    yield (), False
    yield ("id",), False
    for key, value in between.items():
        yield (key,), True
        yield (key,), False
        for index, _ in enumerate(value if isinstance(value, list) else ()):
            yield (key, index), False


def _place(span: Span) -> list[int | None]:
    return [span.line, span.column, span.end_line, span.end_column]


class Remembered(Loaded):
    """Behaves like the check it stands for. `again` reads that one, should more be asked than was kept."""

    __slots__ = ("_again", "_whole", "id", "kept", "kind")

    def __init__(self, file: str, folder: Path, kept: Kept, again: Callable[[], Loaded]) -> None:
        self.kept = kept
        self.id, self.kind, self._again = str(kept[0]), str(kept[1]), again  # type: ignore[misc]  # asked too often for a property
        self._whole: Loaded | None = None
        self.document, self.folder, self.broken = _Excerpt(file, self), folder, set()
        self.context, self.alone = False, None

    @property
    def sound(self) -> bool:
        return True

    @property
    def check(self) -> Any:
        return self.whole().check

    def whole(self) -> Loaded:
        if self._whole is None:
            self._whole = self._again()
        return self._whole


class _Excerpt(Document):
    """The document of a remembered check: its name and what it says of others."""

    __slots__ = ("_of",)

    def __init__(self, file: str, of: Remembered) -> None:
        self.file = file
        self._of = of
        self.data = _Keys(of)
        self.positions, self.flawed, self.by_name = None, False, None

    def __getattr__(self, name: str) -> Any:  # `source` and `node`, which are not kept
        return getattr(self._of.whole().document, name)

    def span(self, path: Path_ = (), *, key: bool = False) -> Span:
        asked = list(path)
        for kept_path, kept_key, *place in self._of.kept[5]:
            if kept_path == asked and kept_key == key:
                return Span(self.file, *place)
        return self._of.whole().document.span(path, key=key)


class _Keys(dict[str, Any]):
    """The data of a remembered check: what was not kept is read when it is asked for."""

    __slots__ = ("_of",)

    def __init__(self, of: Remembered) -> None:
        super().__init__()
        self._of = of

    def __contains__(self, key: object) -> bool:
        return key in self._of.kept[2]

    def __iter__(self) -> Any:
        return iter(self._of.kept[2])

    def __len__(self) -> int:
        return len(self._of.kept[2])

    def __getitem__(self, key: str) -> Any:
        if key in ("id", "kind"):
            return self._of.kept[0 if key == "id" else 1]
        if key in self._of.kept[6]:
            return self._of.kept[6][key]
        return self._of.whole().document.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._of.kept[2] else default

    def keys(self) -> Any:
        return dict.fromkeys(self._of.kept[2]).keys()

    def items(self) -> Any:
        return self._of.whole().document.data.items()

    def values(self) -> Any:
        return self._of.whole().document.data.values()
