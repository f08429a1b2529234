"""What README shows that comes from the code."""
