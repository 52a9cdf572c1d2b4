"""Charts as Plotly figures: plain Python, no page."""
