"""Tables and enumerations, one subject a file."""
