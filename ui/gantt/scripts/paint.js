// Draws one picture: `view` says which part, `look` which colours, `state` what is marked.

const AXIS = 40;
const CLOSED = 0.13; // how strong closed time is shaded, on light and dark grounds
const SUMMED = 2; // pixels of one bin where batches are summed up

function paint(context, model, view, look, state) {
  const picture = { context, model, view, look, state, drawn: 0, summed: false };
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.fillStyle = look.background;
  context.fillRect(0, 0, view.width, view.height);
  const machines = model.data.machines.name.length;
  const from = Math.max(0, Math.floor(view.top / view.row));
  const to = Math.min(machines, Math.ceil((view.top + view.height - AXIS) / view.row));
  picture.summed = visibleCount(model, view, from, to) > model.data.limit;
  clipped(context, view.gutter, AXIS, view.width, view.height, () => {
    for (let machine = from; machine < to; machine += 1) closedTime(picture, machine);
    gridLines(picture);
    for (let machine = from; machine < to; machine += 1) {
      row(picture, machine);
      upkeepBars(picture, machine);
      // What lasts over closed time rests there: it is paler.
      closedTime(picture, machine, true);
      if (!picture.summed) marks(picture, machine);
    }
    past(picture);
    if (state.carried) allowedRows(picture, state.carried);
    if (!picture.summed) ways(picture);
    if (state.former.length) formerPlaces(picture, state.former);
    if (state.target) ghostBox(picture, state.target);
    nowLine(picture);
  });
  gutter(picture, from, to);
  axis(picture);
  return picture;
}

function clipped(context, left, top, right, bottom, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  draw();
  context.restore();
}

function xOf(view, at) {
  return view.gutter + (at - view.from) * view.scale;
}

function yOf(view, machine) {
  return AXIS + machine * view.row - view.top;
}

function visibleCount(model, view, from, to) {
  let count = 0;
  for (let machine = from; machine < to; machine += 1) {
    const last = Math.min(model.endsAfter(machine, view.to), model.firstOf[machine + 1]);
    count += last - model.endsAfter(machine, view.from);
  }
  return count;
}

function closedTime({ context, model, view, look }, machine, over = false) {
  const { closed, closedOf } = model.data.machines;
  const pairs = closed[closedOf[machine]];
  context.fillStyle = over ? look.background : look.text;
  context.globalAlpha = over ? 0.45 : CLOSED;
  const y = yOf(view, machine);
  for (let k = 0; k < pairs.length; k += 2) {
    if (pairs[k + 1] < view.from) continue;
    if (pairs[k] > view.to) break;
    const x = xOf(view, pairs[k]);
    const width = xOf(view, pairs[k + 1]) - x;
    if (width > 0.4) context.fillRect(x, y, width, view.row);
  }
  context.globalAlpha = 1;
}

function gridLines({ context, model, view, look }) {
  context.strokeStyle = look.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const tick of view.ticks) {
    const x = Math.round(xOf(view, tick.at)) + 0.5;
    context.moveTo(x, AXIS);
    context.lineTo(x, view.height);
  }
  context.stroke();
  context.beginPath();
  const machines = model.data.machines.name.length;
  for (let machine = 1; machine <= machines; machine += 1) {
    const y = Math.round(yOf(view, machine)) + 0.5;
    if (y > AXIS && y < view.height) {
      context.moveTo(view.gutter, y);
      context.lineTo(view.width, y);
    }
  }
  context.stroke();
}

function row(picture, machine) {
  const { model, view } = picture;
  const { start, end } = model.data.batches;
  const first = model.endsAfter(machine, view.from);
  const last = model.firstOf[machine + 1];
  if (picture.summed) {
    summedRow(picture, machine, first, last);
    return;
  }
  for (let k = first; k < last; k += 1) {
    changeover(picture, machine, k);
    if (start[k] > view.to) break;
    bar(picture, machine, k);
    picture.drawn += 1;
  }
}

function boxOf({ model, view }, machine, k) {
  const { start, end } = model.data.batches;
  const width = Math.max(1, (end[k] - start[k]) * view.scale);
  return { x: xOf(view, start[k]), width, ...bodyOf(view, machine) };
}

// Too many to see one by one: each bin shows the longest batch in it.
function summedRow(picture, machine, first, last) {
  const { context, model, view, state } = picture;
  const { start, end, flags } = model.data.batches;
  const { of } = state.group;
  const { top, height } = bodyOf(view, machine);
  let bin = -1;
  let best = -1;
  let late = false;
  const flush = () => {
    if (best < 0) return;
    context.fillStyle = state.fills[of[best]];
    const x = view.gutter + bin * SUMMED;
    const width = Math.max(SUMMED, (end[best] - start[best]) * view.scale);
    context.fillRect(x, top, width, height);
    if (late) {
      context.fillStyle = picture.look.late;
      context.fillRect(x, top - 3, SUMMED, 3);
    }
    picture.drawn += 1;
  };
  for (let k = first; k < last && start[k] <= view.to; k += 1) {
    if (state.hidden.has(of[k])) continue;
    const here = Math.floor(((start[k] - view.from) * view.scale) / SUMMED);
    if (here !== bin) {
      flush();
      bin = here;
      best = -1;
      late = false;
    }
    if (best < 0 || end[k] - start[k] > end[best] - start[best]) best = k;
    late ||= (flags[k] & LATE) > 0;
  }
  flush();
}

function bodyOf(view, machine) {
  const top = yOf(view, machine) + Math.round(view.row * 0.18);
  return { top, height: Math.round(view.row * 0.6) };
}

function faded({ model, state }, k) {
  return fadedBatch(model, state, k);
}

function fadedBatch(model, state, k) {
  if (state.hidden.has(state.group.of[k])) return true;
  if (state.carried?.batches.has(k)) return true;
  if (state.show && !state.show(model, k)) return true;
  if (state.sought) return !state.found.has(k);
  return state.way.size > 0 && !state.way.has(k);
}

function changeover(picture, machine, k) {
  const { context, model, view, look, state } = picture;
  const change = model.before.get(k);
  if (change === undefined) return;
  const parts = model.data.changeovers.parts[change];
  const { top, height } = bodyOf(view, machine);
  context.globalAlpha = faded(picture, k) ? 0.15 : 1;
  // One that pauses over closed time is drawn where it is worked at only.
  for (let p = 0; p < parts.length; p += 2) {
    const x = xOf(view, parts[p]);
    const width = xOf(view, parts[p + 1]) - x;
    if (width < 0.8 || x > view.width || x + width < view.gutter) continue;
    context.fillStyle = look.background;
    context.fillRect(x, top, width, height);
    context.fillStyle = state.hatch;
    context.fillRect(x, top, width, height);
  }
  context.globalAlpha = 1;
}

function bar(picture, machine, k) {
  const { context, model, look, state } = picture;
  const { share } = model.data.batches;
  const box = boxOf(picture, machine, k);
  context.globalAlpha = faded(picture, k) ? 0.15 : 1;
  const fill = state.fills[state.group.of[k]];
  if (share[k] >= 0 && box.width > 4) {
    partlyFilled(picture, k, fill, box);
  } else {
    context.fillStyle = fill;
    context.fillRect(box.x, box.top, box.width, box.height);
  }
  if (box.width > 3) {
    context.strokeStyle = look.text;
    context.lineWidth = 0.8;
    context.strokeRect(box.x + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
  }
  context.globalAlpha = 1;
}

// What is written on the bars and around them.
function marks(picture, machine) {
  const { context, model, view } = picture;
  const { start, flags } = model.data.batches;
  const last = model.firstOf[machine + 1];
  const inside = areInside(picture);
  for (let k = model.endsAfter(machine, view.from); k < last && start[k] <= view.to; k += 1) {
    const box = boxOf(picture, machine, k);
    context.globalAlpha = faded(picture, k) ? 0.15 : 1;
    if (flags[k] & LATE) lateTime(picture, k, box.top);
    if (box.width > 6) dueMark(picture, k, machine);
    const isNamed = inside && ordersInside(picture, k, box);
    if (!isNamed && box.width > 34) label(picture, k, box);
    if (flags[k] & (PINNED | FROZEN)) lock(picture, Math.max(box.x, view.gutter), box.top);
    if (flags[k] & BEGUN) begun(picture, Math.max(box.x, view.gutter), box.top);
    context.globalAlpha = 1;
    foundOrders(picture, k, box.top, box.height);
    outline(picture, k, box);
  }
}

// The solid part of the bar is the load, its full height the capacity.
function partlyFilled({ context, model, view, look }, k, fill, box) {
  const { x, top, width, height } = box;
  const { share } = model.data.batches;
  const profile = model.data.profiles[k];
  context.fillStyle = look.background;
  context.fillRect(x, top, width, height);
  const alpha = context.globalAlpha;
  context.fillStyle = fill;
  context.globalAlpha = alpha * 0.3;
  context.fillRect(x, top, width, height);
  context.globalAlpha = alpha;
  const steps = profile ?? [model.data.batches.start[k], share[k], model.data.batches.end[k], 0];
  for (let p = 0; p + 2 < steps.length; p += 2) {
    const left = Math.max(xOf(view, steps[p]), view.gutter - 1);
    const right = Math.min(xOf(view, steps[p + 2]), view.width + 1);
    const tall = height * Math.min(1, steps[p + 1]);
    if (right > left) context.fillRect(left, top + height - tall, right - left, tall);
  }
}

function lateTime({ context, model, view, look }, k, top) {
  const { orders, batches } = model.data;
  let from = Infinity;
  let to = 0;
  for (let o = batches.first[k]; o < batches.first[k + 1]; o += 1) {
    if (orders.due[o] === null || orders.end[o] <= orders.due[o]) continue;
    from = Math.min(from, Math.max(orders.due[o], batches.start[k]));
    to = Math.max(to, orders.end[o]);
  }
  context.fillStyle = look.late;
  context.fillRect(xOf(view, from), top - 4, Math.max(3, (to - from) * view.scale), 4);
}

// A small flag below the bar where its first order is due.
function dueMark({ context, model, view, look }, k, machine) {
  const { orders, batches } = model.data;
  let due = Infinity;
  let late = false;
  for (let o = batches.first[k]; o < batches.first[k + 1]; o += 1) {
    if (orders.due[o] === null || orders.due[o] > due) continue;
    due = orders.due[o];
    late = orders.end[o] > due;
  }
  if (due === Infinity || due < view.from || due > view.to) return;
  const x = xOf(view, due);
  const y = yOf(view, machine) + view.row - 2;
  const size = Math.min(6, view.row * 0.18);
  context.fillStyle = late ? look.late : look.text;
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x - size * 0.8, y);
  context.lineTo(x + size * 0.8, y);
  context.fill();
}

// A padlock at the upper left corner: it stays where it is.
function lock({ context, look }, x, top) {
  context.fillStyle = look.text;
  context.strokeStyle = look.background;
  context.lineWidth = 3;
  context.strokeRect(x + 2, top - 1, 9, 7);
  context.strokeStyle = look.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x + 6.5, top - 2, 3, Math.PI, 0);
  context.stroke();
  context.fillRect(x + 2, top - 1, 9, 7);
}

// A triangle: it has begun.
function begun({ context, look }, x, top) {
  context.fillStyle = look.background;
  context.fillRect(x + 1, top + 1, 10, 11);
  context.fillStyle = look.text;
  context.beginPath();
  context.moveTo(x + 2, top + 2);
  context.lineTo(x + 10, top + 6.5);
  context.lineTo(x + 2, top + 11);
  context.fill();
}

function foundOrders({ context, model, view, look, state }, k, top, height) {
  const { orders } = model.data;
  const marked = state.sought ? state.found : state.way;
  for (const o of marked.get(k) ?? []) {
    const x = xOf(view, orders.start[o]);
    context.strokeStyle = look.text;
    context.lineWidth = 3;
    context.strokeRect(x, top - 1, Math.max(4, (orders.end[o] - orders.start[o]) * view.scale), height + 2);
  }
}

function label({ context, model, view, look, state }, k, { x, top, width, height }) {
  const { families, batches } = model.data;
  const left = Math.max(x, view.gutter) + 6;
  const room = x + width - left - 4;
  if (room < 26) return;
  context.font = `${height > 16 ? 12 : 10}px ${look.font}`;
  context.textBaseline = "middle";
  const count = batches.first[k + 1] - batches.first[k];
  const family = families.name[batches.family[k]];
  const texts = count > 1 ? [`${family} ×${count}`, family] : [family];
  const text = texts.find((one) => textWidth(context, state, one) <= room)
    ?? shortened(context, state, family, room);
  // On a tag of the family's plain colour it is readable over any pattern, load or closed time.
  const index = state.group.of[k];
  const size = Math.min(height - 4, 18);
  context.fillStyle = state.group.fill[index];
  context.fillRect(left - 3, top + (height - size) / 2, textWidth(context, state, text) + 6, size);
  context.fillStyle = state.group.ink[index];
  context.fillText(text, left, top + height / 2 + 0.5);
}

function textWidth(context, state, text) {
  const key = `${context.font}|${text}`;
  if (!state.widths.has(key)) state.widths.set(key, context.measureText(text).width);
  return state.widths.get(key);
}

function outline({ context, look, state }, k, { x, top, width, height }) {
  if (k !== state.selected && k !== state.cursor && !state.chosen.has(k)) return;
  context.strokeStyle = look.accent;
  context.lineWidth = 3;
  if (k === state.cursor && k !== state.selected && !state.chosen.has(k)) context.setLineDash([5, 3]);
  context.strokeRect(x - 1.5, top - 1.5, width + 3, height + 3);
  context.setLineDash([]);
}

function nowLine({ context, model, view, look }) {
  const now = model.data.now;
  if (now === null || now < view.from || now > view.to) return;
  context.fillStyle = look.accent;
  context.fillRect(xOf(view, now) - 1, AXIS, 2, view.height);
}

// What has been made, as it was: pale bars with a dotted line round them.
function past({ context, model, view, look }) {
  const places = model.data.past;
  context.strokeStyle = look.text;
  context.lineWidth = 1;
  for (let p = 0; p < places.length; p += 3) {
    const [x, end] = [xOf(view, places[p + 1]), xOf(view, places[p + 2])];
    if (end < view.gutter || x > view.width) continue;
    const { top, height } = bodyOf(view, places[p]);
    context.fillStyle = look.text;
    context.globalAlpha = 0.18;
    context.fillRect(x, top, Math.max(1, end - x), height);
    context.globalAlpha = 1;
    context.setLineDash([1, 3]);
    context.strokeRect(x + 0.5, top + 0.5, Math.max(1, end - x - 1), height - 1);
    context.setLineDash([]);
  }
}

function gutter({ context, model, view, look, state }, from, to) {
  context.fillStyle = look.background;
  context.fillRect(0, 0, view.gutter, view.height);
  context.fillStyle = look.text;
  context.textBaseline = "middle";
  context.font = `600 13px ${look.font}`;
  clipped(context, 0, AXIS, view.gutter - 6, view.height, () => {
    for (let machine = from; machine < to; machine += 1) {
      const name = shortened(context, state, model.data.machines.name[machine], view.gutter - 16);
      context.fillStyle = look.text;
      context.fillText(name, 8, yOf(view, machine) + view.row / 2);
    }
  });
  context.fillStyle = look.line;
  context.fillRect(view.gutter - 1, 0, 1, view.height);
}

function shortened(context, state, name, room) {
  if (textWidth(context, state, name) <= room) return name;
  let kept = name.length - 1;
  while (kept > 1 && textWidth(context, state, `${name.slice(0, kept)}…`) > room) kept -= 1;
  return `${name.slice(0, kept)}…`;
}

function axis({ context, model, view, look, state }) {
  const { clock } = model;
  context.fillStyle = look.background;
  context.fillRect(view.gutter, 0, view.width - view.gutter, AXIS);
  context.fillStyle = look.line;
  context.fillRect(0, AXIS - 1, view.width, 1);
  context.textBaseline = "middle";
  clipped(context, view.gutter, 0, view.width, AXIS, () => {
    const hourly = view.ticks.length > 0 && view.ticks[0].step < DAY;
    context.fillStyle = look.text;
    context.font = `12px ${look.font}`;
    for (const tick of view.ticks) {
      const x = xOf(view, tick.at);
      const text = hourly ? clock.time(tick.shown) : clock.day(tick.shown);
      context.fillRect(Math.round(x), AXIS - 6, 1, 6);
      context.fillText(text, x + 4, hourly ? 29 : 22);
    }
    if (hourly) dayNames(context, clock, view, look, state);
  });
}

// The day stands above its first hour, and sticks to the left edge while it lasts.
function dayNames(context, clock, view, look, state) {
  context.font = `600 12px ${look.font}`;
  const days = clock.ticks(view.from - DAY / clock.unit, view.to, (DAY - HOUR) / clock.unit);
  days.forEach((day, k) => {
    const name = clock.day(day.shown);
    const end = k + 1 < days.length ? xOf(view, days[k + 1].at) : view.width;
    const width = textWidth(context, state, name);
    const x = Math.min(Math.max(xOf(view, day.at), view.gutter) + 4, end - width - 8);
    const start = xOf(view, day.at);
    context.fillStyle = look.line;
    if (start > view.gutter) context.fillRect(Math.round(start), 0, 1, AXIS);
    context.fillStyle = look.text;
    if (x + width > view.gutter) context.fillText(name, x, 12);
  });
}
