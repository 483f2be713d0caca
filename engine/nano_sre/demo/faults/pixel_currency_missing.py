"""Vendors are told amounts without a currency."""

EDIT = "delete event.currency;"
