"""What the directory tells the apps above it. Sent inside the service's transaction."""

from django.dispatch import Signal

agents_enabled = Signal()
"""``user_ids``, ``actor``: these users can be given work from now on."""

agents_changed = Signal()
"""``user_ids``, ``team_ids``: what is shown of these agents changed, or they were deleted; teams before and after."""

agents_disabled = Signal()
"""``user_ids``, ``actor``: the users were deactivated, or are no longer enabled for the contact center."""

agents_held = Signal()
"""``user_ids``: these users, which are locked, are about to be changed in several statements, or deleted. Whoever keeps
something of agents locks it now, in the order of all locks, and not as it comes up."""

agents_used = Signal()
"""``user_ids``: asks which of these agents have done something; receivers return their numbers."""

omnichannel_routing_switched_on = Signal()
"""``actor``."""
