// Lines that join the operations of an order, from stage to stage: of those that are looked for,
// or else of the one that is selected.

function ways(picture) {
  const { context, model, view, look, state } = picture;
  const links = model.data.links;
  const marked = state.found.size ? state.found : state.way;
  if (links.length === 0 || marked.size === 0) return;
  const { orders, batches } = model.data;
  const batchOf = batchesOf(marked);
  context.strokeStyle = look.accent;
  context.fillStyle = look.accent;
  context.lineWidth = 2;
  const middle = (batch) => yOf(view, batches.machine[batch]) + view.row * 0.48;
  for (let k = 0; k < links.length; k += 2) {
    const [one, next] = [links[k], links[k + 1]];
    if (!batchOf.has(one) || !batchOf.has(next)) continue;
    const from = [xOf(view, orders.end[one]), middle(batchOf.get(one))];
    arrow(context, from, [xOf(view, orders.start[next]), middle(batchOf.get(next))]);
  }
  lots(picture, batchOf);
}

function arrow(context, [x, y], [toX, toY]) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
  const turn = Math.atan2(toY - y, toX - x);
  context.beginPath();
  context.moveTo(toX, toY);
  for (const side of [-0.45, 0.45]) {
    context.lineTo(toX - 9 * Math.cos(turn + side), toY - 9 * Math.sin(turn + side));
  }
  context.fill();
}

// Each lot of the order has its number on it.
function lots({ context, model, view, look, state }, batchOf) {
  const { orders, batches } = model.data;
  context.font = `600 10px ${look.font}`;
  context.textBaseline = "middle";
  for (const [order, batch] of batchOf) {
    if (!orders.lot[order]) continue;
    const text = `lot ${orders.lot[order]}`;
    const x = Math.max(xOf(view, orders.start[order]), view.gutter);
    const y = yOf(view, batches.machine[batch]) + view.row * 0.78 + 3;
    context.fillStyle = look.background;
    context.fillRect(x, y - 6, textWidth(context, state, text) + 6, 12);
    context.fillStyle = look.text;
    context.fillText(text, x + 3, y);
  }
}

function batchesOf(found) {
  const batchOf = new Map();
  for (const [batch, orders] of found) for (const order of orders) batchOf.set(order, batch);
  return batchOf;
}
