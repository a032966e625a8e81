"""What is known to go wrong, one module for each part."""
