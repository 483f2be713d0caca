from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from nano_sre.core.check import nothing
from nano_sre.core.fields import Doc, Slug, record
from nano_sre.core.forms import Name
from nano_sre.core.program import Steps
from nano_sre.core.registry import register


@record(short="default")
class Input:
    """Something a fragment is given by the journey that uses it."""

    default: Annotated[
        str | None, Doc("The value when none is given; without it the input must be given.")
    ] = None
    description: Annotated[str | None, Doc("What it is for.")] = None


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
inputs: {handle: {description: The product's handle}}
steps:
  - open_product: "${inputs.handle}"
  - expect: {product: in_stock}
"""

    version: Annotated[Literal[1], Doc("The version of the check language: 1.")]
    id: Annotated[Slug, Doc("The name that `use` gives.")]
    name: Annotated[Name, Doc("The name people read.")]
    inputs: Annotated[Mapping[str, Input], Doc("What the fragment is given.")] = nothing()
    steps: Annotated[Steps, Doc("The steps.")]
