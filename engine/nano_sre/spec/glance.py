"""Whether a file is fine, seen from what its pieces meant in the files before.

`Glance.at` says so only where `bound`, `link_alone` and `advice_on` have nothing to tell of the document; whatever it
is not sure of is left to them. So it never words a mistake, and needs no places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core import registry, template
from nano_sre.spec import pieces, step_rules
from nano_sre.spec.advice import advise_on_words
from nano_sre.spec.bind import Binder
from nano_sre.spec.judge import judge_document
from nano_sre.spec.link import Alone, Around, advice_on, link_alone
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.paths import STEP_LISTS
from nano_sre.spec.pieces import Pieces, Written
from nano_sre.spec.plain_secrets import plain_secrets
from nano_sre.spec.project import Loaded
from nano_sre.spec.references import (
    BARE_NAME,
    NAMING,
    judge_scalar,
    may_name_something,
)
from nano_sre.spec.scalars import MISSING_VALUE, Shape
from nano_sre.spec.scope import Scope
from nano_sre.spec.several import ListShape
from nano_sre.spec.shapes import Key, RecordShape, shape_of
from nano_sre.spec.stores_of import stores_of
from nano_sre.spec.turns import Turn, turns_of
from nano_sre.spec.validate import is_valid
from nano_sre.spec.written import checks_something

MOST_KNOWN, MOST_MET = 5_000, 100_000
LOOKED_AT_WHOLE = ("store", "fragment", "skill")
CHOOSES_STORES = ("stores", "skip", "only_in")
NAMING_STORE = ("markets", "devices", "variants", "every", "cron")  # what `judge_document` looks at
_NOT_ALONE = ("use", "for_each", "log_in")  # steps that are judged by what surrounds them
_NOWHERE = Path()


class Meaning(Written):
    """What a piece means in checks of a kind, when there is nothing to tell of it by itself."""

    __slots__ = ("asks", "asserts", "plain", "turns", "value")

    def __init__(self, of: Written, value: Any) -> None:
        self.text, self.name, self.key, self.node, self.data = of.text, of.name, of.key, of.node, of.data
        self.parts, self.value = None, value
        self.turns: tuple[Turn, ...] = ()
        self.asks: tuple[tuple[str, Path_, str | None], ...] = ()  # scalars that the stores have to know
        self.plain, self.asserts = True, False


class _Home:
    """The stores that checks of one folder run on, and which names are known to be theirs."""

    __slots__ = ("known", "stores")

    def __init__(self, stores: tuple[Loaded, ...]) -> None:
        self.stores = stores
        self.known: set[Any] = set()


class _Seen:
    """A check that is being looked at: its pieces in order, its data, and what is to be asked of the pieces."""

    __slots__ = ("asserts", "data", "joints", "parts", "plain", "referring")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.parts: dict[str, Written | list[Written]] = {}
        self.joints: dict[str, str] = {}  # what stands before the items of a list
        self.referring: list[Meaning] = []
        self.plain, self.asserts = True, False

    def add(self, several: Iterable[Meaning]) -> None:
        for each in several:
            if each.turns or each.asks:
                self.referring.append(each)
            if not each.plain:
                self.plain = False
            elif each.asserts:
                self.asserts = True


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
        seen = None if parts is None or vocabulary is None else vocabulary.read(parts)
        if vocabulary is None or seen is None or seen.data.get("during"):
            return None
        check = vocabulary.check(seen) if is_valid(vocabulary.kind, seen.data) else None
        document = Pieces(shown, text, seen.data, seen.parts)
        if check is None or any(plain_secrets(document)):
            return None
        loaded = Loaded(document, folder, check, set())
        plain = seen.plain and seen.data.keys().isdisjoint(CHOOSES_STORES)
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
        if home is None or not _knows_names(home, loaded, seen) or not self._knows_values(home, loaded, seen):
            return None
        asserts = seen.asserts or not hasattr(loaded.check, "steps")
        return Alone(stores=home.stores) if asserts else None

    def _home(self, loaded: Loaded) -> _Home | None:
        told: list[Any] = []
        stores = stores_of(loaded, self._around.stores, told)
        return None if told else _Home(tuple(each for each in stores if each.id in self._around.there))

    def _knows_values(self, home: _Home, loaded: Loaded, seen: _Seen) -> bool:
        """Whether every `${…}` means something here; see `check_references`."""
        saved: set[str] = set()
        for meaning in seen.referring:
            for needed, kept in meaning.turns:
                if not saved.issuperset(needed):
                    return False
                saved.update(kept)
            unknown = [asked for asked in meaning.asks if asked not in home.known]
            if unknown:
                scope = Scope(loaded, home.stores, self._around.fragments, self._environ)
                for text, path, scope.verb in unknown:
                    if any(judge_scalar(text, path, scope)):
                        return False
                home.known.update(unknown)
        return True


def _knows_names(home: _Home, loaded: Loaded, seen: _Seen) -> bool:
    """Whether the stores have the markets, devices and variants that a check names; most name the same."""
    named = [seen.parts[name] for name in NAMING_STORE if name in seen.parts]
    asked = loaded.document.kind, *[part.text for part in named if isinstance(part, Written)]
    if asked not in home.known:
        if any(judge_document(loaded, home.stores)):
            return False
        home.known.add(asked)
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
        self._met_once: set[int] = set()  # by their hashes
        nothing = Document("", "", yaml.MappingNode("", []), {"kind": kind})
        self._binder = Binder(nothing, set(), alone=True)

    def read(self, parts: Iterable[str]) -> _Seen | None:
        """The pieces of a document and their data; None when the text is not plain enough."""
        made = _Seen()
        for part in parts:
            found: Written | None = self._keys.get(part)
            divided = pieces.items_of(part) if found is None else None
            if divided is not None:
                name, joint, items = divided
                several = self._several(name, joint, items)
                if several is None or name in made.data:
                    return None
                made.data[name], made.parts[name] = [each.data for each in several], several
                made.joints[name] = joint
                continue
            found = found or pieces.read(part)
            if found is None or found.name in made.data:
                return None
            made.data[found.name], made.parts[found.name] = found.data, found
        return made

    def _several(self, name: str, joint: str, items: list[str]) -> list[Written] | None:
        known = self._items.setdefault((name, joint), {})
        found: list[Written] = []
        for item in items:
            each = known.get(item) or self._item(name, joint, item)
            if each is None:
                return None
            found.append(each)
        return found

    def _item(self, name: str, joint: str, item: str) -> Written | None:
        """An item that is new: read as a whole, or where it is a record of keys, each of them that is new."""
        parts = pieces.keys_of(joint, item) if isinstance(self._item_shape(name), RecordShape) else None
        if parts is None:
            return pieces.read_item(joint, item)
        margin = len(joint) - 1
        known = self._items.setdefault((name, str(margin)), {})
        found: dict[str, Written] = {}
        for part in parts:
            each = known.get(part) or pieces.read(part, margin=margin)
            if each is None or each.name in found:
                return None
            found[each.name] = each
        return pieces.joined(item, found)

    def _item_shape(self, name: str) -> Shape | None:
        key = self._shape.keys.get(name)
        return key.shape.item if key is not None and isinstance(key.shape, ListShape) else None

    def check(self, seen: _Seen) -> Any:
        """The check itself, from data that fits the schema; None when something is to be told of it."""
        values = {}
        for name, part in seen.parts.items():
            key = None if name == "kind" else self._shape.keys.get(name)
            value: Any
            if isinstance(part, list):
                several = [self._known_item(name, seen.joints[name], each) for each in part]
                found = [each for each in several if each is not None]
                if len(found) < len(several):
                    return None
                value = tuple([each.value for each in found])
            else:
                meaning = part if isinstance(part, Meaning) else self._learnt(part, key)
                if meaning is None:
                    return None
                found, value = [meaning], meaning.value
            seen.add(found)
            if key is not None:
                values[key.field] = value
        return self._shape.made(values, seen.data) if self._simple else None

    def _learnt(self, written: Written, key: Key | None) -> Meaning | None:
        meaning = self._meaning(written, (written.name,), None if key is None else key.shape)
        return self._keep(self._keys, written.text, meaning)

    def _known_item(self, name: str, joint: str, written: Written) -> Meaning | None:
        if isinstance(written, Meaning):
            return written
        shape = self._item_shape(name)
        if written.parts is None or not isinstance(shape, RecordShape):
            meaning = self._meaning(written, (name, 0), shape)
        else:
            meaning = self._record(shape, (name, 0), written, self._items[name, str(len(joint) - 1)])
        return self._keep(self._items[name, joint], written.text, meaning)

    def _record(
        self, shape: RecordShape, path: Path_, written: Written, known: dict[str, Meaning]
    ) -> Meaning | None:
        """An item of several keys, each of which may have been written before."""
        found: dict[str, Meaning] = {}
        for name, part in (written.parts or {}).items():
            key = shape.keys.get(name)
            meaning = part if isinstance(part, Meaning) else None
            if meaning is None and key is not None:
                meaning = self._keep(known, part.text, self._meaning(part, (*path, name), key.shape))
            if meaning is None or key is None:
                return None
            found[key.field] = meaning
        value = shape.made({field: each.value for field, each in found.items()}, written.data)
        return None if value is None or shape.inline else _together(written, found.values(), value)

    def _meaning(self, written: Written, path: Path_, shape: Shape | None) -> Meaning | None:
        """What a piece means at a place of its own; None when there is something to tell of it."""
        text, item = written.text, len(path) > 1
        if _has_advice(written, path):
            return None
        value = None if shape is None else shape.bind(written.node, self._binder, path)
        if value is MISSING_VALUE or self._binder.told:
            self._binder.told.clear()
            return None
        made = Meaning(written, value)
        verb = getattr(value, "verb", None)
        if BARE_NAME.search(text):
            made.plain = False  # whether it is a name that is known, only its surroundings can tell
        if "${" in text or "as" in text or _names(text) or (verb and may_name_something(path, verb)):
            try:
                made.turns, made.asks = turns_of(written.node, path)
            except template.TemplateError:
                return None
        if path[0] in STEP_LISTS and value is not None:
            made.plain = made.plain and item and _stands_alone(value)
            made.asserts = item and path[0] == "steps" and checks_something(value.step)
        return made

    def _keep(self, known: dict[str, Meaning], text: str, meaning: Meaning | None) -> Meaning | None:
        """For the next file, if it is the second that has this: most of what is met once is never met again."""
        if meaning is None:
            return None
        if (met := hash(text)) not in self._met_once:
            self._met_once.add(met)
            return meaning
        known[text] = meaning
        self._known += 1
        if self._known > MOST_KNOWN or len(self._met_once) > MOST_MET:
            self._known = 0
            self._met_once.clear()
            for each in (self._keys, *self._items.values()):
                each.clear()
        return meaning


def _together(written: Written, several: Collection[Meaning], value: Any) -> Meaning:
    """An item of which every key is known."""
    made = Meaning(written, value)
    made.plain = all(each.plain for each in several)
    turns = [turn for each in several for turn in each.turns]
    if turns:
        needed, kept = (tuple(name for turn in turns for name in turn[side]) for side in (0, 1))
        made.turns = ((needed, kept),)
    made.asks = tuple(asked for each in several for asked in each.asks)
    return made


def _names(text: str) -> bool:
    return any(map(text.__contains__, NAMING))


def _has_advice(written: Written, path: Path_) -> bool:
    text, name = written.text, str(path[-1] or path[0])
    if text.isascii() and name != "tags" and "exists" not in text and "empty" not in text:
        return False
    node = yaml.MappingNode("", [(yaml.ScalarNode("", name), written.node)])
    document = Document("", text, node, {"kind": "", name: written.data})
    return any(advise_on_words(Loaded(document, _NOWHERE, None, set())))


def _stands_alone(call: Any) -> bool:
    step = call.step
    asks = getattr(step, "places_orders", False) or getattr(step, "after", None) is not None
    return not (call.verb in _NOT_ALONE or call.inner or asks or step_rules.is_noteworthy(call.verb))
