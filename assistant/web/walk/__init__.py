"""The steps of the walk-through, one file each; `assistant/web/screens/walk.py` draws the one the address names."""
