"""The four channels, and how ready an agent is on one. Fixed: contact centers route by them."""

from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

CHANNELS: Final = ("voice", "chat", "email", "social")
CHANNEL_NAMES: Final = {"voice": _("voice"), "chat": _("chat"), "email": _("e-mail"), "social": _("social")}
CHANNEL_CHOICES: Final = [(channel, capfirst(CHANNEL_NAMES[channel])) for channel in CHANNELS]
