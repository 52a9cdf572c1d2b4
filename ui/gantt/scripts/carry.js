// Where what is carried may go, and from when to when it would be there.

// What is carried: batches, by place, or an operation that is not planned.
function carriedBatches(model, batches) {
  const { may, batches: all, orders } = model.data;
  const sorted = [...batches].sort((a, b) => all.start[a] - all.start[b]);
  const shared = sorted.map((k) => may.sets[may.of[k]]).reduce((a, b) => a.filter((m) => b.includes(m)));
  return {
    batches: new Set(sorted),
    operations: sorted.flatMap((k) => orders.operation.slice(all.first[k], all.first[k + 1])),
    machines: shared,
    family: model.allFamily[all.family[sorted[0]]],
    release: may.release[sorted[0]],
    lasts: (machine) => sorted.reduce((sum, k) => sum + lastsOn(may, k, machine), 0),
    needs: (place) => sorted.map((k) => ofPlace(model.data.supply.of[k], may.sets[may.of[k]].indexOf(shared[place]))),
    counted: (machine) => [lastsOn(may, sorted[0], machine) ?? 0, 1, model.data.upkeepDue.quantity[sorted[0]] ?? 0],
    from: all.machine[sorted[0]],
  };
}

function carriedWaiting(model, item) {
  const waiting = model.data.unplanned.indexOf(item);
  return {
    batches: new Set(),
    operations: [item.operation],
    machines: item.machines,
    family: item.family,
    release: item.release,
    lasts: (machine) => item.lasts[item.machines.indexOf(machine)],
    needs: (place) => [ofPlace(model.data.supply.waiting[waiting], place)],
    counted: (machine) => [
      item.lasts[item.machines.indexOf(machine)] ?? 0, 1, model.data.upkeepDue.waiting[waiting] ?? 0,
    ],
    from: item.machines[0] ?? 0,
  };
}

// What is the same everywhere is one value, else there is one for each place.
function ofPlace(values, place) {
  return typeof values === "number" ? values : values[place];
}

function lastsOn(may, k, machine) {
  return ofPlace(may.lasts[k], may.sets[may.of[k]].indexOf(machine));
}

// The batches of a machine that stay.
function resting(model, carried, machine) {
  return range(model.firstOf[machine], model.firstOf[machine + 1]).filter((k) => !carried.batches.has(k));
}

// The place of what is dropped at `at`: before the first batch whose middle is later.
function placeAt(model, carried, machine, at) {
  const { start, end } = model.data.batches;
  const rest = resting(model, carried, machine);
  const place = rest.findIndex((k) => (start[k] + end[k]) / 2 > at);
  return place < 0 ? rest.length : place;
}

// The batch of the same family that what is carried would join at `at`, or -1.
function joinedAt(model, carried, machine, at) {
  const { start, end, family } = model.data.batches;
  const k = resting(model, carried, machine).find((one) => start[one] <= at && end[one] > at);
  if (k === undefined || model.allFamily[family[k]] !== carried.family) return -1;
  const edge = (end[k] - start[k]) / 4;
  return at > start[k] + edge && at < end[k] - edge ? k : -1;
}

// Return where the carried would stand on a machine: from when to when, and before what.
function standing(model, carried, machine, place) {
  const { data } = model;
  const rest = resting(model, carried, machine);
  const before = place > 0 ? rest[place - 1] : -1;
  const upkeep = upkeepDueAt(model, carried, machine, place);
  const made = before < 0 ? data.setUp.initial[machine] : model.allFamily[data.batches.family[before]];
  const family = upkeep.reduce((set, { setsUp }) => (setsUp >= 0 ? setsUp : set), made);
  const table = data.setUp.minutes[data.setUp.group[machine]];
  const change = table && family >= 0 ? table[family][carried.family] : 0;
  const ended = before < 0 ? Math.max(0, data.now ?? 0) : data.batches.end[before];
  const free = upkeep.reduce((from, { units }) => model.worked(machine, from, 0, units).end, ended);
  const lasts = carried.lasts(machine) ?? 0;
  const from = Math.max(free, carried.release - change);
  const { start, end } = model.worked(machine, from, change, lasts);
  const first = rest[place];
  return {
    machine, place, start, end, change,
    upkeep: upkeep.map(({ name }) => name).join(", "),
    before: first === undefined ? "" : data.orders.operation[data.batches.first[first]],
    isAllowed: carried.machines.includes(machine),
  };
}

// Rows where it may go have a mark, the others are pale.
function allowedRows({ context, model, view, look }, carried) {
  for (let machine = 0; machine < model.data.machines.name.length; machine += 1) {
    const y = yOf(view, machine);
    if (carried.machines.includes(machine)) {
      context.fillStyle = look.accent;
      context.fillRect(view.gutter, y + 2, 4, view.row - 4);
    } else {
      context.fillStyle = look.background;
      context.globalAlpha = 0.65;
      context.fillRect(view.gutter, y, view.width, view.row);
      context.globalAlpha = 1;
    }
  }
}

function ghostBox({ context, model, view, look, state }, target) {
  const { top, height } = bodyOf(view, target.machine);
  if (target.join >= 0) {
    const { start, end } = model.data.batches;
    outlined(context, look.accent, xOf(view, start[target.join]), top, (end[target.join] - start[target.join]) * view.scale, height);
    tag(context, look, view, state, xOf(view, start[target.join]), top, "joins this batch");
    return;
  }
  const [x, width] = [xOf(view, target.start), Math.max(4, (target.end - target.start) * view.scale)];
  const colour = target.isAllowed ? look.accent : look.late;
  context.fillStyle = colour;
  context.globalAlpha = 0.25;
  context.fillRect(x, top, width, height);
  context.globalAlpha = 1;
  outlined(context, colour, x, top, width, height);
  const lack = target.isAllowed ? lacking(model, state.carried, target) : "";
  const kept = target.upkeep ? `behind ${target.upkeep}` : "";
  const begins = [model.clock.moment(target.start), kept, lack].filter(Boolean).join(" · ");
  const told = target.isAllowed ? begins : "may not be made here";
  tag(context, look, view, state, x, top, told);
}

function outlined(context, colour, x, top, width, height) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.strokeRect(x, top, width, height);
  context.setLineDash([]);
}

function tag(context, look, view, state, x, top, text) {
  context.font = `600 11px ${look.font}`;
  const width = textWidth(context, state, text) + 8;
  const left = Math.min(Math.max(x, view.gutter), view.width - width);
  context.fillStyle = look.background;
  context.fillRect(left, top - 15, width, 15);
  context.fillStyle = look.text;
  context.textBaseline = "middle";
  context.fillText(text, left + 4, top - 7);
}

// Where batches stood before the change that is shown: start and end on a machine, one after another.
function formerPlaces({ context, model, view, look }, places) {
  for (let p = 0; p < places.length; p += 3) {
    const [machine, start, end] = places.slice(p, p + 3);
    const { top, height } = bodyOf(view, machine);
    context.strokeStyle = look.text;
    context.lineWidth = 1.5;
    context.setLineDash([3, 3]);
    context.strokeRect(xOf(view, start) + 0.5, top + height + 1, Math.max(2, (end - start) * view.scale), 5);
    context.setLineDash([]);
  }
}
