"""Every order is told twice."""

EDIT = 'if (event.name === "purchase") return [event, event];'
