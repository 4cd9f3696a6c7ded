"""The pages: a desk for editors, and what subscribers see."""
