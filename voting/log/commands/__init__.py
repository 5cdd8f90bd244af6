"""What ``python -m voting log`` does, one module for each word after it."""
