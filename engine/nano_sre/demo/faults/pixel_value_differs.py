"""Vendors are told amounts with a tax added that the cart does not charge."""

EDIT = "if (event.value) event.value = Math.round(event.value * 119) / 100;"
