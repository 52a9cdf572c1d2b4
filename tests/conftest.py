"""Settings of all tests: examples found by Hypothesis do not depend on how busy the machine is."""

from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")
