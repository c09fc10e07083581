from django.urls import path

from statuses import views

urlpatterns = [
    path("status/", views.status, name="workspace-status"),
    path("channels/", views.channels, name="workspace-channels"),
    path("channels/<slug:channel>/", views.channel, name="workspace-channel"),
    path("handset/", views.handset, name="workspace-handset"),
    path("day/", views.day, name="workspace-day"),
]
