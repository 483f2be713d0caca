"""What the pieces of files were found to mean in checks of one kind, so that each need be looked at only once.

A piece is known when it fits the schema, holds no secret, is bound and gets no advice: all that hangs on the piece
and on its place, and so holds wherever it stands there again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from nano_sre.core import registry, template
from nano_sre.spec import pieces, step_rules
from nano_sre.spec.advice import advise_on_words
from nano_sre.spec.bind import Binder
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.paths import STEP_LISTS
from nano_sre.spec.pieces import Pieces, Written
from nano_sre.spec.plain_secrets import may_hold_secrets, secrets_below
from nano_sre.spec.project import Loaded
from nano_sre.spec.references import BARE_NAME, NAMING, may_name_something
from nano_sre.spec.scalars import MISSING_VALUE, Shape
from nano_sre.spec.several import ListShape
from nano_sre.spec.shapes import Key, RecordShape, shape_of
from nano_sre.spec.turns import Turn, turns_of
from nano_sre.spec.validate import is_valid, may_stand
from nano_sre.spec.written import checks_something

MOST_KNOWN, MOST_MET = 5_000, 100_000
_NOT_ALONE = ("use", "for_each", "log_in")  # steps that are judged by what surrounds them
_NOT_BY_ITSELF = (
    "tags",
    "as",
    *NAMING,
    *STEP_LISTS,
)  # keys whose plain text may be spoken of, or names something
_NOWHERE = Path()


class Meaning(Written):
    """What a piece means in checks of a kind, when there is nothing to tell of it by itself."""

    __slots__ = ("asks", "asserts", "looked_up", "plain", "remarkable", "turns", "value")

    def __init__(self, of: Written, value: Any) -> None:
        self.text, self.name, self.key, self.node, self.data = of.text, of.name, of.key, of.node, of.data
        self.parts, self.value = None, value
        self.turns: tuple[Turn, ...] = ()
        self.asks: tuple[tuple[str, Path_, str | None], ...] = ()  # scalars that the stores have to know
        self.plain, self.asserts = True, False
        self.remarkable = False  # whether anything is to be asked of it again in each file
        self.looked_up: Any = None  # the surroundings that are known to know what it asks for


class Seen:
    """A check that is being looked at: its pieces in order, its data, and what is to be asked of the pieces.

    `fresh` is the data of the pieces that are not known yet, at their places, and `texts` is how they are written.
    """

    __slots__ = ("asserts", "data", "fresh", "joints", "parts", "plain", "referring", "texts")

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.parts: dict[str, Written | list[Written]] = {}
        self.joints: dict[str, str] = {}  # what stands before the items of a list
        self.fresh: dict[str, Any] = {}
        self.texts: list[str] = []
        self.referring: list[Meaning] = []
        self.plain, self.asserts = True, False

    def add(self, one: Meaning) -> None:
        if one.turns or one.asks:
            self.referring.append(one)
        if not one.plain:
            self.plain = False
        elif one.asserts:
            self.asserts = True

    def holds_secrets(self) -> bool:
        """Whether something stands here for everybody to read; of pieces that are known it was asked before."""
        text = "\n".join(self.texts)
        if (
            text.isascii() and "\\" not in text and not may_hold_secrets(text)
        ):  # else it may say more than it shows
            return False
        document = Pieces("", text, self.data, self.parts)
        return any(secrets_below(document.node, (), document.kind))


class Vocabulary:
    """What pieces were found to mean in checks of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        shape = shape_of(registry.kind("check", kind).cls)
        assert isinstance(shape, RecordShape)
        self._shape = shape
        self._simple = not (shape.inline or shape.one_of)
        self._by_themselves = shape.keys.keys() - set(_NOT_BY_ITSELF)
        self._keys: dict[str, Meaning] = {}
        self._items: dict[tuple[str, str], dict[str, Meaning]] = {}
        self._known = 0
        self._met_once: set[int] = set()  # by their hashes
        nothing = Document("", "", yaml.MappingNode("", []), {"kind": kind})
        self._binder = Binder(nothing, set(), alone=True)

    def read(self, parts: Iterable[str]) -> Seen | None:
        """The pieces of a document and their data; None when the text is not plain enough."""
        made = Seen()
        data, read, known = made.data, made.parts, self._keys.get
        for part in parts:
            found: Written | None = known(part)
            if found is None:
                divided = pieces.items_of(part)
                if divided is not None:
                    if not self._several(divided, made):
                        return None
                    continue
                found = pieces.read(part)
                if found is None:
                    return None
                made.fresh[found.name] = found.data
                made.texts.append(part)
            if found.name in data:
                return None
            data[found.name], read[found.name] = found.data, found
        return made

    def _several(self, divided: tuple[str, str, list[str]], made: Seen) -> bool:
        """The items of a list; False when one of them is not plain enough."""
        name, joint, items = divided
        known = self._items.setdefault((name, joint), {})
        found: list[Any] = list(map(known.get, items))
        if name in made.data:
            return False
        if None in found:
            fresh = made.fresh[name] = []
            for index, each in enumerate(found):
                if each is None:
                    each = found[index] = self._item(name, joint, items[index])  # noqa: PLW2901
                    if each is None:
                        return False
                    fresh.append(each.data)
                    made.texts.append(each.text)
        made.data[name], made.parts[name] = [each.data for each in found], found
        made.joints[name] = joint
        return True

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

    def fits(self, seen: Seen) -> bool:
        """Whether the document fits the schema. What is known fitted at its place, and fits there again."""
        apart = may_stand(self.kind, seen.data.keys(), seen.fresh)
        return is_valid(self.kind, seen.data) if apart is None else apart

    def check(self, seen: Seen) -> Any:
        """The check itself, from data that fits the schema; None when something is to be told of it."""
        values = {}
        keys = self._shape.keys
        for name, part in seen.parts.items():
            key = None if name == "kind" else keys.get(name)
            value: Any
            if isinstance(part, list):
                if name in seen.fresh and not self._learnt_items(name, seen.joints[name], part):
                    return None
                several: Sequence[Any] = part
                value = tuple([each.value for each in several])
                for each in [each for each in several if each.remarkable]:
                    seen.add(each)
            else:
                meaning = part if isinstance(part, Meaning) else self._learnt(part, key)
                if meaning is None:
                    return None
                value = meaning.value
                if meaning.remarkable:
                    seen.add(meaning)
            if key is not None:
                values[key.field] = value
        return self._shape.made(values, seen.data) if self._simple else None

    def _learnt(self, written: Written, key: Key | None) -> Meaning | None:
        name, text = written.name, written.text
        if type(written.node) is yaml.ScalarNode and name in self._by_themselves and _is_plain(text):
            assert key is not None
            value = key.shape.bind(written.node, self._binder, (name,))
            meaning = None if self._told(value) else Meaning(written, value)
        else:
            meaning = self._meaning(written, (name,), None if key is None else key.shape)
        return self._keep(self._keys, text, meaning)

    def _learnt_items(self, name: str, joint: str, part: list[Written]) -> bool:
        """Learn what is new of a list, in its place; False when something is to be told of it."""
        for index, each in enumerate(part):
            if not isinstance(each, Meaning):
                meaning = self._known_item(name, joint, each)
                if meaning is None:
                    return False
                part[index] = meaning
        return True

    def _known_item(self, name: str, joint: str, written: Written) -> Meaning | None:
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

    def _told(self, value: Any) -> bool:
        if value is MISSING_VALUE or self._binder.told:
            self._binder.told.clear()
            return True
        return False

    def _meaning(self, written: Written, path: Path_, shape: Shape | None) -> Meaning | None:
        """What a piece means at a place of its own; None when there is something to tell of it."""
        text, item = written.text, len(path) > 1
        if _has_advice(written, path):
            return None
        value = None if shape is None else shape.bind(written.node, self._binder, path)
        if self._told(value):
            return None
        made = Meaning(written, value)
        verb = getattr(value, "verb", None)
        if "$" in text and BARE_NAME.search(text):
            made.plain = False  # whether it is a name that is known, only its surroundings can tell
        if "${" in text or "as" in text or _names(text) or (verb and may_name_something(path, verb)):
            try:
                made.turns, made.asks = turns_of(written.node, path)
            except template.TemplateError:
                return None
        if path[0] in STEP_LISTS and value is not None:
            made.plain = made.plain and item and _stands_alone(value)
            made.asserts = item and path[0] == "steps" and checks_something(value.step)
        made.remarkable = bool(made.turns or made.asks or made.asserts or not made.plain)
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
    made.asks = tuple([asked for each in several for asked in each.asks])
    made.remarkable = bool(turns or made.asks or not made.plain)
    return made


def _is_plain(text: str) -> bool:
    """Whether a text holds nothing by which it could refer to something, or that advice is given on."""
    return text.isascii() and "$" not in text and "exists" not in text and "empty" not in text


def _names(text: str) -> bool:
    return any(map(text.__contains__, NAMING))


def _has_advice(written: Written, path: Path_) -> bool:
    text, name = written.text, str(path[-1] or path[0])
    tags = name == "tags" and not isinstance(written.data, list)
    if text.isascii() and not tags and "exists" not in text and "empty" not in text:
        return False
    node = yaml.MappingNode("", [(yaml.ScalarNode("", name), written.node)])
    document = Document("", text, node, {"kind": "", name: written.data})
    return any(advise_on_words(Loaded(document, _NOWHERE, None, set())))


def _stands_alone(call: Any) -> bool:
    step = call.step
    asks = getattr(step, "places_orders", False) or getattr(step, "after", None) is not None
    return not (call.verb in _NOT_ALONE or call.inner or asks or step_rules.is_noteworthy(call.verb))
