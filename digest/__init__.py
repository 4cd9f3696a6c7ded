"""Build newsletter digests: articles in, one finished email per audience segment out."""

__version__ = "0.1.0"
