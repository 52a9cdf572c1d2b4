"""The dashboard: reads state, asks the planner, shows the answer."""
