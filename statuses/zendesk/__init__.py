"""Drop-in endpoints: programs written for Zendesk's agent availability APIs work by changing their base URL."""
