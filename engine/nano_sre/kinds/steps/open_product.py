from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar
from urllib.parse import unquote, urlsplit

from nano_sre.core.fields import Doc, Duration, Example, Text, Unfit
from nano_sre.core.ports import Abort, Browser, failed
from nano_sre.core.registry import register
from nano_sre.kinds._shared.parts import GOING, wait
from nano_sre.kinds._shared.theme import ask, must_not_be_locked, no_product_form

FORM_SECONDS = 5.0


@register("step", "open_product", short="handle")
class OpenProduct:
    """Opens a product's page and checks that it is one: of this product, with a form that puts it into the cart."""

    asserts: ClassVar[bool] = True
    patience: ClassVar[Duration] = GOING
    example: ClassVar[str] = "- open_product: complete-snowboard"

    handle: Annotated[
        Text, Doc("The product's handle: the last part of its address."), Example("complete-snowboard")
    ]

    def __post_init__(self) -> None:
        if isinstance(self.handle, str) and re.search(r"\S\s+\S", self.handle):
            handle = "-".join(re.findall(r"\w+", self.handle.lower()))
            raise Unfit(
                f"“{self.handle}” is a name, and not the handle of a product",
                "handle",
                suggestion=handle,
                hint=f"the handle is the last part of the address of its page: probably “{handle}”",
            )

    def title(self) -> str:
        return f"Open the product page of {self.handle}"

    async def run(self, io: Browser) -> None:
        handle = str(io.value(self.handle)).strip("/").removeprefix("products/")
        path = f"/products/{handle}"
        try:
            await io.open(path)
        except Abort as abort:
            raise _not_there(abort, path) from None
        must_not_be_locked(io.url)
        facts = await _facts_with_form(io)
        if unquote(facts["handle"] or "").casefold() != unquote(handle.partition("?")[0]).casefold():
            raise failed(
                "R507",
                f"The product page {path} leads elsewhere: shoppers end up at {urlsplit(io.url).path}.",
                expected=path,
                actual=urlsplit(io.url).path,
                hint="The product may be unpublished, or a redirect may point away from it.",
            )
        if not facts["form"]:
            raise no_product_form(facts)
        io.memory["product"] = {"handle": facts["handle"], "title": facts["title"]}


async def _facts_with_form(io: Browser) -> dict[str, Any]:
    facts: dict[str, Any] = {}

    async def there() -> bool:
        facts.update(await ask(io, "product"))
        return bool(facts["form"])

    await wait(io, there, most=FORM_SECONDS, pause=0.1)
    return facts


def _said_of_it(summary: str) -> str:
    """What is said of a page, without its address: the sentence begins with that already."""
    said = summary.rstrip(".")
    if said.startswith("/"):  # “/products/x does not load: …”
        return said.partition(" ")[2]
    said = re.sub(r"^The store answers \S+ with", "the store answers with", said)
    return f"does not open: {said}"


def _not_there(abort: Abort, path: str) -> Abort:
    finding = abort.finding
    if finding is None or finding.code != "R507":
        return abort
    what = f"The product page {path}"
    summary = (
        f"{what} does not exist (404)."
        if finding.actual == "404"
        else f"{what} {_said_of_it(finding.summary)}."
    )
    hint = (
        "The product may be unpublished, deleted, or have another handle now."
        if finding.actual == "404"
        else finding.hint
    )
    return failed(
        "R507",
        summary,
        expected=finding.expected or "a product page",
        actual=finding.actual,
        hint=hint,
        evidence=finding.evidence,
    )
