"""Files as bytes to sheets of cells, within limits."""
