"""Inputs of a fragment that are declared as one thing and used as another."""

from __future__ import annotations

import re

from nano_sre.core.diagnostics import Diagnostic, Related, Span
from nano_sre.core.inputs import FORMS
from nano_sre.spec.load import Document, Path_
from nano_sre.spec.paths import name_of

ONLY_AN_INPUT = re.compile(r"\$\{\s*inputs\.([^{}|]*?)\s*\}")


def of_another_type(
    document: Document, text: str, path: Path_, *, form: str, span: Span
) -> Diagnostic | None:
    """`timeout: "${inputs.patience}"`, where the input is a text: how it is declared is to be mended."""
    only = ONLY_AN_INPUT.fullmatch(text)
    declared = document.data.get("inputs")
    needed = next((type_ for type_, known in FORMS.items() if known == form), None)
    if only is None or needed is None or not isinstance(declared, dict) or only[1] not in declared:
        return None
    name = only[1]
    return Diagnostic(
        code="E207",
        message=f"the input “{name}” is a text, and “{name_of(path)}” takes {form}",
        span=document.span(("inputs", name)),
        hint=f"say what it is: “{name}: {{type: {needed}}}”, with its “default:” beside it if it has one",
        related=(Related(message="it is used here", span=span),),
    )
