"""Everything is told to a second account, too: an app and the theme both do it."""

EDIT = """
var second = {ga4: "G-SECOND6789", meta: "5555555555", tiktok: "SECONDTIKTOKPIXEL678", pinterest: "2655555555555"};
event.accounts = event.accounts.concat(second[vendor]);
"""
