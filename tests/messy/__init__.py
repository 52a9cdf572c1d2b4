"""Files as systems and people really write them, made by code; and what importing them must give."""
