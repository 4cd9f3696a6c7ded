"""Parsing: bytes to sightings, by format. Pure computing, fit for a worker process."""
