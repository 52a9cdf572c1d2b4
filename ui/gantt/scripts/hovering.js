// What lies under the pointer, and what is told of it.

function hovering(it) {
  const { root, frame, canvas, tip, supply, view, state } = it;

  function placeOf(event) {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function machineAt(y) {
    const machine = Math.floor((y - AXIS + view.top) / view.row);
    return y < AXIS || machine >= it.model.data.machines.name.length ? -1 : machine;
  }

  function batchAt({ x, y }) {
    const machine = machineAt(y);
    if (machine < 0 || x < view.gutter) return -1;
    const reach = 2 / view.scale; // narrow bars are hit from beside, too
    const k = it.model.endsAfter(machine, it.timeAt(x) - reach);
    const hit = k < it.model.firstOf[machine + 1] && it.model.data.batches.start[k] <= it.timeAt(x) + reach;
    return hit && !state.hidden.has(state.group.of[k]) ? k : -1;
  }

  function upkeepAt({ x, y }) {
    const machine = machineAt(y);
    if (machine < 0 || x < view.gutter) return undefined;
    return it.model.upkeep.between(machine, it.timeAt(x), it.timeAt(x))[0];
  }

  function hover(place) {
    const machine = machineAt(place.y);
    const batch = batchAt(place);
    frame.style.cursor = place.y < AXIS ? "col-resize" : batch >= 0 ? "pointer" : "grab";
    const upkeep = upkeepAt(place);
    if (batch >= 0) showTip(it.model.describe(batch, 8), place);
    else if (upkeep !== undefined) showTip(upkeepLines(it.model, upkeep), place);
    else if (machine >= 0 && place.x < view.gutter) showTip(machineLines(machine), place);
    else tip.hidden = true;
  }

  function machineLines(machine) {
    const { name, process } = it.model.data.machines;
    const count = it.model.firstOf[machine + 1] - it.model.firstOf[machine];
    return [{ text: name[machine] }, { text: process[machine] }, { text: `${count} batches` }];
  }

  // What a resource gives and who needs it, under the pointer or the finger.
  function hoverSupply(event) {
    const box = supply.firstElementChild.getBoundingClientRect();
    const place = { x: event.clientX - box.left, y: event.clientY - box.top };
    const row = Math.min(Math.max(0, Math.floor(place.y / SUPPLY_ROW)), it.model.data.supply.name.length - 1);
    const lines = supplyLines(it.model, row, it.timeAt(Math.max(place.x, view.gutter)), 6);
    const above = supply.offsetTop - frame.offsetTop - supply.scrollTop;
    showTip(lines, { x: place.x, y: above + place.y });
  }
  supply.addEventListener("pointermove", hoverSupply);
  supply.addEventListener("pointerdown", hoverSupply);
  // A finger leaves when it is lifted: what it asked for stays until it points elsewhere.
  supply.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") tip.hidden = true;
  });
  root.addEventListener("pointerdown", (event) => {
    if (!supply.contains(event.target)) tip.hidden = true;
  }, true);

  function showTip(lines, place) {
    tip.replaceChildren(...lines.map(({ text, late }) => {
      const line = document.createElement("div");
      line.textContent = text;
      if (late) line.className = "late";
      return line;
    }));
    tip.hidden = false;
    const top = frame.offsetTop + place.y + 16;
    tip.style.left = `${Math.max(0, Math.min(place.x + 12, view.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${top}px`;
  }

  Object.assign(it, { batchAt, hover, placeOf });
}
