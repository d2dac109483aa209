"""One reader per file format; each returns the same document value."""
