"""Settings as the repository's files give them: one reader a kind of file, and what a value is without the value."""
