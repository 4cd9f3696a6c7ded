"""From bytes to articles: feeds and archives as they are."""
