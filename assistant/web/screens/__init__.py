"""One small file a page."""
