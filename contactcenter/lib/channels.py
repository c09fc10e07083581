"""The four channels, and how ready an agent is on one. Fixed: contact centers route by them."""

from typing import Final

CHANNELS: Final = ("voice", "chat", "email", "social")
