from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "contactcenter.demo"
    label = "demo"
