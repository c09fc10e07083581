"""Reading what people upload, and writing what they download. Nothing here knows of the database."""
