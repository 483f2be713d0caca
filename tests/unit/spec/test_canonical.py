from __future__ import annotations

from nano_sre.spec.bind import Binder
from nano_sre.spec.canonical import canonical, content_hash, from_stored
from support.projects import STORE, fragment, journey, one, sound


def test_defaults_are_filled_in_and_short_forms_written_out() -> None:
    written = one(journey("see: Cart")).canonical
    assert list(written)[:4] == ["version", "kind", "id", "name"]
    assert (written["retries"], written["consent"], written["timeout"]) == (1, "accept", "2m")
    assert written["steps"] == [{"see": {"all": [{"any_name": "Cart"}], "optional": False}}]


def test_the_hash_follows_the_meaning() -> None:
    plain = one(journey("see: Cart"))
    assert one(journey("see: [Cart]")).hash == plain.hash
    assert one(journey("see: Basket")).hash != plain.hash
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})


def test_a_stored_check_is_the_same_check() -> None:
    check = one(journey('see: "😀 01234 ${vars.board} $${x}"'))
    again = from_stored(check.canonical, check.positions, file="checks/1.yaml", source="")
    assert canonical(Binder(again, set()).check()) == check.canonical


def test_positions_point_into_the_file() -> None:
    check = one(journey("see: Cart", "open_cart"))
    stored = from_stored(check.canonical, check.positions, file="checks/1.yaml", source="")
    assert str(stored.span(("steps", 1, "open_cart"))) == "checks/1.yaml:7:5"
    assert str(stored.span(("name",))) == "checks/1.yaml:4:1"
    assert str(stored.span(("nothing",))) == "checks/1.yaml:1:1"
    call = Binder(stored, set()).check().steps[1]
    assert str(call.span) == "checks/1.yaml:7:5"


def test_steps_of_a_fragment_keep_their_own_place() -> None:
    check = one(journey("use: look", "see: Cart"), fragment("open_cart", "back"))
    assert check.positions["steps/0"][:3] == ["checks/2.yaml", 6, 5]
    assert check.positions["steps/1/back"][:3] == ["checks/2.yaml", 7, 5]
    assert check.positions["steps/2"][:3] == ["checks/1.yaml", 7, 5]


def test_secrets_stay_names() -> None:
    text = STORE.replace("vars:", 'password: "${secret.PASSWORD}"\nvars:')
    linkage = sound(STORE, journey())
    assert linkage.stores[0].canonical["url"] == "https://shop.example"
    from support.projects import linked

    assert linked(text).stores[0].canonical["password"] == "${secret.PASSWORD}"
