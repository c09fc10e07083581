"""Who may call what. An endpoint that declares nothing is closed to everybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from contactcenter.api.principals import ClientPrincipal

if TYPE_CHECKING:
    from rest_framework.views import APIView  # DRF reads this module while it defines the class


@dataclass(frozen=True)
class Rule:
    """``scope`` is what an API client needs, ``user`` decides for a signed-in user."""

    scope: str
    user: Callable[[Any], bool]


class ScopeOrRole(BasePermission):
    """Reads ``access = {"GET": Rule(...), ...}`` of the view; a method without a rule is refused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        principal = request.user
        if not principal.is_authenticated:
            raise NotAuthenticated
        rules: Mapping[str, Rule] = getattr(view, "access", {})
        method = str(request.method)
        if method not in view.allowed_methods:
            raise MethodNotAllowed(method)
        rule = rules.get("GET" if method == "HEAD" else method)
        if rule is None:
            return False
        if isinstance(principal, ClientPrincipal):
            if rule.scope not in principal.scopes:
                raise PermissionDenied(f"This needs a token with the scope “{rule.scope}”.")
            return True
        return rule.user(principal)
