"""Dataclasses that share their methods behave like those that do not."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace

import pytest

from nano_sre.core.values import frozen, frozen_row, made_of


@frozen
class Shelf:
    """A shelf."""

    name: str
    items: tuple[str, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    place: str | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a shelf has a name")


@frozen_row
class Point:
    x: int
    y: int = 0


def test_they_are_dataclasses() -> None:
    shelf = Shelf(name="a")
    assert is_dataclass(shelf)
    assert [f.name for f in fields(shelf)] == ["name", "items", "notes", "place"]
    assert replace(shelf, items=("b",)) == Shelf(name="a", items=("b",))
    assert pickle.loads(pickle.dumps(shelf)) == copy.deepcopy(shelf) == shelf
    assert repr(shelf) == "Shelf(name='a', items=(), notes={})"
    assert Point(1) == Point(x=1, y=0) != Point(1, 2)
    assert len({Point(1), Point(1, 0)}) == 1
    assert Point(1) != (1, 0)


def test_defaults_are_made_anew_and_places_are_not_compared() -> None:
    assert Shelf(name="a").notes is not Shelf(name="a").notes
    assert Shelf(name="a", place="here") == Shelf(name="a", place="there")


def test_nothing_can_be_changed() -> None:
    shelf = Shelf(name="a")
    with pytest.raises(FrozenInstanceError):
        shelf.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del shelf.name
    assert shelf.name == "a"


def test_what_is_wrong_with_the_arguments_is_said() -> None:
    with pytest.raises(TypeError, match="'name' as well"):
        Shelf()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no argument 'nme'"):
        Shelf(name="a", nme="b")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no argument 'nme'"):
        Shelf(nme="b")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="once"):
        Point(1, 2, 3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="once"):
        Point(1, x=1)  # type: ignore[misc]
    with pytest.raises(ValueError, match="has a name"):
        Shelf(name="")


def test_what_is_made_of_fields_is_what_is_made_by_a_call() -> None:
    assert made_of(Shelf, {"name": "a"}) == Shelf(name="a")
    assert made_of(Shelf, {"name": "a"}).notes is not made_of(Shelf, {"name": "a"}).notes
    assert made_of(Point, {"x": 1, "y": 2}) == Point(1, 2)
    with pytest.raises(ValueError, match="a shelf has a name"):
        made_of(Shelf, {"name": ""})
