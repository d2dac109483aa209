"""Finished values as files a person can keep: text to copy, Word to send on."""
