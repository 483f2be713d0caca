"""Whether a file is fine, seen from what its pieces meant in the files before.

`Glance.at` says so only where `bound`, `link_alone` and `advice_on` have nothing to tell of the document; whatever it
is not sure of is left to them. So it never words a mistake, and needs no places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core import registry, template
from nano_sre.spec import pieces, step_rules
from nano_sre.spec.advice import advise_on_words
from nano_sre.spec.bind import Binder
from nano_sre.spec.judge import judge_document
from nano_sre.spec.judge_ref import is_looked_up
from nano_sre.spec.link import Alone, Around, advice_on, link_alone
from nano_sre.spec.load import Document, Node, Path_
from nano_sre.spec.paths import STEP_LISTS
from nano_sre.spec.pieces import Pieces, Written
from nano_sre.spec.plain_secrets import plain_secrets
from nano_sre.spec.project import Loaded
from nano_sre.spec.references import (
    NAMING,
    NO_TEMPLATES,
    judge_scalar,
    kept_in,
    may_name_something,
    pairs_in,
)
from nano_sre.spec.scalars import MISSING_VALUE, Shape
from nano_sre.spec.scope import Scope
from nano_sre.spec.several import ListShape
from nano_sre.spec.shapes import RecordShape, shape_of
from nano_sre.spec.stores_of import stores_of
from nano_sre.spec.validate import is_valid
from nano_sre.spec.written import checks_something, scalars_below

MOST_KNOWN = 5_000
LOOKED_AT_WHOLE = ("store", "fragment", "skill")
CHOOSES_STORES = ("stores", "skip", "only_in")
NAMES_OF_STORE = ("markets", "devices", "variants")
_NOT_ALONE = ("use", "for_each", "log_in")  # steps that are judged by what surrounds them
_NOWHERE = Path()

Turn = tuple[tuple[str, ...], tuple[str, ...]]
"""Names that must have been saved by now, and those that are saved from here on."""


class Meaning(Written):
    """What a piece means in checks of a kind, when there is nothing to tell of it by itself."""

    __slots__ = ("asks", "asserts", "field", "home", "name", "plain", "turns", "value")

    def __init__(self, of: Written, name: str, field: str | None, value: Any) -> None:
        self.text, self.key, self.node, self.data = of.text, of.key, of.node, of.data
        self.name, self.field, self.value = name, field, value
        self.turns: tuple[Turn, ...] = ()
        self.asks: tuple[tuple[str, Path_, str | None], ...] = ()  # scalars that the stores have to know
        self.plain, self.asserts = True, False
        self.home: _Home | None = None  # whose stores know them


class _Home:
    """The stores that checks of one folder run on, and which names are known to be theirs."""

    __slots__ = ("named", "stores")

    def __init__(self, stores: tuple[Loaded, ...]) -> None:
        self.stores = stores
        self.named: set[Any] = set()


class _Seen:
    """A check that is being looked at: its pieces in order, its data, and the values of its fields."""

    __slots__ = ("data", "meant", "parts", "values")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.parts: dict[str, Meaning | list[Meaning]] = {}
        self.meant: list[Meaning] = []


class Glance:
    """Looks at files that are linked with the same stores and fragments."""

    def __init__(self, around: Around, environ: Mapping[str, str]) -> None:
        self._around, self._environ = around, environ
        self._homes: dict[Path, _Home | None] = {}
        self._vocabularies: dict[str, _Vocabulary | None] = {}

    def at(self, text: str, shown: str, folder: Path) -> Loaded | None:
        """The one check of a file, linked, when there is nothing to tell of it; else None."""
        parts = pieces.cut(text)
        vocabulary = None if parts is None else self._vocabulary(parts)
        seen = None if parts is None or vocabulary is None else vocabulary.seen(parts)
        if vocabulary is None or seen is None or seen.data.get("during"):
            return None
        check = vocabulary.check(seen.values) if is_valid(vocabulary.kind, seen.data) else None
        document = Pieces(shown, text, seen.data, seen.parts)
        if check is None or any(plain_secrets(document)):
            return None
        loaded = Loaded(document, folder, check, set())
        plain = all([each.plain for each in seen.meant]) and seen.data.keys().isdisjoint(CHOOSES_STORES)
        loaded.alone = self._plain(loaded, seen) if plain else self._linked(loaded)
        return None if loaded.alone is None or loaded.alone.told else loaded

    def _vocabulary(self, parts: list[str]) -> _Vocabulary | None:
        kind = next((part[6:] for part in parts if part.startswith("kind: ")), "")
        if kind not in self._vocabularies:
            known = kind in registry.names("check") and kind not in LOOKED_AT_WHOLE
            self._vocabularies[kind] = _Vocabulary(kind) if known else None
        return self._vocabularies[kind]

    def _linked(self, loaded: Loaded) -> Alone | None:
        """What takes the ordinary way; a word of advice is none of ours."""
        if any(advice_on(loaded)) or any(step_rules.looked_at(loaded)):
            return None
        return link_alone(loaded, around=self._around, environ=self._environ)

    def _plain(self, loaded: Loaded, seen: _Seen) -> Alone | None:
        """The same as `link_alone`, where steps are what they are and the stores those of the folder."""
        try:
            home = self._homes[loaded.folder]
        except KeyError:
            home = self._homes[loaded.folder] = self._home(loaded)
        if home is None or not _knows_names(home, loaded) or not self._knows_values(home, loaded, seen):
            return None
        asserts = any([each.asserts for each in seen.meant])
        return Alone(stores=home.stores) if asserts or not hasattr(loaded.check, "steps") else None

    def _home(self, loaded: Loaded) -> _Home | None:
        told: list[Any] = []
        stores = stores_of(loaded, self._around.stores, told)
        return None if told else _Home(tuple(each for each in stores if each.id in self._around.there))

    def _knows_values(self, home: _Home, loaded: Loaded, seen: _Seen) -> bool:
        """Whether every `${…}` means something here; see `check_references`."""
        saved: set[str] = set()
        for meaning in seen.meant:
            for needed, kept in meaning.turns:
                if not saved.issuperset(needed):
                    return False
                saved.update(kept)
            if meaning.asks and meaning.home is not home:
                scope = Scope(loaded, home.stores, self._around.fragments, self._environ)
                for text, path, scope.verb in meaning.asks:
                    if any(judge_scalar(text, path, scope)):
                        return False
                meaning.home = home
        return True


def _knows_names(home: _Home, loaded: Loaded) -> bool:
    """Whether the stores have the markets, devices and variants that a check names; most name the same."""
    data = loaded.document.data
    asked = (
        data["kind"],
        *(repr(data.get(name)) for name in NAMES_OF_STORE),
        "every" in data and "cron" in data,
    )
    if asked not in home.named:
        if any(judge_document(loaded, home.stores)):
            return False
        home.named.add(asked)
    return True


class _Vocabulary:
    """What pieces were found to mean in checks of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        shape = shape_of(registry.kind("check", kind).cls)
        assert isinstance(shape, RecordShape)
        self._shape = shape
        self._simple = not (shape.inline or shape.one_of)
        self._keys: dict[str, Meaning] = {}
        self._items: dict[tuple[str, str], dict[str, Meaning]] = {}
        self._known = 0

    def check(self, values: dict[str, Any]) -> Any:
        """The check itself; None when it refuses what it is given."""
        if not self._simple or not self._shape.required <= values.keys():
            return None
        try:
            return self._shape.cls(**values)
        except ValueError:
            return None

    def seen(self, parts: Iterable[str]) -> _Seen | None:
        """What the pieces of a document mean together; None when something is to be told of one."""
        made = _Seen()
        for part in parts:
            meaning = self._keys.get(part)
            if meaning is None:
                divided = pieces.items_of(part)
                if divided is not None:
                    if divided[0] in made.data or not self._several(made, *divided):
                        return None
                    continue
                meaning = self._learnt(part)
            if meaning is None or meaning.name in made.data:
                return None
            made.data[meaning.name] = meaning.data
            made.parts[meaning.name] = meaning
            made.meant.append(meaning)
            if meaning.field is not None:
                made.values[meaning.field] = meaning.value
        return made

    def _several(self, made: _Seen, name: str, joint: str, items: list[str]) -> bool:
        known = self._items.setdefault((name, joint), {})
        found = [known.get(item) or self._learnt_item(name, joint, item) for item in items]
        several = [each for each in found if each is not None]
        if len(several) < len(found):
            return False
        made.data[name] = [each.data for each in several]
        made.parts[name] = several
        made.meant += several
        if name in self._shape.keys:
            made.values[self._shape.keys[name].field] = tuple([each.value for each in several])
        return True

    def _learnt(self, part: str) -> Meaning | None:
        found = pieces.read(part)
        meaning = None if found is None else _meaning(found[1], self.kind, found[0], item=False)
        if meaning is not None:
            self._keep(self._keys, part, meaning)
        return meaning

    def _learnt_item(self, name: str, joint: str, item: str) -> Meaning | None:
        found = pieces.read_item(joint, item)
        meaning = None if found is None else _meaning(found, self.kind, name, item=True)
        if meaning is not None:
            self._keep(self._items[name, joint], item, meaning)
        return meaning

    def _keep(self, known: dict[str, Meaning], text: str, meaning: Meaning) -> None:
        self._known += 1
        if self._known > MOST_KNOWN:
            self._known = 0
            for each in (self._keys, *self._items.values()):
                each.clear()
        known[text] = meaning


def _meaning(written: Written, kind: str, name: str, *, item: bool) -> Meaning | None:
    if _has_advice(written, kind, name, item=item):
        return None
    path: Path_ = (name, 0) if item else (name,)
    field, shape = _shape(kind, name, item=item)
    value = None
    if shape is not None:
        document = Document("", written.text, written.node, {"kind": kind})  # type: ignore[arg-type]
        binder = Binder(document, set(), alone=True)
        value = shape.bind(written.node, binder, path)
        if value is MISSING_VALUE or binder.told:
            return None
    made = Meaning(written, name, field, value)
    if _may_refer(written.text) or (item and may_name_something(path, getattr(value, "verb", None))):
        try:
            made.turns, made.asks = _references(written.node, path, item=item)
        except template.TemplateError:
            return None
    if name in STEP_LISTS:
        made.plain = item and _stands_alone(value)
        made.asserts = item and checks_something(value.step) and name == "steps"
    return made


def _may_refer(text: str) -> bool:
    return "${" in text or "as" in text or any(map(text.__contains__, NAMING))


def _has_advice(written: Written, kind: str, name: str, *, item: bool) -> bool:
    text = written.text
    if text.isascii() and name != "tags" and "exists" not in text and "empty" not in text:
        return False
    node = yaml.SequenceNode("", [written.node]) if item else written.node
    data = {"kind": kind, name: [written.data] if item else written.data}
    document = Document("", text, yaml.MappingNode("", [(yaml.ScalarNode("", name), node)]), data)
    return any(advise_on_words(Loaded(document, _NOWHERE, None, set())))


@cache
def _shape(kind: str, name: str, *, item: bool) -> tuple[str | None, Shape | None]:
    """The field of a key and how it is read; None for a key of the author's own."""
    shape = shape_of(registry.kind("check", kind).cls)
    assert isinstance(shape, RecordShape)
    if name == "kind" or name not in shape.keys:
        return None, None
    key = shape.keys[name]
    return key.field, key.shape.item if item and isinstance(key.shape, ListShape) else key.shape


def _stands_alone(call: Any) -> bool:
    step = call.step
    asks = getattr(step, "places_orders", False) or getattr(step, "after", None) is not None
    return not (call.verb in _NOT_ALONE or call.inner or asks or step_rules.is_noteworthy(call.verb))


def _references(node: Node, path: Path_, *, item: bool) -> tuple[tuple[Turn, ...], tuple[Any, ...]]:
    """What a piece refers to, in turns as `check_references` takes them. Raises `TemplateError`."""
    turns: list[Turn] = []
    asks: list[tuple[str, Path_, str | None]] = []
    for place, where, verb, kept in _in_turn(node, path, item=item):
        needed: list[str] = []
        for text, here in scalars_below(place, where, (*NAMING, verb), []):
            if "${" not in text:
                asks += [(text, here, verb)] if may_name_something(here, verb) else []
            elif (verb not in NO_TEMPLATES or here[-1] != "code") and here[-1] not in NO_TEMPLATES:
                parsed = template.parse(text)
                refs = parsed.refs if isinstance(parsed, template.Template) else ()
                needed += [ref.name for ref in refs if not is_looked_up(ref)]
                asks += [(str(ref), here, verb) for ref in refs if is_looked_up(ref)]
        if needed or kept:
            turns.append((tuple(needed), kept))
    return tuple(turns), tuple(asks)


def _in_turn(
    node: Node, path: Path_, *, item: bool
) -> Iterable[tuple[Node, Path_, str | None, tuple[str, ...]]]:
    if item and path[0] in STEP_LISTS:
        for verb, body in pairs_in(node):
            named = dict(pairs_in(body)).get("as")
            kept = (str(named.value),) if isinstance(named, yaml.ScalarNode) else ()
            yield body, (*path, verb), verb, kept
    elif isinstance(node, yaml.SequenceNode) and not item:
        for index, each in enumerate(node.value):
            yield each, (*path, index), None, tuple(kept_in(each))
    else:
        yield node, path, None, tuple(kept_in(node)) if item else ()
