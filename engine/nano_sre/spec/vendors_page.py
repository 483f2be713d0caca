"""docs/vendors.md: the tracking vendors that are built in, and the language of vendor files."""

from __future__ import annotations

from collections.abc import Iterator

from nano_sre.core import registry
from nano_sre.core.hits import CANONICAL_EVENTS
from nano_sre.core.source import FUNCTIONS, ROOTS
from nano_sre.core.vendor import Vendor
from nano_sre.spec.reference import GENERATED, cell

INTRO = f"""# Tracking vendors

{GENERATED}

What is known of each vendor's pixel: which requests are hits, what they tell, and what an event has to hold. Each is
a file in `engine/nano_sre/kinds/vendors/`; a `kind: vendor` document beside your checks, above them or in a folder
`vendors` there describes another one ([checks.md](checks.md#kind-vendor)), or takes the place of a built-in one by its
`id`. `nano-sre pixels test FILE` tries its examples, `nano-sre pixels decode` reads any hit.
"""
SOURCES = """## Source expressions

A vendor file says where in a hit a value stands: `query.tid`, `body.items[0].id`, `any["cd[value]"]`. A list of them is
tried in order, and the first that is there counts. A name on a list stands for that of each of its items. Names with
other signs than letters, digits, `_`, `-` and `$` go into brackets and quotes, and such a source onto a line of its
own, since YAML reads brackets of its own inside `[…]` and `{…}`.
"""


def built_in() -> list[Vendor]:
    """Every built-in vendor, by its word."""
    return [registry.kind("vendor", name).cls.described for name in registry.names("vendor")]


def vendors_page() -> str:
    """Every vendor with its events, then the language."""
    vendors = built_in()
    lines = [INTRO, "| our event |" + "".join(f" {v.id} |" for v in vendors if v.names)]
    lines.append("|---|" + "---|" * sum(1 for v in vendors if v.names))
    for event in CANONICAL_EVENTS:
        words = [", ".join(f"`{w}`" for w in v.wire_names(event)) or "-" for v in vendors if v.names]
        lines.append(f"| `{event}` | {' | '.join(words)} |")
    lines.append("")
    for vendor in vendors:
        lines += _vendor(vendor)
    lines += [SOURCES, "| begins with | is |", "|---|---|"]
    lines += [f"| `{name}` | {cell(words)} |" for name, words in ROOTS.items()]
    lines += ["", "| function | gives |", "|---|---|"]
    lines += [f"| `{name}(…)` | {cell(words)} |" for name, (_, _, words) in FUNCTIONS.items()]
    return "\n".join(lines) + "\n"


def _vendor(vendor: Vendor) -> Iterator[str]:
    yield f"## {vendor.name}"
    yield ""
    yield f"In checks: `{vendor.id}`. " + " ".join(_sentences(vendor))
    yield ""
    if vendor.required:
        yield "| event | has to hold |"
        yield "|---|---|"
        for event, facts in vendor.required.items():
            yield f"| `{event}` | {', '.join(f'`{fact}`' for fact in facts)} |"
        yield ""


def _sentences(vendor: Vendor) -> Iterator[str]:
    if not vendor.event:
        yield "Its hits are kept from it, and not read."
    if vendor.shape:
        yield "Known by the shape of its hits on any other host, too."
    if vendor.dedupe:
        within = f" within {vendor.dedupe.within}" if vendor.dedupe.within else ""
        yield f"Events of one name with the same {' or '.join(vendor.dedupe.by)}{within} count once."
    if vendor.quirks and vendor.quirks.known_shoppers_only:
        yield "Sends nothing of shoppers whom it does not know."
    if vendor.quirks and vendor.quirks.from_server:
        yield f"Gets {', '.join(vendor.quirks.from_server)} from the store's server."
    yield from (f"<{link}>" for link in vendor.docs)
