"""Whoever makes a request: a signed-in user, or an API client in its own name."""

from dataclasses import dataclass
from typing import Literal

from contactcenter.lib.actors import Actor


@dataclass(frozen=True)
class ClientPrincipal:
    """Stands where Django expects a user, for requests made with a client's token."""

    client_pk: int
    name: str
    scopes: frozenset[str]
    requests_per_minute: int | None = None
    is_authenticated: Literal[True] = True
    is_active: Literal[True] = True
    is_anonymous: Literal[False] = False
    pk: None = None

    @property
    def actor(self) -> Actor:
        return Actor("client", self.client_pk, self.name)

    def __str__(self) -> str:
        return self.name
