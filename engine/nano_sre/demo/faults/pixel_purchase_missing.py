"""Nothing is told of orders."""

EDIT = 'if (event.name === "purchase") return [];'
