"""The laboratory: rules tried on the past, the weeks ahead, and what was covered. Values in, values out."""
