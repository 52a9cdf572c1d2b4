"""Which table a sheet holds and what each of its columns means."""
