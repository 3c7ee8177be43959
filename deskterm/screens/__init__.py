"""One screen a file; a screen is handed a Seat and knows nothing below services and door."""
