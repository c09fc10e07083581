"""Unified agent statuses: one choice sets availability on all channels."""
