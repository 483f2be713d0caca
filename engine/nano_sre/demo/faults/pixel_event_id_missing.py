"""Events have no id, so that no vendor can tell them from those that the server sends."""

EDIT = "delete event.event_id;"
