"""How the OpenAPI document describes what every endpoint shares."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from contactcenter.api.scopes import SCOPES

PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "code": serializers.CharField(),
        "errors": inline_serializer(
            "ProblemField",
            {
                "field": serializers.CharField(allow_blank=True),
                "code": serializers.CharField(),
                "detail": serializers.CharField(),
            },
            many=True,
        ),
    },
)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "contactcenter.api.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        scopes = {scope: str(text) for scope, text in SCOPES.items()}
        return {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": scopes}},
        }


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "contactcenter.api.authentication.ApiTokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "basic", "description": "User name `<e-mail>/token`, password an API token."}


class ApiSchema(AutoSchema):
    """Adds the problem answers to every operation and names the scope that it needs."""

    error: Any = PROBLEM
    error_media_type = "application/problem+json"
    further_security: tuple[dict[str, list[str]], ...] = ()
    error_statuses: tuple[str, ...] = ("400", "401", "403", "404", "405", "409", "412", "413", "415", "429")

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        component = self.resolve_serializer(self.error, "response")
        answer = {"content": {self.error_media_type: {"schema": component.ref}}}
        for status in self.error_statuses:
            operation["responses"].setdefault(status, {"description": "Problem", **answer})
        rule = getattr(self.view, "access", {}).get(self.method)
        if rule is not None:
            operation["security"] = [{"oauth2": [rule.scope]}, {"cookieAuth": []}, *self.further_security]
        return operation
