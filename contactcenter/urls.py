"""Addresses of the product."""

from django.contrib import admin
from django.urls import include, path

from contactcenter import health
from contactcenter.api.docs import Docs, Document
from contactcenter.api.tokens import Token
from contactcenter.directory.api.company import Company

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("console/", admin.site.urls),
    path("workspace/", include("contactcenter.workspace.urls")),
    path("workspace/", include("statuses.urls")),
    path("oauth/token/", Token.as_view(), name="token"),
    path("api/v1/schema/", Document.as_view(), name="schema"),
    path("api/v1/docs/", Docs.as_view(), name="docs"),
    path("api/v1/", include("statuses.api_urls")),
    path("api/v1/", include("bulkops.api_urls")),
    path("api/v1/settings/", Company.as_view(), name="api-settings"),
    path("api/v1/directory/", include("contactcenter.directory.api.urls")),
    path("api/v2/", include("statuses.zendesk.urls")),
    path("", include("contactcenter.directory.urls")),
]

handler400 = "contactcenter.api.handlers.bad_request"
handler403 = "contactcenter.api.handlers.permission_denied"
handler404 = "contactcenter.api.handlers.not_found"
handler500 = "contactcenter.api.handlers.server_error"
