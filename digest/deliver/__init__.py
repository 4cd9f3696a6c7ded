"""One email each, written down first."""
