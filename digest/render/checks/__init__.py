"""The lint: each file one kind of rule, asked of a finished edition."""
