"""Which articles, in which order, and why: values in, values out."""
