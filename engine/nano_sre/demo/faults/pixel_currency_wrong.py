"""Vendors are told a currency that the store does not sell in."""

EDIT = 'if (event.currency) event.currency = "GBP";'
