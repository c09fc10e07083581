"""The product's settings, with the views it is measured against beside its own."""

from contactcenter.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
API_THROTTLE_PER_MINUTE = 1_000_000_000
