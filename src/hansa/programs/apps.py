from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "hansa.programs"
    label = "programs"
