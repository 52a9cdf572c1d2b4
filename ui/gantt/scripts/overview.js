// The whole plan in one strip, with a frame around what is in view.

const OVERVIEW = 36;

function isLong(model) {
  return model.count > 120 || (model.data.end * model.clock.unit) / DAY > 7;
}

function paintOverview(canvas, model, view, look, state, whole) {
  const context = sized(canvas, view, OVERVIEW);
  const scale = (view.width - view.gutter) / (whole.to - whole.from);
  const at = (time) => view.gutter + (time - whole.from) * scale;
  context.fillStyle = look.background;
  context.fillRect(0, 0, view.width, OVERVIEW);
  const { batches, machines } = model.data;
  const tall = Math.max(1, (OVERVIEW - 4) / machines.name.length);
  for (let k = 0; k < model.count; k += 1) {
    const x = at(batches.start[k]);
    context.globalAlpha = fadedBatch(model, state, k) ? 0.15 : 1;
    context.fillStyle = state.group.fill[state.group.of[k]];
    const width = Math.max(1, (batches.end[k] - batches.start[k]) * scale);
    context.fillRect(x, 2 + batches.machine[k] * tall, width, Math.max(1, tall - 0.5));
  }
  context.globalAlpha = 1;
  const now = model.data.now;
  context.fillStyle = look.accent;
  if (now !== null) context.fillRect(at(now) - 1, 0, 2, OVERVIEW);
  context.strokeStyle = look.accent;
  context.lineWidth = 2;
  const [left, right] = [Math.max(view.gutter, at(view.from)), Math.min(view.width, at(view.to))];
  context.strokeRect(left + 1, 1, Math.max(4, right - left - 2), OVERVIEW - 2);
  context.textBaseline = "middle";
  context.font = `11px ${look.font}`;
  context.fillStyle = look.text;
  const name = textWidth(context, state, "Overview") <= view.gutter - 16 ? "Overview" : "";
  context.fillText(name, 8, OVERVIEW / 2);
}
