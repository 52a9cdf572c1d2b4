// What the chart knows about its batches. Batches are sorted by machine and start.

const PINNED = 1;
const LATE = 2;
const BEGUN = 4;
const FROZEN = 8;

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
    for (const u of upkeepBefore(made, k)) {
      const { name, start: from, end: to } = data.upkeeps;
      lines.push({ text: `upkeep before: ${name[u]}, ${clock.lasting(to[u] - from[u])}` });
    }
    if (batches.load[k]) lines.push({ text: `load: ${batches.load[k]}` });
    for (const [flag, text] of [[PINNED, "pinned"], [BEGUN, "begun"], [FROZEN, "frozen"]]) {
      if (batches.flags[k] & flag) lines.push({ text });
    }
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
        const texts = [orders.name[o], orders.customer[o], orders.product[o]];
        if (texts.some((text) => text.toLowerCase().includes(wanted))) put(found, k, o);
      }
    }
    return found;
  }

  function put(found, k, o) {
    if (!found.has(k)) found.set(k, []);
    found.get(k).push(o);
  }

  // All operations of the order that has one at place `o`, by batch; nothing where it has only one.
  function wayOf(o) {
    const found = new Map();
    if (o < 0 || !data.links.length) return found;
    const name = orders.name[o];
    for (let k = 0; k < count; k += 1) {
      for (let p = batches.first[k]; p < batches.first[k + 1]; p += 1) {
        if (orders.name[p] === name) put(found, k, p);
      }
    }
    return found.size > 1 ? found : new Map();
  }

  // The operation of batch `k` that is made at `at`; where all are made at once, only a lone one.
  function orderAt(k, at) {
    const [first, last] = [batches.first[k], batches.first[k + 1]];
    if (last - first === 1) return first;
    const here = range(first, last).filter((o) => orders.start[o] <= at && orders.end[o] > at);
    return here.length === 1 ? here[0] : -1;
  }

  // Time of a machine that is open between two moments; sums up to each closed time are kept.
  const sums = machines.closed.map((pairs) => {
    const sum = [0];
    for (let p = 0; p < pairs.length; p += 2) sum.push(sum[sum.length - 1] + pairs[p + 1] - pairs[p]);
    return sum;
  });
  function closedUntil(list, at) {
    const pairs = machines.closed[list];
    let [low, high] = [0, pairs.length / 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[2 * middle + 1] > at) high = middle;
      else low = middle + 1;
    }
    const begun = low < pairs.length / 2 ? Math.max(0, at - pairs[2 * low]) : 0;
    return sums[list][low] + begun;
  }
  function openBetween(machine, from, to) {
    const list = machines.closedOf[machine];
    return to - from - (closedUntil(list, to) - closedUntil(list, from));
  }

  // From when to when a batch is made that a machine changes over for from `from` on.
  function worked(machine, from, change, lasts) {
    const pairs = machines.closed[machines.closedOf[machine]];
    let p = 0;
    // Return when `units` of work from `at` on are done.
    const after = (at, units) => {
      let [clock, left] = [at, units];
      for (;;) {
        while (p < pairs.length && pairs[p + 1] <= clock) p += 2;
        if (p < pairs.length && pairs[p] <= clock) {
          clock = pairs[p + 1];
          continue;
        }
        const until = p < pairs.length ? pairs[p] : Infinity;
        if (clock + left <= until || until >= 2 ** 39) return [clock, clock + left];
        if (!data.setUp.pausable[machine]) left = units;
        else left -= until - clock;
        clock = until;
      }
    };
    if (!data.setUp.pausable[machine]) {
      const [begin] = after(from, change + lasts);
      return { start: begin + change, end: begin + change + lasts };
    }
    const [, ready] = after(from, change);
    const [, end] = after(ready, lasts);
    p = 0;
    const [start] = after(ready, Math.min(1, lasts));
    return { start, end };
  }

  let [known, supplied] = [null, undefined];
  const made = {
    data, clock, count, firstOf, before, places, keyOf, endsAfter, describe, matching, wayOf, orderAt,
    openBetween, worked,
    allFamily: families.name.map((name) => families.all.indexOf(name)),
    groupings: groupingsOf(data),
    upkeep: upkeepOf(data),
    loads: () => (known ??= loadsOf(made)),
    supply: () => (supplied === undefined ? (supplied = supplyOf(made)) : supplied),
  };
  return made;
}
