"""Learning briefings: a theme's evidence across the library, in seven parts, every statement cited."""
