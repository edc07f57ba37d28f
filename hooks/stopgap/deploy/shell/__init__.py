"""What a shell script runs: words after quotes, variables, braces and here-documents. Read with tree-sitter's grammar, never run."""
