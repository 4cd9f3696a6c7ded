"""Getting bytes: politely, within limits, and from nowhere that we were not meant to go."""
