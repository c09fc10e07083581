from django.urls import path

from contactcenter.workspace import views

urlpatterns = [
    path("", views.workspace, name="workspace"),
    path("notifications/", views.notifications, name="workspace-notifications"),
    path("notifications/read/", views.read_notifications, name="workspace-notifications-read"),
    path("notifications/<int:pk>/read/", views.read_notification, name="workspace-notification-read"),
]
