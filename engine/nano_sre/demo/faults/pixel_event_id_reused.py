"""Every event has the same id, so that vendors take them all for one."""

EDIT = 'event.event_id = "session-4711";'
