"""From arriving orders to batches: release policies, their simulation, and the balance drawn.

Import from the modules: `policies`, `arrivals`, `simulation`, `schedules`, `rolling`, `frontier`.
"""
