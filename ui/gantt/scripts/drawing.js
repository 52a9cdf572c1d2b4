// The picture: its size, when it is drawn, and what is told of it.

function drawing(it) {
  const { part, frame, sheet, canvas, status, find, overview, loads, supply, context, view, state, root } = it;
  let waiting = 0;
  let dirtyFills = true;

  // Colours or the theme have changed.
  function restyle() {
    dirtyFills = true;
    draw();
  }

  function layout() {
    if (!it.model) return;
    const machines = it.model.data.machines.name.length;
    const width = frame.clientWidth;
    view.row = it.model.data.compact || machines > 24 ? 26 : machines > 10 ? 36 : machines > 4 ? 46 : 60;
    const most = document.fullscreenElement ? Math.max(300, window.innerHeight - 330) : 560;
    view.height = Math.min(AXIS + machines * view.row + 2, it.model.data.compact ? 320 : most);
    view.ratio = window.devicePixelRatio || 1;
    view.gutter = gutterWidth(width);
    view.width = width;
    frame.style.maxHeight = `${view.height + 2}px`;
    sheet.style.height = `${AXIS + machines * view.row + 2}px`;
    canvas.style.height = `${view.height}px`;
    canvas.width = Math.max(1, Math.round(width * view.ratio));
    canvas.height = Math.round(view.height * view.ratio);
    dirtyFills = true;
    rescale();
    paintNow();
  }

  function gutterWidth(width) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.font = `600 13px ${theme(root).font}`;
    const widest = Math.max(...it.model.data.machines.name.slice(0, 400).map((name) => context.measureText(name).width), 20);
    return Math.min(Math.ceil(widest) + 18, width < 500 ? 76 : 170);
  }

  function rescale() {
    const room = Math.max(10, view.width - view.gutter);
    view.scale = room / (view.to - view.from);
    view.ticks = it.model.clock.ticks(view.from, view.to, 76 / view.scale);
  }

  function draw() {
    if (!waiting) waiting = requestAnimationFrame(paintNow);
  }

  function paintNow() {
    cancelAnimationFrame(waiting);
    waiting = 0;
    if (!it.model || view.width < 20) return;
    const began = performance.now();
    const look = theme(root);
    if (dirtyFills) {
      const { fill, ink, pattern } = state.group;
      state.fills = fill.map((colour, k) => familyFill(context, colour, ink[k], pattern[k]));
      state.hatch = hatching(context, look.text);
      state.cross = crossing(context, look.text);
      dirtyFills = false;
    }
    view.top = frame.scrollTop;
    const picture = paint(context, it.model, view, look, state);
    const isPlain = !it.model.data.compact;
    overview.hidden = !isPlain || !isLong(it.model);
    if (!overview.hidden) paintOverview(overview, it.model, view, look, state, it.whole());
    loads.hidden = !isPlain || part("[data-do=load]").getAttribute("aria-pressed") !== "true";
    if (!loads.hidden) paintLoads(part(".loads canvas"), it.model, view, look, state);
    supply.hidden = loads.hidden || !it.model.supply();
    if (!supply.hidden) paintSupply(part(".supply canvas"), it.model, view, look, state);
    tell(picture, performance.now() - began);
  }

  function tell(picture, milliseconds) {
    const some = it.model.data.limit.toLocaleString("en");
    const parts = [];
    if (picture.summed) parts.push(`More than ${some} batches in view are summed up: zoom in to see each.`);
    if (find.value.trim()) parts.push(foundText());
    const text = parts.join(" ");
    if (status.textContent !== text) status.textContent = text;
    Object.assign(root.dataset, {
      painted: it.model.data.version,
      drawn: picture.drawn,
      summed: picture.summed,
      way: state.way.size,
      milliseconds: milliseconds.toFixed(1),
      span: `${view.from.toFixed(1)} ${view.to.toFixed(1)}`,
      geometry: JSON.stringify([view.gutter, view.scale, AXIS, view.row]),
    });
    // The style sheet of the page sees no further than this.
    root.getRootNode().host?.setAttribute("data-painted", "");
    performance.mark("gantt-painted");
  }

  // An order of several stages or lots is one order.
  function foundText() {
    const names = new Set();
    state.found.forEach((list) => list.forEach((o) => names.add(it.model.data.orders.name[o])));
    const orders = names.size;
    if (!orders) return "No order, customer or product is called that.";
    return `${orders} ${orders === 1 ? "order" : "orders"} found. Enter goes there.`;
  }

  Object.assign(it, { draw, layout, paintNow, rescale, restyle });
}
