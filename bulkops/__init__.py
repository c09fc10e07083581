"""Import and export of the configuration objects as CSV and zip files."""
