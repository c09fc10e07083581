"""The directory's pages in the console."""

from contactcenter.directory.admin import company, objects, profiles, users

__all__ = ["company", "objects", "profiles", "users"]
