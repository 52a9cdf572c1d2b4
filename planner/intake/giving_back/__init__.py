"""The uploaded orders, given back with the plan in them."""
