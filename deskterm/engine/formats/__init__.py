"""Foreign files, read and written purely."""
