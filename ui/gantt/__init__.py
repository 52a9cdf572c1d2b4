"""The Gantt chart: what it shows is plain Python, how it is drawn plain JavaScript."""
