"""The parts of reading a narrative: its sentences, the people in it, and the words each fact may rest on."""
