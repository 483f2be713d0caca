"""Whether a file is fine, seen from what its pieces meant in the files before.

`Glance.at` says so only where `bound`, `link_alone` and `advice_on` have nothing to tell of the document; whatever it
is not sure of is left to them. So it never words a mistake, and needs no places.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nano_sre.core import registry
from nano_sre.core.check import AROUND
from nano_sre.spec import pieces, step_rules
from nano_sre.spec.judge import judge_document
from nano_sre.spec.link import Alone, Around, advice_on, link_alone
from nano_sre.spec.pieces import Pieces, Written
from nano_sre.spec.project import Loaded
from nano_sre.spec.references import judge_scalar
from nano_sre.spec.scope import Scope
from nano_sre.spec.stores_of import stores_of
from nano_sre.spec.vocabulary import Seen, Vocabulary

LOOKED_AT_WHOLE = (*AROUND, "skill", "pixels")
CHOOSES_STORES = ("stores", "skip", "only_in")
NAMING_STORE = ("markets", "devices", "variants", "every", "cron")  # what `judge_document` looks at


class _Home:
    """The stores that checks of one folder run on, and which names are known to be theirs."""

    __slots__ = ("known", "stores")

    def __init__(self, stores: tuple[Loaded, ...]) -> None:
        self.stores = stores
        self.known: set[Any] = set()


class Glance:
    """Looks at files that are linked with the same stores and fragments."""

    def __init__(self, around: Around, environ: Mapping[str, str]) -> None:
        self._around, self._environ = around, environ
        self._homes: dict[Path, _Home | None] = {}
        self._vocabularies: dict[str, Vocabulary | None] = {}

    def at(self, text: str, shown: str, folder: Path) -> Loaded | None:
        """The one check of a file, linked, when there is nothing to tell of it; else None."""
        parts = pieces.cut(text)
        vocabulary = None if parts is None else self._vocabulary(parts)
        seen = None if parts is None or vocabulary is None else vocabulary.read(parts)
        if vocabulary is None or seen is None or seen.data.get("during"):
            return None
        if not vocabulary.fits(seen) or seen.holds_secrets():
            return None
        check = vocabulary.check(seen)
        if check is None:
            return None
        loaded = Loaded(Pieces(shown, text, seen.data, seen.parts), folder, check, set())
        plain = seen.plain and seen.data.keys().isdisjoint(CHOOSES_STORES)
        loaded.alone = self._plain(loaded, seen) if plain else self._linked(loaded)
        return None if loaded.alone is None or loaded.alone.told else loaded

    def _vocabulary(self, parts: list[str]) -> Vocabulary | None:
        kind = next((part[6:] for part in parts if part.startswith("kind: ")), "")
        if kind not in self._vocabularies:
            known = kind in registry.names("check") and kind not in LOOKED_AT_WHOLE
            self._vocabularies[kind] = Vocabulary(kind) if known else None
        return self._vocabularies[kind]

    def _linked(self, loaded: Loaded) -> Alone | None:
        """What takes the ordinary way; a word of advice is none of ours."""
        if any(advice_on(loaded)) or any(step_rules.looked_at(loaded)):
            return None
        return link_alone(loaded, around=self._around, environ=self._environ)

    def _plain(self, loaded: Loaded, seen: Seen) -> Alone | None:
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

    def _knows_values(self, home: _Home, loaded: Loaded, seen: Seen) -> bool:
        """Whether every `${…}` means something here; see `check_references`."""
        saved: set[str] = set()
        for meaning in seen.referring:
            for needed, kept in meaning.turns:
                if not saved.issuperset(needed):
                    return False
                saved.update(kept)
            if meaning.looked_up is home:
                continue
            unknown = [asked for asked in meaning.asks if asked not in home.known]
            if unknown:
                scope = Scope(loaded, home.stores, self._around.fragments, self._environ)
                for text, path, scope.verb in unknown:
                    if any(judge_scalar(text, path, scope)):
                        return False
                home.known.update(unknown)
            meaning.looked_up = home
        return True


def _knows_names(home: _Home, loaded: Loaded, seen: Seen) -> bool:
    """Whether the stores have the markets, devices and variants that a check names; most name the same."""
    named = [seen.parts[name] for name in NAMING_STORE if name in seen.parts]
    asked = loaded.document.kind, *[part.text for part in named if isinstance(part, Written)]
    if asked not in home.known:
        if any(judge_document(loaded, home.stores)):
            return False
        home.known.add(asked)
    return True
