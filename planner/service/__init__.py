"""The live release service: takes orders over HTTP and releases them in batches.

Import from the modules: `app`, `live_policies`, `stored`.
"""
