"""Endpoints of statuses and availability. They parse, authorize, call a service and render."""
