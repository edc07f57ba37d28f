"""Dockerfiles: their instructions, who builds them from which folder, and what reaches an image."""
