"""What headings and names of sheets say, in many languages."""
