"""What bulk operations show in the console."""

from bulkops import console

console.register()
