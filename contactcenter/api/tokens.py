"""The token endpoint: OAuth2's client-credentials grant, with a bound on guessing."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView

from contactcenter.api.models import ApiClient
from contactcenter.api.throttles import seconds_to_wait


class Validator(OAuth2Validator):
    def _load_application(self, client_id: str | None, request: Any) -> ApiClient | None:
        """Find no client for an id that the database cannot even compare."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)


@method_decorator(csrf_exempt, name="dispatch")  # clients have no cookie to be abused
class Token(TokenView):
    """Checking a secret is slow on purpose, so the requests of one address are counted. Errors are OAuth2's."""

    validator_class = Validator

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        wait = seconds_to_wait(f"token:{address}", settings.TOKEN_REQUESTS_PER_MINUTE)
        if wait is not None:
            body = {"error": "slow_down", "error_description": "Too many token requests from this address."}
            return JsonResponse(body, status=429, headers={"Retry-After": str(int(wait) + 1)})
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
