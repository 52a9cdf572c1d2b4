// Lines that join the operations of the orders that are looked for, from stage to stage.

function ways(picture) {
  const { context, model, view, look, state } = picture;
  const links = model.data.links;
  if (links.length === 0 || state.found.size === 0) return;
  const { orders, batches } = model.data;
  const batchOf = batchesOf(state.found);
  context.strokeStyle = look.accent;
  context.lineWidth = 2;
  for (let k = 0; k < links.length; k += 2) {
    const [one, next] = [links[k], links[k + 1]];
    if (!batchOf.has(one) || !batchOf.has(next)) continue;
    const from = xOf(view, orders.end[one]);
    const to = xOf(view, orders.start[next]);
    const middle = (batch) => yOf(view, batches.machine[batch]) + view.row * 0.48;
    context.beginPath();
    context.moveTo(from, middle(batchOf.get(one)));
    context.lineTo(to, middle(batchOf.get(next)));
    context.stroke();
  }
}

function batchesOf(found) {
  const batchOf = new Map();
  for (const [batch, orders] of found) for (const order of orders) batchOf.set(order, batch);
  return batchOf;
}
