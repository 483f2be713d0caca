"""Orders are told without their number."""

EDIT = "delete event.transaction_id;"
