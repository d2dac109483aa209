"""Public benchmarks, one adapter a module: each reads a local copy given by path and measures this project's own parts.

The copies are other people's work and are never part of this project. An adapter's `measure` runs the parts that the
assistant itself runs (its rankings, its choice of sentences, its refusals), with nothing fitted to the benchmark.
"""
