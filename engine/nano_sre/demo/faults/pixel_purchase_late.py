"""Orders are told a quarter of a minute after the order confirmation, when most shoppers are gone."""

EDIT = 'if (event.name === "purchase") event.delay = 15000;'
