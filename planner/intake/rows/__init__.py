"""Data rows to canonical rows, once it is known what they mean."""
