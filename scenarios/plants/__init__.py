"""One module per sample plant; each has `files()`, the text of its files by name."""
