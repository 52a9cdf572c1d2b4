"""How numbers, dates, times and words are written in cells."""
