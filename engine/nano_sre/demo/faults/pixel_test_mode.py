"""Events are sent as a test that somebody forgot to end."""

EDIT = "event.test = true;"
