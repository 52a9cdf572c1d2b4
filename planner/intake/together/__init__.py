"""What several tables together say."""
