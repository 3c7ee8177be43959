"""The network: what carries messages in and out; no database."""
