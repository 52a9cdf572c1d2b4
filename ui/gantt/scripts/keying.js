// What keys do, and what is selected by them or by a click.

function keying(it) {
  const { frame, tip, find, spoken, view, state, root } = it;

  function choose(batch) {
    if (batch < 0) return;
    if (!state.chosen.size && state.selected >= 0) state.chosen.add(state.selected);
    if (!state.chosen.delete(batch)) state.chosen.add(batch);
    state.cursor = batch;
    it.tellChosen();
  }

  function select(batch, order = -1) {
    tip.hidden = true;
    state.cursor = batch;
    state.chosen = new Set();
    state.way = it.model.wayOf(order);
    const key = batch < 0 ? null : it.model.keyOf(batch);
    const was = state.selected;
    state.selected = batch;
    it.draw();
    if (was !== batch) it.send.select(key);
  }

  function goTo(batch) {
    if (batch < 0) return;
    state.cursor = batch;
    const { machine, start, end } = it.model.data.batches;
    intoView(start[batch], end[batch], machine[batch]);
    spoken.textContent = it.model.describe(batch, 4).map((line) => line.text).join(". ");
    it.draw();
  }

  function intoView(start, end, machine) {
    const span = view.to - view.from;
    if (end < view.from || start > view.to) it.zoomTo(start - span / 4, start + (span * 3) / 4);
    const y = machine * view.row;
    if (y < frame.scrollTop) frame.scrollTop = y;
    const below = y + view.row - (view.height - AXIS);
    if (below > frame.scrollTop) frame.scrollTop = below;
  }

  // Return the nearest batch of the next machine that has any, above or below.
  function vertical(step) {
    const { machine, start } = it.model.data.batches;
    const machines = it.model.data.machines.name.length;
    let row = machine[state.cursor] + step;
    while (row >= 0 && row < machines && it.model.firstOf[row] === it.model.firstOf[row + 1]) row += step;
    if (row < 0 || row >= machines) return state.cursor;
    return Math.min(it.model.endsAfter(row, start[state.cursor]), it.model.firstOf[row + 1] - 1);
  }

  const keys = {
    ArrowRight: () => goTo(Math.min(state.cursor + 1, it.model.count - 1)),
    ArrowLeft: () => goTo(Math.max(state.cursor - 1, 0)),
    ArrowDown: () => goTo(vertical(1)),
    ArrowUp: () => goTo(vertical(-1)),
    Home: () => goTo(0),
    End: () => goTo(it.model.count - 1),
    Enter: () => (state.carried ? it.drop() : selectAtCursor()),
    " ": () => (state.carried ? it.drop() : selectAtCursor()),
    Escape: escape,
    ContextMenu: it.openMenuByKey,
    "+": () => it.zoomBy(0.6),
    "=": () => it.zoomBy(0.6),
    "-": () => it.zoomBy(1 / 0.6),
    0: () => it.zooms.all(),
  };
  function selectAtCursor() {
    const batch = state.cursor;
    if (batch < 0) return;
    const { first } = it.model.data.batches;
    select(batch, first[batch + 1] - first[batch] === 1 ? first[batch] : -1);
  }

  // Escape lets go of what is carried, or else takes back what is not kept, or else of the selection.
  function escape() {
    if (state.carried) it.letGo();
    else if (it.model.data.said?.escape) it.send.ask({ what: it.model.data.said.escape });
    else select(-1);
  }

  function commanded(event) {
    const key = event.key.toLowerCase();
    const keeps = key === "enter" && it.model.data.said?.escape;
    if (keeps) it.send.ask({ what: "keep" });
    const redoes = key === "y" || (key === "z" && event.shiftKey);
    if (!redoes && key !== "z") return;
    event.preventDefault();
    it.send.ask({ what: redoes ? "redo" : "undo" });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target === frame || event.target === find) return;
    if (state.carried || it.model.data.said?.escape) escape();
  });
  frame.addEventListener("keydown", (event) => {
    if (it.isByHand() && (event.ctrlKey || event.metaKey)) commanded(event);
    if (it.isByHand() && event.altKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      it.carryByKeys(event.key);
      return;
    }
    if (event.key === "F10" && event.shiftKey) {
      event.preventDefault();
      it.openMenuByKey();
      return;
    }
    const act = keys[event.key];
    if (!act || !it.model.count || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const begins = state.cursor < 0 && event.key.startsWith("Arrow");
    if (begins) goTo(Math.max(0, state.selected));
    else act();
  });

  Object.assign(it, { choose, goTo, intoView, select });
}
