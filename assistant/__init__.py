"""Answers with located quotes, and the screens that draw them."""
