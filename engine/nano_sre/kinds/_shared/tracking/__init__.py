"""Tracking hits and what they mean: vendor files carried out. Pure; whatever somebody sends, nothing here raises."""

from nano_sre.kinds._shared.tracking.decode import Vendors, vendors_for, vendors_with

__all__ = ["Vendors", "vendors_for", "vendors_with"]
