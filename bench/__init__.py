"""Measurements: each ratio is taken in one run."""
