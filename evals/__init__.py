"""Suites, measures and reports that drive the assistant from outside."""
