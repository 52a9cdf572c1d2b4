"""Tables as data frames: what pages list, and what they let a user edit."""
