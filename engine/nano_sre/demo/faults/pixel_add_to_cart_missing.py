"""Nothing is told when something is put in the cart."""

EDIT = 'if (event.name === "add_to_cart") return [];'
