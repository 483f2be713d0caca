"""The recorded file of a visit: its hits and all that they were judged by, for `nano-sre pixels replay`."""

from __future__ import annotations

from nano_sre.kinds._shared.tracking.recording import Recording, written
from nano_sre.kinds._shared.tracking.seen import seen_of
from nano_sre.runtime.values import Environment
from nano_sre.runtime.watching import Watching

LONGEST = (
    20_000_000  # characters; hits come last in the file, so those of a page that sends for ever are missing
)


def hit_record(watching: Watching, environment: Environment) -> str | None:
    """The text of the file; None when nobody listened to hits. Secrets are still in it."""
    listeners = watching.hit_listeners
    if not listeners:
        return None
    programs = [program for program, _ in listeners]
    recording = Recording(
        seen=seen_of(listeners[0][1], saved=environment.saved),
        target=programs[0].target,
        checks=tuple(dict.fromkeys(program.check_id for program in programs)),
        device=programs[0].device_id or "",
    )
    lines, length = [], 0
    for line in written(recording):
        length += len(line) + 1
        if length > LONGEST:
            break
        lines.append(line)
    return "".join(f"{line}\n" for line in lines)
