"""What is put in the cart is told five seconds later."""

EDIT = 'if (event.name === "add_to_cart") event.delay = 5000;'
