"""What is kept: tables, their migrations, and the ports upon them."""
