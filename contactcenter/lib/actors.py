"""Who did something."""

from dataclasses import dataclass
from typing import Literal, TypedDict

ActorKind = Literal["user", "client", "sync", "system"]


class ActorPayload(TypedDict):
    kind: str
    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, an API client, a sync connection, or the system itself. The name is kept as it was then."""

    kind: ActorKind
    id: int | None
    name: str

    def payload(self) -> ActorPayload:
        return {"kind": self.kind, "id": self.id, "name": self.name}


SYSTEM = Actor("system", None, "System")
