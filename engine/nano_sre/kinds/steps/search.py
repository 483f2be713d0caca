from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from nano_sre.core.fields import Doc, Duration, Example, OneOrMany, Text, Unfit
from nano_sre.core.ports import Abort, Browser, Outcome, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.compare import Expectation, Limit, Verdict, conclude, judge
from nano_sre.kinds._shared.languages import fold
from nano_sre.kinds._shared.parts import press_at, quoted, wait
from nano_sre.kinds._shared.sentence import said
from nano_sre.kinds._shared.shop_words import SEARCH
from nano_sre.kinds._shared.theme import ask, must_not_be_locked

FIELD_SECONDS = 2.0
SUGGEST_SECONDS = 5.0
ARRIVE_SECONDS = 10.0
RESULT_SECONDS = 5.0

SOMETHING = Expectation(at_least=Limit(fail="1"))

# What a browser does with Enter in a search field: the form's own button is pressed, and a disabled one forbids it.
ENTER = """(el) => {
  const key = {key: "Enter", code: "Enter", keyCode: 13, which: 13, bubbles: true, cancelable: true};
  const go = el.dispatchEvent(new KeyboardEvent("keydown", key));
  el.dispatchEvent(new KeyboardEvent("keyup", key));
  if (!go || !el.form) return;
  const submits = "button:not([type=button]):not([type=reset]),input[type=submit]";
  const button = [...el.form.elements].find((each) => each.matches(submits));
  if (!button) el.form.requestSubmit();
  else if (!button.disabled) button.click();
}"""


@register("step", "search", short="for_")
class Search:
    """Searches the store as a shopper does, and checks what is found.

    It types into the store's search field (opening it where it is folded away), or opens the search page where there
    is none. If nothing else is said, the search must find at least one product.
    """

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = Duration(30_000)
    example: ClassVar[str] = "- search: {for: snowboard, finds: complete-snowboard}"

    for_: Annotated[Text, Doc("What to search for."), Example("snowboard")]
    finds: Annotated[
        tuple[Text, ...], OneOrMany, Doc("Products that must be among the results: by name, or by handle.")
    ] = ()
    results: Annotated[
        Expectation | None,
        Doc("How many products the first page of results must show; `0` when nothing may be found."),
        Example("{at_least: 3}"),
    ] = None
    suggests: Annotated[
        tuple[Text, ...],
        OneOrMany,
        Doc("Products that the list under the search field must offer while typing."),
    ] = ()

    def __post_init__(self) -> None:
        if isinstance(self.for_, str) and not self.for_.strip():
            raise Unfit("there is nothing to search for", "for", hint="write the words a shopper would type")

    def title(self) -> str:
        wanted = [f"{each} among the results" for each in self.finds]
        wanted += [f"{each} to be suggested" for each in self.suggests]
        wanted += [f"the number of products to {said(self.results)}"] if self.results else []
        return f"Search for “{self.for_}”" + (f" (expect {', '.join(wanted)})" if wanted else "")

    async def run(self, io: Browser) -> Outcome | None:
        words = str(io.value(self.for_))
        if io.url in {"", "about:blank"}:
            await io.open("/")
        search = _Searching(io, words)
        field_ = await search.find_field()
        if field_ is None:
            await search.open_page(suggests=bool(self.suggests))
        else:
            await search.type_in(field_)
            if self.suggests:
                await self._must_be_suggested(search)
            await search.enter(field_)
        return await self._judge(search)

    async def _must_be_suggested(self, search: _Searching) -> None:
        wanted = [str(search.io.value(each)) for each in self.suggests]

        async def all_there() -> bool:
            offered = await search.suggested()
            return not _missing(wanted, offered)

        if not await wait(search.io, all_there, most=SUGGEST_SECONDS, pause=0.15):
            offered = await search.suggested()
            lacking = " and ".join(f"“{name}”" for name in _missing(wanted, offered))
            raise failed(
                "R524",
                f"Typing “{search.words}” into the search does not suggest {lacking}.",
                expected=f"{lacking} in the list under the search field",
                actual=_listed(offered) or "no suggestion",
                hint="Look at the theme's predictive search, and at the search settings in the admin.",
            )

    async def _judge(self, search: _Searching) -> Outcome | None:
        io = search.io
        wanted = [str(io.value(each)) for each in self.finds]
        expectation = self.results or (None if wanted else SOMETHING)
        verdicts: list[Verdict] = []

        async def as_it_should_be() -> bool:
            await search.look()
            if expectation is not None:
                number = len(search.found)
                verdicts[:] = [judge(expectation, number, value=io.value, locale=io.store.market.locale)]
            return not _missing(wanted, search.found) and all(verdict.ok for verdict in verdicts)

        await wait(io, as_it_should_be, most=RESULT_SECONDS, pause=0.2)
        lacking = _missing(wanted, search.found)
        if lacking:
            raise search.not_found(" and ".join(f"“{name}”" for name in lacking))
        if verdicts and not verdicts[0].ok and not search.found:
            raise search.not_found("anything")
        warned = verdicts and conclude(
            verdicts[0],
            code="R524",
            what=f"The number of products that a search for “{search.words}” finds",
        )
        return warned or Outcome(note=search.note())


@dataclass(slots=True)
class _Searching:
    """One search: the field, what was on the page before, and what came of it."""

    io: Browser
    words: str
    facts: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    opened: str = ""

    @property
    def found(self) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self.facts["results"]
        return results

    async def look(self) -> dict[str, Any]:
        self.facts = await ask(self.io, "search", SEARCH)
        return self.facts

    async def find_field(self) -> str | None:
        """The path of a search field that can be typed into, after pressing what shows it; None without one."""

        async def there() -> bool:
            return bool((await self.look())["fields"])

        if not await there():
            for opener in self.facts["openers"][:2]:
                try:
                    await press_at(self.io, opener["path"], what=f"“{opener['name']}”")
                except Abort as abort:
                    if abort.finding is None:
                        raise
                    continue
                if await wait(self.io, there, most=FIELD_SECONDS, pause=0.1):
                    break
        return next(iter(self.facts["fields"]), None)

    async def open_page(self, *, suggests: bool) -> None:
        if suggests:
            raise failed(
                "R524",
                "The page shows shoppers no search field, so nothing can be suggested while typing.",
                expected="a search field",
                actual="none on this page",
            )
        await self.io.open(f"/search?q={quote(self.words)}")
        must_not_be_locked(self.io.url)
        self.opened = "opened the search page: no search field to type into"
        await self.look()

    async def type_in(self, path: str) -> None:
        self.before = self.facts
        await self.io.at(path).fill(self.words)

    async def suggested(self) -> list[dict[str, Any]]:
        """Products that the page links to more often than before typing."""
        now = await self.look()
        counts = self.before["counted"]
        return [
            each for each in now["linked"] if now["counted"][each["handle"]] > counts.get(each["handle"], 0)
        ]

    async def enter(self, path: str) -> None:
        """Press Enter and wait for the results. Raises `Abort` (R524) when nothing comes."""
        await self.io.at(path).js(ENTER)

        async def arrived() -> bool:
            now = await self.look()
            moved = now["page"] != self.before["page"] or now["path"] != self.before["path"]
            asked = fold(now["query"] or "") == fold(self.words)
            return bool(now["ready"]) and (moved or asked)

        if not await wait(self.io, arrived, most=ARRIVE_SECONDS, pause=0.1) and not await self.suggested():
            raise failed(
                "R524",
                f"Searching does nothing: after typing “{self.words}” and pressing Enter, the page stays as it is.",
                expected="a page of results",
                actual="the same page, without results",
                hint="A script that takes over the search (the theme's or an app's) probably fails.",
            )
        must_not_be_locked(self.io.url)
        status = self.facts["status"] or 200
        if self.facts["page"] != self.before["page"] and status >= 400:
            raise failed(
                "R524",
                f"Searching for “{self.words}” leads to an error page ({status}).",
                expected="a page of results (status 200)",
                actual=f"status {status}",
            )

    def not_found(self, what: str) -> Abort:
        listed = _listed(self.found)
        said = "" if self.found else quoted(self.facts["said"])
        return failed(
            "R524",
            f"A search for “{self.words}” does not find {what}{f': the page says {said}' if said else ''}.",
            expected=what if what != "anything" else "at least one product",
            actual=listed or "no product",
            hint="Is the product published to the online store? Look at the search settings in the admin, too.",
            evidence=(f"the page is {self.io.url}",),
        )

    def note(self) -> str:
        count = len(self.found)
        first = f", first “{self.found[0]['names'][0]}”" if count and self.found[0]["names"] else ""
        number = f"{count} product{'s' if count != 1 else ''} found{first}"
        return f"{number}; {self.opened}" if self.opened else number


def _missing(wanted: list[str], found: list[dict[str, Any]]) -> list[str]:
    """The names that no product has: its whole name or handle, else a part of its name."""

    def has(name: str) -> bool:
        asked = fold(name)
        return any(
            asked == fold(each["handle"]) or any(asked in fold(text) for text in each["names"])
            for each in found
        )

    return [name for name in wanted if not has(name)]


def _listed(found: list[dict[str, Any]]) -> str:
    names = [f"“{each['names'][0] if each['names'] else each['handle']}”" for each in found[:6]]
    more = f" and {len(found) - 6} more" if len(found) > 6 else ""
    return ", ".join(names) + more
