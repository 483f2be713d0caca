"""A purchase is told when checkout begins."""

EDIT = """
if (event.name === "begin_checkout") return [event, Object.assign({}, event, {name: "purchase", transaction_id: "0"})];
"""
