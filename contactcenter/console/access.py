"""Who may look at a page of the console, and who may change what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest


@dataclass(frozen=True)
class Access:
    """Two questions about the signed-in user. Whoever may change something must also be allowed to see it."""

    view: Callable[[Any], bool]
    edit: Callable[[Any], bool]

    def may_view(self, request: HttpRequest) -> bool:
        return self.view(request.user)


class _Person(Protocol):
    def may(self, module: Any, level: Any) -> bool: ...


def _may_see_configuration(user: _Person) -> bool:
    return user.may("provisioning", 1)


def _may_change_configuration(user: _Person) -> bool:
    return user.may("provisioning", 2)


# Pages of the console itself. Modules and levels are the directory's words, and the directory is above.
CONFIGURATION = Access(view=_may_see_configuration, edit=_may_change_configuration)
