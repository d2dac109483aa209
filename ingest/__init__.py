"""Publications become passages with pinpoints: sources, readers, passages, encoder, index, pipeline."""
