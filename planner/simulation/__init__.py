"""Release policies on arriving orders: their simulation, and the balance drawn.

Import from the modules: `policies`, `arrivals`, `laboratory`, `schedules`, `rolling`, `frontier`.
"""
