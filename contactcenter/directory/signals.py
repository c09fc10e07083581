"""What the directory tells the apps above it. Sent inside the service's transaction."""

from django.dispatch import Signal

agents_enabled = Signal()
"""``user_ids``, ``actor``: these users can be given work from now on."""

agent_disabled = Signal()
"""``user``, ``actor``: the user was deactivated or is no longer enabled for the contact center."""

omnichannel_routing_switched_on = Signal()
"""``actor``."""
