"""Vendors are not told what an event is worth."""

EDIT = "delete event.value;"
