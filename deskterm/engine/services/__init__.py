"""Commands and queries, one subject a file, each beside its handler."""
