// What the chart knows about its batches. Batches are sorted by machine and start.

const PINNED = 1;
const LATE = 2;

function modelOf(data) {
  const { batches, machines, families, orders, changeovers } = data;
  const count = batches.start.length;
  const clock = clockOf(data.clock);
  const firstOf = new Array(machines.name.length + 1).fill(count);
  for (let k = count - 1; k >= 0; k -= 1) firstOf[batches.machine[k]] = k;
  for (let m = machines.name.length - 1; m >= 0; m -= 1) {
    if (firstOf[m] === count) firstOf[m] = firstOf[m + 1];
  }
  const before = new Map(changeovers.batch.map((batch, k) => [batch, k]));
  const places = new Map();
  const keyOf = (k) => {
    const machine = batches.machine[k];
    return `${machines.name[machine]}:${k - firstOf[machine] + 1}`;
  };
  for (let k = 0; k < count; k += 1) places.set(keyOf(k), k);

  // Return the first batch of a machine that ends after `at`.
  function endsAfter(machine, at) {
    let low = firstOf[machine];
    let high = firstOf[machine + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (batches.end[middle] > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function orderLine(k) {
    const due = orders.due[k];
    const late = due !== null && orders.end[k] > due;
    const parts = [orders.name[k], orders.label[k]].filter(Boolean);
    if (due !== null) parts.push(`due ${orders.due_text[k]}`);
    if (late) parts.push(`${clock.lasting(orders.end[k] - due)} late`);
    return { text: parts.join(" · "), late };
  }

  // Everything about a batch, line by line.
  function describe(k, most) {
    const machine = batches.machine[k];
    const [start, end] = [batches.start[k], batches.end[k]];
    const first = batches.first[k];
    const size = batches.first[k + 1] - first;
    const lines = [
      { text: `${families.name[batches.family[k]]}: ${keyOf(k).replace(/:(\d+)$/, ", batch $1")}` },
      { text: `${clock.moment(start)} to ${clock.moment(end)} (${clock.lasting(end - start)})` },
    ];
    const change = before.get(k);
    if (change !== undefined) {
      const from = families.all[changeovers.from[change]];
      lines.push({ text: `changeover before: ${changeovers.text[change]} from ${from}` });
    }
    if (batches.load[k]) lines.push({ text: `load: ${batches.load[k]}` });
    if (batches.flags[k] & PINNED) lines.push({ text: "pinned" });
    lines.push({ text: `${size} ${size === 1 ? "order" : "orders"}, ${machines.process[machine]}` });
    for (let o = first; o < first + Math.min(size, most); o += 1) lines.push(orderLine(o));
    if (size > most) lines.push({ text: `and ${size - most} more` });
    return lines;
  }

  function matching(text) {
    const wanted = text.trim().toLowerCase();
    const found = new Map();
    if (!wanted) return found;
    for (let k = 0; k < count; k += 1) {
      for (let o = batches.first[k]; o < batches.first[k + 1]; o += 1) {
        if (orders.name[o].toLowerCase().includes(wanted)) {
          if (!found.has(k)) found.set(k, []);
          found.get(k).push(o);
        }
      }
    }
    return found;
  }

  return { data, clock, count, firstOf, before, places, keyOf, endsAfter, describe, matching };
}
