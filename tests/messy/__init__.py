"""Files as systems and people write them, made by code, and what importing them must give."""
