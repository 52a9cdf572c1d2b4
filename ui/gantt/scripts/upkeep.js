// Upkeep of machines: bars of their own kind, between the batches.

// Where the upkeep of each machine begins in the lists; it is sorted by machine and start.
function upkeepOf(data) {
  const { machine, end } = data.upkeeps;
  const firstOf = data.machines.name.map((_, row) => machine.findIndex((one) => one === row));
  return {
    count: machine.length,
    // The upkeep of a machine that ends after `from` and begins before `to`, by place.
    between(row, from, to) {
      const found = [];
      for (let k = firstOf[row]; k >= 0 && machine[k] === row && data.upkeeps.start[k] <= to; k += 1) {
        if (end[k] >= from) found.push(k);
      }
      return found;
    },
  };
}

// The upkeep between a batch and the one before it on its machine.
function upkeepBefore(model, k) {
  const { machine, start, end } = model.data.batches;
  const row = machine[k];
  const since = k > model.firstOf[row] ? end[k - 1] : -Infinity;
  return model.upkeep.between(row, since, start[k]).filter((u) => model.data.upkeeps.end[u] <= start[k]
    && model.data.upkeeps.start[u] >= since);
}

// The upkeep that is due before what is carried at a place, by what counts since the last one of its
// kind. What stands elsewhere in the plan although it is not due stays there, as the planner does it.
function upkeepDueAt(model, carried, machine, place) {
  const wanted = model.data.upkeepDue.machines[machine];
  if (!wanted.length) return [];
  const counts = { before: wanted.map((one) => [...one.done]), after: wanted.map((one) => [...one.done]) };
  let passed = 0;
  for (let k = model.firstOf[machine]; k < model.firstOf[machine + 1]; k += 1) {
    const isCarried = carried.batches.has(k);
    if (!isCarried && passed === place) break;
    const names = upkeepBefore(model, k).map((u) => model.data.upkeeps.name[u]);
    const own = countedOf(model, k);
    wanted.forEach((one, i) => {
      const isThere = names.includes(one.name);
      const wasDue = isDue(one, counts.before[i], own);
      counts.before[i] = countedOn(counts.before[i], own, isThere);
      if (isCarried) return;
      const isDone = isDue(one, counts.after[i], own) || (isThere && !wasDue);
      counts.after[i] = countedOn(counts.after[i], own, isDone);
    });
    if (!isCarried) passed += 1;
  }
  const own = carried.counted(machine);
  return wanted.filter((one, i) => isDue(one, counts.after[i], own));
}

function isDue(one, counts, own) {
  return one.most.some((most, kind) => most !== null && counts[kind] + own[kind] > most);
}

function countedOn(counts, own, isDone) {
  return own.map((more, kind) => (isDone ? 0 : counts[kind]) + more);
}

// What a batch adds to running time, batches and quantity where it stands.
function countedOf(model, k) {
  const { batches, may, setUp, upkeepDue } = model.data;
  const row = batches.machine[k];
  const time = setUp.serial[row] ? lastsOn(may, k, row) : model.openBetween(row, batches.start[k], batches.end[k]);
  return [time, 1, upkeepDue.quantity[k] ?? 0];
}

function upkeepLines(model, u) {
  const { name, start, end, machine } = model.data.upkeeps;
  const { clock } = model;
  return [
    { text: `${model.data.machines.name[machine[u]]}: upkeep, ${name[u]}` },
    { text: `${clock.moment(start[u])} to ${clock.moment(end[u])} (${clock.lasting(end[u] - start[u])})` },
  ];
}

// A crossed bar with its name, framed: neither a batch nor a changeover.
function upkeepBars(picture, row) {
  const { context, model, view, look, state } = picture;
  const { start, end, parts, name } = model.data.upkeeps;
  const { top, height } = bodyOf(view, row);
  for (const u of model.upkeep.between(row, view.from, view.to)) {
    for (let p = 0; p < parts[u].length; p += 2) {
      const x = xOf(view, parts[u][p]);
      const width = Math.max(1.5, xOf(view, parts[u][p + 1]) - x);
      context.fillStyle = look.background;
      context.fillRect(x, top, width, height);
      if (width > 4) crossed(context, look, state, x, top, width, height);
      context.strokeStyle = look.text;
      context.lineWidth = 1.5;
      context.strokeRect(x + 0.75, top + 0.75, Math.max(1, width - 1.5), height - 1.5);
    }
    const [left, right] = [Math.max(xOf(view, start[u]), view.gutter) + 4, Math.min(xOf(view, end[u]), view.width)];
    if (right - left < 34) continue;
    context.font = `italic 11px ${look.font}`;
    context.textBaseline = "middle";
    const text = shortened(context, state, name[u], right - left - 8);
    context.fillStyle = look.background;
    context.fillRect(left, top + height / 2 - 8, textWidth(context, state, text) + 4, 16);
    context.fillStyle = look.text;
    context.fillText(text, left + 2, top + height / 2 + 0.5);
  }
}

function crossed(context, look, state, x, top, width, height) {
  context.globalAlpha = 0.55;
  context.fillStyle = state.cross;
  context.fillRect(x, top, width, height);
  context.globalAlpha = 1;
}
