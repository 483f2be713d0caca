"""Google is told that the shopper refused, although they agreed."""

EDIT = 'event.consent = "denied";'
