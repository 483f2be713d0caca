"""Vendors are told of sales without the products."""

EDIT = "if (event.items) event.items = [];"
