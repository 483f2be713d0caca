from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Example, Slug, Unfit, record
from nano_sre.core.forms import Name
from nano_sre.core.inputs import FORMS, InputType, misfit
from nano_sre.core.program import Steps
from nano_sre.core.registry import register


@record(short="default")
class Input:
    """Something a fragment is given by the journey that uses it."""

    type_: Annotated[
        InputType, Doc("What it must be; `element` may be given as `press` and `see` take one.")
    ] = "text"
    one_of: Annotated[tuple[str, ...], Doc("The only values it may have."), Example("[S, M, L]")] = ()
    default: Annotated[
        str | None, Doc("The value when none is given; without it the input must be given.")
    ] = None
    description: Annotated[str | None, Doc("What it is for.")] = None

    def __post_init__(self) -> None:
        if self.one_of and self.type_ != "text":
            raise Unfit(
                "“one_of” lists texts, so “type” says nothing beside it", "type", key=True, hint="take it out"
            )
        if self.default is None:
            return
        if self.one_of and self.default not in self.one_of:
            raise Unfit(f"“{self.default}” is not one of {', '.join(self.one_of)}", "default")
        form = misfit(self.type_, self.default)
        if form is not None:
            raise Unfit(f"“{self.default}” is not {form}", "default")

    @property
    def form(self) -> str:
        """What may be given, in words."""
        return " or ".join(self.one_of) or FORMS.get(self.type_, self.type_)


@register("check", "fragment")
class Fragment:
    """Steps with a name, for journeys to `use`.

    Inputs are written `${inputs.name}` inside the fragment and given by `with`.
    """

    example: ClassVar[str] = """\
version: 1
kind: fragment
id: look-at-product
name: Look at a product
inputs:
  handle: {description: The last part of the product's address}
  patience: {type: duration, default: 5s}
steps:
  - open_product: "${inputs.handle}"
  - expect: {product: in_stock, timeout: "${inputs.patience}"}
"""

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[Slug, Doc("The name that `use` gives.")]
    name: Annotated[Name, Doc("The name people read.")]
    inputs: Annotated[Mapping[str, Input], Doc("What the fragment is given.")] = nothing()
    steps: Annotated[Steps, Doc("The steps.")]
