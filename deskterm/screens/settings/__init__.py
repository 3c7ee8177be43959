"""The room of the settings."""
