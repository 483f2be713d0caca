"""Every product that is put in the cart is told twice."""

EDIT = 'if (event.name === "add_to_cart") return [event, event];'
