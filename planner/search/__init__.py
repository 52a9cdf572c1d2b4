"""The compiled local search, what makes its first schedules, and how its sequences are read.

Import from the modules: `annealing`, `baselines`, `construction`, `cooling`, `decoding`.
"""
