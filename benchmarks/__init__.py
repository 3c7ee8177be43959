"""The performance bars, one file a bar: what deskterm takes and what a peer takes, measured in one run."""
