"""Who may look at a page of the console, and who may change what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]


@dataclass(frozen=True)
class Access:
    """Two questions about the signed-in user. Whoever may change something must also be allowed to see it."""

    view: Callable[[Any], bool]
    edit: Callable[[Any], bool]

    def may_view(self, request: HttpRequest) -> bool:
        return self.view(request.user)


def open_to(allowed: Callable[[Any], bool]) -> Callable[[View[P, R]], View[P, R]]:
    """Refuse everybody whose profile does not allow the page."""

    def decorate(view: View[P, R]) -> View[P, R]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not allowed(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast("View[P, R]", guarded)

    return decorate


class _Person(Protocol):
    def may(self, module: Any, level: Any) -> bool: ...


def _may_see_configuration(user: _Person) -> bool:
    return user.may("provisioning", 1)


def _may_change_configuration(user: _Person) -> bool:
    return user.may("provisioning", 2)


# Pages of the console itself. Modules and levels are the directory's words, and the directory is above.
CONFIGURATION = Access(view=_may_see_configuration, edit=_may_change_configuration)
