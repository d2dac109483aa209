"""Nothing of a benchmark is in this repository: tests of adapters write a few cases of their own in its format."""
