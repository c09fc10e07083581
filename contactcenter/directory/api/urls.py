from django.urls import URLPattern, path

from contactcenter.directory.api.views import Sound, endpoints_of
from contactcenter.directory.catalog import OBJECT_TYPES, ObjectType


def _addresses(object_type: ObjectType) -> list[URLPattern]:
    slug = object_type.slug
    listing, detail = endpoints_of(object_type)
    return [
        path(f"{slug}/", listing.as_view(), name=f"api-directory-{slug}-list"),
        path(f"{slug}/<int:pk>/", detail.as_view(), name=f"api-directory-{slug}"),
    ]


urlpatterns = [
    *(address for object_type in OBJECT_TYPES for address in _addresses(object_type)),
    path("audio-file/<int:pk>/sound/", Sound.as_view(), name="api-directory-sound"),
]
