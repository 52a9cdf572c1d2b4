"""Batch planner: group orders into batches, sequence changeovers, prove how good the plan is."""
