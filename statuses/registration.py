"""What statuses show in the console and in the workspace, and how errors of their drop-in endpoints look."""

from statuses import console, workspace
from statuses.zendesk import errors

console.register()
workspace.register()
errors.register()
