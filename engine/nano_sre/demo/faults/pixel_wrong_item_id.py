"""Vendors are told the article numbers of an old shop system in place of the products' ids."""

EDIT = """
if (event.items) event.items.forEach(function (each, index) { each.id = "ART-" + (4711 + index); });
"""
