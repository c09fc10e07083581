"""How often a caller may call."""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from contactcenter.api.principals import ClientPrincipal

if TYPE_CHECKING:
    from rest_framework.views import APIView  # DRF reads this module while it defines the class

WINDOW = 60  # seconds


def seconds_to_wait(caller: str, limit: int) -> float | None:
    """Count one request of the caller in this minute; once over the limit, return when the next begins.

    DRF's own throttles keep the time of every request of the window in the cache, which at thousands a minute
    costs more than the requests; one counter does.
    """
    key, left = _counter(caller)
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache dropped the counter between the two calls
        return None
    return left if count > limit else None


def seconds_locked(caller: str, limit: int) -> float | None:
    """Return when the next minute begins if this one's requests are used up, without counting another."""
    key, left = _counter(caller)
    return left if cache.get(key, 0) >= limit else None


def _counter(caller: str) -> tuple[str, float]:
    """Name the counter of this minute, and say how much of the minute is left."""
    now = time.time()
    window = int(now // WINDOW)
    return f"throttle:{caller}:{window}", (window + 1) * WINDOW - now


class PrincipalThrottle(BaseThrottle):
    """Counts the requests of a client, a user or an address in each minute."""

    retry_after: float | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self.retry_after = seconds_to_wait(*self._caller(request))
        return self.retry_after is None

    def wait(self) -> float | None:
        return self.retry_after

    def _caller(self, request: Request) -> tuple[str, int]:
        principal = request.user
        default: int = settings.API_THROTTLE_PER_MINUTE
        if isinstance(principal, ClientPrincipal):
            return f"client:{principal.client_pk}", principal.requests_per_minute or default
        if principal.is_authenticated:
            return f"user:{principal.pk}", default
        return f"address:{self.get_ident(request)}", default
