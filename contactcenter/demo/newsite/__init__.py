"""A made-up site, Brno, that moves into the company at once: to try bulk operations out on it.

Its files are valid in an empty installation and beside the demo company; ``errors`` plants mistakes in them.
"""

from contactcenter.demo.newsite.bundle import tables, write_bundle
from contactcenter.demo.newsite.mistakes import MISTAKES
from contactcenter.demo.newsite.planting import Planted

__all__ = ["MISTAKES", "Planted", "tables", "write_bundle"]
