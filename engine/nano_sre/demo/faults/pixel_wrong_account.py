"""Everything is told to the account of an agency that has long gone."""

EDIT = """
var gone = {ga4: "G-AGENCY9999", meta: "9876543210", tiktok: "AGENCYTIKTOKPIXEL999", pinterest: "2699999999999"};
event.accounts = [gone[vendor]];
"""
