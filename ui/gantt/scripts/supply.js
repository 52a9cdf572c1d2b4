// A line for each resource under the chart: how much of it is there, and how much is needed.

const SUPPLY_ROW = 40;
const USE = 6; // numbers of one use: batch, machine, start, end, amount, when

// What a resource gives and what is needed of it, as pieces of time in which neither changes.
// Batches in `without` are left out: they are carried elsewhere.
function piecesOf(levels, uses, without) {
  const change = new Map();
  const at = (time) => {
    if (!change.has(time)) change.set(time, { used: 0, there: null });
    return change.get(time);
  };
  for (let u = 0; u < uses.length; u += USE) {
    if (without?.has(uses[u])) continue;
    at(uses[u + 2]).used += uses[u + 4];
    at(uses[u + 3]).used -= uses[u + 4];
  }
  for (let k = 0; k < levels.length; k += 2) at(levels[k]).there = levels[k + 1];
  const times = [...change.keys()].sort((a, b) => a - b);
  let [used, there] = [0, 0];
  const pieces = { time: times, used: [], there: [] };
  for (const time of times) {
    const { used: more, there: now } = change.get(time);
    used += more;
    there = now ?? there;
    pieces.used.push(used);
    pieces.there.push(there);
  }
  return pieces;
}

function supplyOf(model) {
  const { supply } = model.data;
  if (!supply) return null;
  const plain = supply.uses.map((uses, k) => piecesOf(supply.levels[k], uses, null));
  const high = (values) => values.reduce((a, b) => Math.max(a, b), 0);
  const there = plain.map((pieces) => high(pieces.there));
  const most = plain.map((pieces, k) => Math.max(1, there[k], high(pieces.used)));
  // For each batch, which uses are its own.
  const of = new Map();
  supply.uses.forEach((uses, k) => {
    for (let u = 0; u < uses.length; u += USE) {
      if (uses[u] < 0) continue;
      if (!of.has(uses[u])) of.set(uses[u], []);
      of.get(uses[u]).push([k, u]);
    }
  });
  let [carried, carrying] = [null, plain];
  return {
    most, // needed or there
    there,
    of,
    // What is needed by all but what is carried.
    pieces(now) {
      if (!now || !now.batches.size) return plain;
      if (now !== carried) {
        carried = now;
        carrying = supply.uses.map((uses, k) => piecesOf(supply.levels[k], uses, now.batches));
      }
      return carrying;
    },
  };
}

// The place of the last piece that begins at or before `at`, or -1.
function pieceAt({ time }, at) {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] > at) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

// What the carried would use of each resource at its target: start, end and amount. What would stand
// behind it on the same machine gives way, so that what that uses in the same time is taken off.
function usesThere(model, carried, target) {
  const { supply } = model.data;
  const found = supply.name.map(() => []);
  if (!carried || !target || target.join >= 0 || !target.isAllowed) return found;
  const place = carried.machines.indexOf(target.machine);
  for (const set of carried.needs(place)) {
    for (const need of supply.sets[set]) {
      const [resource, during, amount, units] = supply.needs[need];
      const [from, to] = spanOfNeed(supply.during[during], units, target);
      if (to > from) found[resource].push([from, to, amount]);
    }
  }
  for (const batch of resting(model, carried, target.machine).slice(target.place)) {
    const giving = usesOf(model, batch).filter(([, from]) => from < target.end);
    if (!giving.length && model.data.batches.start[batch] >= target.end) break;
    for (const [resource, from, to, amount] of giving) found[resource].push([from, to, -amount]);
  }
  return found;
}

// What a batch uses: resource, start, end and amount.
function usesOf(model, batch) {
  return (model.supply().of.get(batch) ?? []).map(([resource, u]) => {
    const uses = model.data.supply.uses[resource];
    return [resource, uses[u + 2], uses[u + 3], uses[u + 4]];
  });
}

function spanOfNeed(during, units, { start, end, change }) {
  if (during === "changeover") return [start - change, start];
  if (during === "set up") return [start - change, end];
  if (during === "start") return [start, Math.min(end, start + units)];
  if (during === "end") return [Math.max(start, end - units), end];
  if (during === "run") return [start, end];
  return [0, 0];
}

// Where more of a resource is needed than there is of it between two times: from when, by how much.
function firstLack(pieces, extra, from, to) {
  const cuts = extra.flatMap(([start, end]) => [start, end]);
  let k = Math.max(0, pieceAt(pieces, from));
  for (; k < pieces.time.length && pieces.time[k] < to; k += 1) {
    const end = pieces.time[k + 1] ?? Infinity;
    const inner = [pieces.time[k], ...cuts.filter((at) => at > pieces.time[k] && at < end)].sort((a, b) => a - b);
    for (const at of inner) {
      const lack = pieces.used[k] + wantedAt(extra, at) - pieces.there[k];
      if (lack > 0 && at < to) return { at: Math.max(at, from), lack };
    }
  }
  return null;
}

function wantedAt(extra, at) {
  let amount = 0;
  for (const [start, end, more] of extra) if (start <= at && at < end) amount += more;
  return amount;
}

// What would be too little if the carried were dropped at its target, in words; nothing if enough.
function lacking(model, carried, target) {
  const known = model.supply();
  if (!known || !carried || !target) return "";
  const pieces = known.pieces(carried);
  const wanted = usesThere(model, carried, target);
  const told = [];
  wanted.forEach((extra, k) => {
    for (const [from, to, amount] of extra) {
      if (amount < 0) continue;
      const found = firstLack(pieces[k], extra, from, to);
      if (!found) continue;
      told.push(`${model.data.supply.name[k]}: ${found.lack} too few at ${model.clock.moment(found.at)}`);
      return;
    }
  });
  return told.join(", ");
}

function paintSupply(canvas, model, view, look, state) {
  const { supply } = model.data;
  const height = supply.name.length * SUPPLY_ROW + 2;
  const context = sized(canvas, view, height);
  context.fillStyle = look.background;
  context.fillRect(0, 0, view.width, height);
  const known = model.supply();
  const pieces = known.pieces(state.carried);
  const wanted = usesThere(model, state.carried, state.target);
  const picture = { context, model, view, look, state };
  clipped(context, view.gutter, 0, view.width, height, () => {
    supply.name.forEach((_, k) => supplyLine(picture, k, pieces[k], wanted[k], known.most[k]));
  });
  supply.name.forEach((name, k) => supplyName(picture, name, k, known.there[k]));
}

// The name of a resource and the most there is; a long name goes on over the line.
function supplyName({ context, view, look, state }, name, row, most) {
  context.textBaseline = "middle";
  context.font = `11px ${look.font}`;
  const text = shortened(context, state, name, Math.max(view.gutter - 16, view.width / 3));
  const top = row * SUPPLY_ROW + 2;
  context.fillStyle = look.background;
  context.globalAlpha = 0.85;
  context.fillRect(6, top + 1, textWidth(context, state, text) + 4, 14);
  context.globalAlpha = 1;
  context.fillStyle = look.text;
  context.fillText(text, 8, top + 8);
  context.font = `10px ${look.font}`;
  context.fillText(`of ${most.toLocaleString("en")}`, 8, top + 24);
}

// The most that is needed, there and lacking in each pixel; exact, however short a piece is.
function columnsOf(view, pieces, extra) {
  const width = Math.ceil(view.width - view.gutter);
  const made = { used: new Float64Array(width), there: new Float64Array(width), lack: new Float64Array(width) };
  const cuts = [...new Set(extra.flatMap(([start, end]) => [start, end]))].sort((a, b) => a - b);
  for (let k = Math.max(0, pieceAt(pieces, view.from)); k < pieces.time.length; k += 1) {
    if (pieces.time[k] > view.to) break;
    const end = pieces.time[k + 1] ?? Infinity;
    const inner = [pieces.time[k], ...cuts.filter((at) => at > pieces.time[k] && at < end), end];
    for (let p = 0; p + 1 < inner.length; p += 1) {
      const used = pieces.used[k] + wantedAt(extra, inner[p]);
      fillColumns(made, view, width, inner[p], inner[p + 1], used, pieces.there[k]);
    }
  }
  return made;
}

function fillColumns(made, view, width, from, to, used, there) {
  const first = Math.max(0, Math.floor((from - view.from) * view.scale));
  const last = Math.min(width, Math.max(first + 1, Math.ceil((to - view.from) * view.scale)));
  for (let x = first; x < last; x += 1) {
    if (used > made.used[x]) made.used[x] = used;
    if (there > made.there[x]) made.there[x] = there;
    if (used - there > made.lack[x]) made.lack[x] = used - there;
  }
}

function supplyLine({ context, view, look, state }, row, pieces, extra, most) {
  const bottom = (row + 1) * SUPPLY_ROW - 3;
  const unit = (SUPPLY_ROW - 10) / Math.max(most, 1);
  const { used, there, lack } = columnsOf(view, pieces, extra);
  const limit = unit * Math.max(1, most) + 6; // an excess that a drop would make stays in its row
  context.fillStyle = look.text;
  context.globalAlpha = 0.28;
  runsOf(used, (x, end, value) => {
    const tall = Math.min(limit, value * unit);
    context.fillRect(view.gutter + x, bottom - tall, end - x, tall);
  });
  context.globalAlpha = 1;
  runsOf(lack, (x, end, value) => {
    const top = Math.min(limit, used[x] * unit);
    context.fillStyle = look.late;
    context.fillRect(view.gutter + x, bottom - top, Math.max(2, end - x), Math.max(4, Math.min(top, value * unit)));
    lackText(context, look, state, view, x, end, bottom, value);
  });
  context.fillStyle = look.text;
  let before = -1;
  for (let x = 0; x < there.length; x += 1) {
    const y = Math.round(bottom - there[x] * unit);
    context.fillRect(view.gutter + x, y, 1, 1.5);
    if (before >= 0 && before !== y) context.fillRect(view.gutter + x, Math.min(before, y), 1, Math.abs(before - y));
    before = y;
  }
}

function lackText(context, look, state, view, x, end, bottom, lack) {
  context.font = `600 10px ${look.font}`;
  const text = `${lack} too few`;
  const width = textWidth(context, state, text) + 6;
  if (end - x < width) return;
  context.fillStyle = look.background;
  context.fillRect(view.gutter + x + 2, bottom - 14, width, 13);
  context.fillStyle = look.late;
  context.textBaseline = "middle";
  context.fillText(text, view.gutter + x + 5, bottom - 7);
}

// Call `draw` for each run of equal values above 0.
function runsOf(values, draw) {
  let start = 0;
  for (let x = 1; x <= values.length; x += 1) {
    if (x < values.length && values[x] === values[start]) continue;
    if (values[start] > 0) draw(start, x, values[start]);
    start = x;
  }
}

// What is to be told of a resource at a moment: how much is needed and there, and who needs it.
function supplyLines(model, row, at, most) {
  const { supply, machines, batches, families } = model.data;
  const pieces = model.supply().pieces(null)[row];
  const k = pieceAt(pieces, at);
  const [used, there] = k < 0 ? [0, 0] : [pieces.used[k], pieces.there[k]];
  const lines = [
    { text: `${supply.name[row]}: ${used} of ${there} needed`, late: used > there },
    { text: model.clock.moment(Math.max(0, Math.round(at))) },
  ];
  const uses = supply.uses[row];
  let more = 0;
  for (let u = 0; u < uses.length; u += USE) {
    if (uses[u + 2] > at || uses[u + 3] <= at) continue;
    if (lines.length >= most + 2) more += 1;
    else lines.push({ text: userText(uses.slice(u, u + USE)) });
  }
  if (more) lines.push({ text: `and ${more} more` });
  return lines;

  function userText([batch, machine, , , amount, during]) {
    if (supply.during[during] === "upkeep") return `${amount} for ${machines.name[machine]}: upkeep`;
    const what = batch < 0
      ? `${machines.name[machine]}, as it was set up`
      : `${machines.name[machine]}, batch ${batch - model.firstOf[machine] + 1} (${families.name[batches.family[batch]]})`;
    return `${amount} for ${what}: ${supply.during[during]}`;
  }
}

// All resources in one sentence each, for who cannot see the lines.
function supplyText(model) {
  const { supply } = model.data;
  return supply.name.map((name, k) => {
    const { time, used, there } = model.supply().pieces(null)[k];
    const high = used.reduce((a, b) => Math.max(a, b), 0);
    const lack = used.findIndex((amount, place) => amount > there[place]);
    const told = `${name}: at most ${high} of ${there.reduce((a, b) => Math.max(a, b), 0)} needed at once`;
    return lack < 0 ? told : `${told}, too few from ${model.clock.moment(time[lack])}`;
  }).join(". ");
}
