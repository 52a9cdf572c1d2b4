// How much of its open time each machine works, changes over and has upkeep, day by day.

const LOAD_ROW = 18;

// Return days as [start, end) and, for each machine, the share of open time that is used.
function loadsOf(model) {
  const { data, clock } = model;
  const days = [];
  const first = Math.floor(clock.wallAt(0) / DAY) * DAY;
  for (let shown = first; days.length < 1500; shown += DAY) {
    const [from, to] = [Math.max(0, clock.unitAt(shown)), clock.unitAt(shown + DAY)];
    if (from > data.end) break;
    if (to > from) days.push([from, to]);
  }
  const used = data.machines.name.map(() => new Float64Array(days.length));
  const add = (machine, from, to) => {
    let day = dayAt(days, from);
    for (; day < days.length && days[day][0] < to; day += 1) {
      const [start, end] = [Math.max(from, days[day][0]), Math.min(to, days[day][1])];
      used[machine][day] += model.openBetween(machine, start, end);
    }
  };
  const { batches, changeovers } = data;
  for (let k = 0; k < model.count; k += 1) add(batches.machine[k], batches.start[k], batches.end[k]);
  changeovers.batch.forEach((k, place) => {
    const parts = changeovers.parts[place];
    for (let p = 0; p < parts.length; p += 2) add(batches.machine[k], parts[p], parts[p + 1]);
  });
  const { upkeeps } = data;
  upkeeps.machine.forEach((row, u) => add(row, upkeeps.start[u], upkeeps.end[u]));
  const share = used.map((row, machine) => days.map(([from, to], day) => {
    const open = model.openBetween(machine, from, to);
    return open > 0 ? Math.min(1, row[day] / open) : null;
  }));
  return { days, share };
}

function dayAt(days, at) {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle][1] > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function paintLoads(canvas, model, view, look, state) {
  const names = model.data.machines.name;
  const height = names.length * LOAD_ROW + 2;
  const context = sized(canvas, view, height);
  context.fillStyle = look.background;
  context.fillRect(0, 0, view.width, height);
  const { days, share } = model.loads();
  clipped(context, view.gutter, 0, view.width, height, () => {
    for (let day = dayAt(days, view.from); day < days.length && days[day][0] < view.to; day += 1) {
      const [x, end] = days[day].map((at) => xOf(view, at));
      for (let machine = 0; machine < names.length; machine += 1) {
        loadCell(context, look, x, end, machine, share[machine][day]);
      }
    }
  });
  context.textBaseline = "middle";
  context.font = `11px ${look.font}`;
  context.fillStyle = look.text;
  names.forEach((name, machine) => {
    const text = shortened(context, state, name, view.gutter - 16);
    context.fillText(text, 8, machine * LOAD_ROW + LOAD_ROW / 2);
  });
}

function loadCell(context, look, x, end, machine, share) {
  if (share === null) return;
  const top = machine * LOAD_ROW + 1;
  const tall = Math.round((LOAD_ROW - 2) * share);
  context.fillStyle = share > 0.9 ? look.accent : look.text;
  context.globalAlpha = share > 0.9 ? 0.45 : 0.22;
  context.fillRect(x + 0.5, top + LOAD_ROW - 2 - tall, Math.max(1, end - x - 1), tall);
  context.globalAlpha = 1;
  if (end - x < 36) return;
  context.fillStyle = look.text;
  context.font = `10px ${look.font}`;
  context.textBaseline = "middle";
  context.fillText(`${Math.round(share * 100)} %`, x + 4, top + (LOAD_ROW - 2) / 2 + 1);
}

function sized(canvas, view, height) {
  canvas.style.height = `${height}px`;
  canvas.width = Math.max(1, Math.round(view.width * view.ratio));
  canvas.height = Math.round(height * view.ratio);
  const context = canvas.getContext("2d");
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  return context;
}
