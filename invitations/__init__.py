"""Links an agent hands to a client, and the conversations they open."""
