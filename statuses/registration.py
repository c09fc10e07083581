"""What statuses show in the console and in the workspace."""

from statuses import console, workspace

console.register()
workspace.register()
