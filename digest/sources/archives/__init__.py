"""Archives: what holds many articles at once, read some at a time."""
