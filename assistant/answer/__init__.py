"""The Ask flow: screen, question, retrieve, evidence, compose, verify, answer."""
