"""What is told about incidents, and to whom: wiring of the store, the state machine, diagnosis and the channels."""
