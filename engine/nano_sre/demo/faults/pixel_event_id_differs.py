"""Each vendor is told another id of the same event."""

EDIT = 'if (event.event_id) event.event_id = vendor + "-" + event.event_id;'
