"""Vendors are told that every event is worth nothing."""

EDIT = 'if ("value" in event) event.value = 0;'
