"""Changeovers as a matrix with heat colours."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui.figures.base import drawn, figure

SCALE = "Cividis"  # readable with any colour vision, and in grey
MOST_LABELLED = 16


def changeover_heat(matrix: pd.DataFrame, unit: str) -> go.Figure:
    """Return changeovers from row to column; what is not given stays empty, no is not possible."""
    size = len(matrix)
    made = figure(height=min(760, 140 + 30 * size), x="to", y="from")
    values = matrix.apply(pd.to_numeric, errors="coerce")
    made.add_heatmap(
        z=values.to_numpy().tolist(),
        x=[drawn(str(name)) for name in matrix.columns],
        y=[drawn(str(name)) for name in matrix.index],
        colorscale=SCALE,
        reversescale=True,
        texttemplate="%{z}" if size <= MOST_LABELLED else None,
        hovertemplate="%{y} to %{x}: %{z} " + unit + "<extra></extra>",
        hoverongaps=False,
        colorbar={"title": unit, "thickness": 12},
        xgap=1,
        ygap=1,
    )
    rows, columns = np.nonzero(matrix.map(_is_no).to_numpy())
    if len(rows):
        made.add_scatter(
            x=[drawn(str(matrix.columns[place])) for place in columns.tolist()],
            y=[drawn(str(matrix.index[place])) for place in rows.tolist()],
            mode="text",
            text="no",
            hovertemplate="%{y} to %{x}: not possible<extra></extra>",
        )
    made.update_layout(hovermode="closest")
    made.update_xaxes(type="category", side="top")
    made.update_yaxes(type="category", autorange="reversed")
    return made


def _is_no(cell: object) -> bool:
    return str(cell).strip().lower() == "no"
