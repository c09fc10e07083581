"""Names that several files of the new site share, and how its cells are written."""

from collections.abc import Iterable
from typing import Final

Row = dict[str, str]  # cells by the title of their column; a missing one is blank

ON, OFF = "ON", "OFF"
ZONE: Final = "Europe/Prague"

SITE: Final = "Brno"
BRANCHES: Final = ("Brno-Slatina", "Brno-Líšeň")
SITES: Final = (SITE, *BRANCHES)

# What customers call about: each has teams, skills, queues and numbers of its own.
SERVICES: Final = (
    "Internet",
    "Television",
    "Mobile",
    "Fixed line",
    "Electricity",
    "Gas",
    "Heating",
    "Water",
    "Insurance",
    "Travel",
    "Leasing",
    "Loyalty",
)
CAPACITY_RULES: Final = ("Brno everything", "Brno phone first", "Brno writers", "Brno newcomers", "Brno social desk")
LEVELS: Final = ("junior", "senior", "expert")


def joined(values: Iterable[str]) -> str:
    return "|".join(values)


def at(team: str, site: str) -> str:
    """Name a team whose name other sites have too."""
    return f"{team}: {site}"


def sound(number: int) -> str:
    return f"Brno waiting {number:02d}.wav"
