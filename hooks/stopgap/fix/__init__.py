"""The only code that writes a user's files."""
