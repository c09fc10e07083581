"""What statuses show in the console and in the workspace."""

from statuses import workspace

workspace.register()
