"""Vendors are told amounts as a shopper reads them, with a sign, in place of a number."""

EDIT = """
if (typeof event.value === "number")
  event.value = "$" + event.value.toLocaleString("en-US", {minimumFractionDigits: 2});
"""
