"""Requests of our own scripts."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


def is_htmx(request: HttpRequest) -> bool:
    """Tell a script's request from that of a page. Works for errors too that come before any middleware."""
    return bool(HtmxDetails(request))
