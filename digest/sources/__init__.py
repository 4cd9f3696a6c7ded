"""Bytes become articles: feeds and archives as they really are, fetched politely and read safely."""
