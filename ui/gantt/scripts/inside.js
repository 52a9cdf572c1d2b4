// At day zoom the orders stand inside their bar.

const WIDE_ORDER = 40; // pixels of an order's part of a bar in which its name can stand

function areInside({ model, view }) {
  return (view.to - view.from) * model.clock.unit <= 40 * HOUR;
}

// Draw the names of the orders of a bar and say whether there was room for them.
function ordersInside({ context, model, view, look, state }, k, box) {
  const { batches, orders } = model.data;
  const [first, last] = [batches.first[k], batches.first[k + 1]];
  const group = state.group.of[k];
  const inTurn = isInTurn(orders, first, last);
  const parts = inTurn
    ? range(first, last).map((o) => ({ x: xOf(view, orders.start[o]), end: xOf(view, orders.end[o]), text: orders.name[o] }))
    : [{ x: box.x, end: box.x + box.width, text: range(first, last).map((o) => orders.name[o]).join(", ") }];
  if (!parts.some(({ x, end }) => end - x >= WIDE_ORDER)) return false;
  context.font = `${box.height > 16 ? 11 : 10}px ${look.font}`;
  context.textBaseline = "middle";
  const middle = box.top + box.height / 2;
  parts.forEach(({ x, end, text }, place) => {
    if (place) line(context, look.text, x, box.top, box.height);
    const left = Math.max(x, view.gutter) + 4;
    const room = Math.min(end, view.width) - left - 4;
    if (room < 20) return;
    const shown = shortened(context, state, text, room);
    context.fillStyle = state.group.fill[group];
    context.fillRect(left - 2, middle - 8, textWidth(context, state, shown) + 4, 16);
    context.fillStyle = state.group.ink[group];
    context.fillText(shown, left, middle + 0.5);
  });
  return true;
}

function range(from, to) {
  return Array.from({ length: to - from }, (_, k) => from + k);
}

function isInTurn(orders, first, last) {
  for (let o = first + 1; o < last; o += 1) if (orders.start[o] < orders.end[o - 1]) return false;
  return true;
}

function line(context, colour, x, top, height) {
  context.fillStyle = colour;
  context.fillRect(Math.round(x), top, 1, height);
}
