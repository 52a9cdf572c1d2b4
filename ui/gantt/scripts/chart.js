// The chart: what it shows, and what keys, pointer and buttons do to it.

const charts = new WeakMap();
const SHARED_VIEW = "batch-planner-view";
const HINT =
  "Drag to pan, drag on the time axis to zoom into it, Ctrl and wheel to zoom. " +
  "Arrow keys go from batch to batch, Enter selects, + and - zoom. Drag the selected batch to try another place.";

export default function gantt(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".gantt");
  const known = charts.get(root);
  const chart = known ?? chartIn(root);
  if (!known) charts.set(root, chart);
  chart.send = {
    select: (key) => component.setStateValue("selected", key),
    move: (moved) => component.setTriggerValue("moved", moved),
  };
  chart.show(data);
  return () => {
    // A picture that is drawn again at once keeps its place; one that is gone lets go.
    setTimeout(() => root.isConnected || chart.end(), 1000);
  };
}

function chartIn(root) {
  const part = (name) => root.querySelector(name);
  const [frame, sheet, canvas] = [part(".frame"), part(".sheet"), part("canvas")];
  const [tip, legend, status] = [part(".tip"), part(".legend"), part(".status")];
  const [find, spoken] = [part("input"), part(".spoken")];
  const context = canvas.getContext("2d");
  const view = { from: 0, to: 1, top: 0, ratio: 1, ticks: [] };
  const state = {
    hidden: new Set(),
    found: new Map(),
    widths: new Map(),
    fills: [],
    selected: -1,
    cursor: -1,
    ghost: null,
  };
  const chart = { send: null, show, end };
  let model = null;
  let waiting = 0;
  let dirtyFills = true;
  let pressed = null;
  let pinch = null;
  const pointers = new Map();

  part(".keys").textContent = HINT;
  const sizes = new ResizeObserver(() => layout());
  sizes.observe(frame);
  root.addEventListener("transitionend", restyle);
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", restyle);
  window.addEventListener(SHARED_VIEW, follow);

  function end() {
    sizes.disconnect();
    scheme.removeEventListener("change", restyle);
    window.removeEventListener(SHARED_VIEW, follow);
    charts.delete(root);
  }

  function restyle() {
    dirtyFills = true;
    draw();
  }

  function show(data) {
    const isNew = !model || model.data.version !== data.version;
    if (isNew) {
      const whole = model && view.from <= 0 && view.to >= spanOf(model.data);
      const first = !model;
      model = modelOf(data);
      state.cursor = -1;
      state.found = model.matching(find.value);
      state.hidden.clear();
      dirtyFills = true;
      frame.setAttribute("aria-label", data.title);
      root.classList.toggle("follows", data.follows);
      legendButtons();
      layout();
      if (first || whole) zoomTo(-offsetOf(data), spanOf(data) - offsetOf(data), false);
    }
    state.selected = model.places.get(data.selected ?? "") ?? -1;
    draw();
  }

  // From the start of the first of several charts to the end of the last.
  function spanOf(data) {
    return Math.max(1, (data.end + offsetOf(data)) * 1.02);
  }

  // How long after the first of several charts this one begins.
  function offsetOf(data) {
    return data.offset ?? 0;
  }

  function layout() {
    if (!model) return;
    const machines = model.data.machines.name.length;
    const width = frame.clientWidth;
    view.row = model.data.compact || machines > 24 ? 26 : machines > 10 ? 36 : machines > 4 ? 46 : 60;
    view.height = Math.min(AXIS + machines * view.row + 2, model.data.compact ? 320 : 560);
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
    const widest = Math.max(...model.data.machines.name.slice(0, 400).map((name) => context.measureText(name).width), 20);
    return Math.min(Math.ceil(widest) + 18, width < 500 ? 76 : 170);
  }

  function rescale() {
    const room = Math.max(10, view.width - view.gutter);
    view.scale = room / (view.to - view.from);
    view.ticks = model.clock.ticks(view.from, view.to, 76 / view.scale);
  }

  function draw() {
    if (!waiting) waiting = requestAnimationFrame(paintNow);
  }

  function paintNow() {
    cancelAnimationFrame(waiting);
    waiting = 0;
    if (!model || view.width < 20) return;
    const began = performance.now();
    const look = theme(root);
    if (dirtyFills) {
      const { fill, ink, pattern } = model.data.families;
      state.fills = fill.map((colour, k) => familyFill(context, colour, ink[k], pattern[k]));
      state.hatch = hatching(context, look.text);
      dirtyFills = false;
    }
    view.top = frame.scrollTop;
    const picture = paint(context, model, view, look, state);
    if (state.ghost) ghost(look);
    tell(picture, performance.now() - began);
  }

  function tell(picture, milliseconds) {
    const some = model.data.limit.toLocaleString("en");
    const parts = [];
    if (picture.summed) parts.push(`More than ${some} batches in view are summed up: zoom in to see each.`);
    if (find.value.trim()) parts.push(foundText());
    const text = parts.join(" ");
    if (status.textContent !== text) status.textContent = text;
    Object.assign(root.dataset, {
      painted: model.data.version,
      drawn: picture.drawn,
      summed: picture.summed,
      milliseconds: milliseconds.toFixed(1),
      span: `${view.from.toFixed(1)} ${view.to.toFixed(1)}`,
      geometry: JSON.stringify([view.gutter, view.scale, AXIS, view.row]),
    });
    performance.mark("gantt-painted");
  }

  function foundText() {
    let orders = 0;
    state.found.forEach((list) => {
      orders += list.length;
    });
    if (!orders) return "No order is called that.";
    return `${orders} ${orders === 1 ? "order" : "orders"} found. Enter goes there.`;
  }

  function ghost(look) {
    const { x, machine, width } = state.ghost;
    const top = AXIS + machine * view.row - view.top + view.row * 0.18;
    context.strokeStyle = look.accent;
    context.lineWidth = 2;
    context.setLineDash([6, 4]);
    context.strokeRect(x, top, width, view.row * 0.6);
    context.setLineDash([]);
  }

  // Zoom and pan

  function zoomTo(from, to, share = true) {
    const whole = spanOf(model.data);
    const least = (15 * MINUTE) / model.clock.unit;
    const span = Math.min(Math.max(to - from, least), whole * 1.5);
    const left = -offsetOf(model.data);
    const last = Math.max(left, left + whole * 1.1 - span);
    const start = Math.min(Math.max(from, left - whole * 0.05), last);
    view.from = start;
    view.to = start + span;
    rescale();
    draw();
    if (share && model.data.group) {
      const detail = { group: model.data.group, root, ...shared() };
      window.dispatchEvent(new CustomEvent(SHARED_VIEW, { detail }));
    }
  }

  // What is looked at, in milliseconds after the start of the first chart.
  function shared() {
    const [offset, { unit }] = [offsetOf(model.data), model.clock];
    return { from: (view.from + offset) * unit, to: (view.to + offset) * unit };
  }

  function follow({ detail }) {
    if (!model || detail.root === root || detail.group !== model.data.group) return;
    const { unit } = model.clock;
    view.from = detail.from / unit - offsetOf(model.data);
    view.to = detail.to / unit - offsetOf(model.data);
    rescale();
    draw();
  }

  function zoomBy(factor, x) {
    const middle = x === undefined ? (view.from + view.to) / 2 : timeAt(x);
    zoomTo(middle - (middle - view.from) * factor, middle + (view.to - middle) * factor);
  }

  // A day and a week begin where the clocks show midnight before what is in view, or selected.
  function zoomDays(days) {
    const { clock } = model;
    const chosen = state.selected >= 0 ? state.selected : state.cursor;
    const at = chosen >= 0 ? model.data.batches.start[chosen] : Math.max(0, view.from);
    const midnight = Math.floor(clock.wallAt(at) / DAY) * DAY;
    zoomTo(clock.unitAt(midnight), clock.unitAt(midnight + days * DAY));
  }

  const zooms = {
    day: () => zoomDays(1),
    week: () => zoomDays(7),
    all: () => zoomTo(-offsetOf(model.data), spanOf(model.data) - offsetOf(model.data)),
    in: () => zoomBy(0.6),
    out: () => zoomBy(1 / 0.6),
  };
  root.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => zooms[button.dataset.zoom]());
  });

  function timeAt(x) {
    return view.from + (x - view.gutter) / view.scale;
  }

  function placeOf(event) {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function machineAt(y) {
    const machine = Math.floor((y - AXIS + view.top) / view.row);
    return y < AXIS || machine >= model.data.machines.name.length ? -1 : machine;
  }

  function batchAt({ x, y }) {
    const machine = machineAt(y);
    if (machine < 0 || x < view.gutter) return -1;
    const reach = 2 / view.scale; // narrow bars are hit from beside, too
    const k = model.endsAfter(machine, timeAt(x) - reach);
    const hit = k < model.firstOf[machine + 1] && model.data.batches.start[k] <= timeAt(x) + reach;
    return hit && !state.hidden.has(model.data.batches.family[k]) ? k : -1;
  }

  // Pointer

  frame.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoomBy(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.005), placeOf(event).x);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = (event.deltaX || event.deltaY) / view.scale;
      zoomTo(view.from + by, view.to + by);
    }
  }, { passive: false });

  frame.addEventListener("scroll", draw);

  frame.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    const place = placeOf(event);
    pointers.set(event.pointerId, place);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      pinch = { apart: Math.abs(a.x - b.x) || 1, from: view.from, to: view.to, middle: timeAt((a.x + b.x) / 2) };
      pressed = null;
      return;
    }
    const batch = batchAt(place);
    const moves = batch >= 0 && batch === state.selected && !model.data.fixed;
    const kind = place.y < AXIS ? "zoom" : moves ? "move" : "pan";
    pressed = { ...place, kind, batch, from: view.from, to: view.to, top: frame.scrollTop, far: false };
    frame.setPointerCapture(event.pointerId);
  });

  frame.addEventListener("pointermove", (event) => {
    const place = placeOf(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, place);
    if (pinch && pointers.size === 2) pinched();
    else if (pressed) dragged(place);
    else hover(place);
  });

  function pinched() {
    const [a, b] = [...pointers.values()];
    const factor = pinch.apart / (Math.abs(a.x - b.x) || 1);
    zoomTo(pinch.middle - (pinch.middle - pinch.from) * factor, pinch.middle + (pinch.to - pinch.middle) * factor);
  }

  function dragged(place) {
    pressed.far ||= Math.hypot(place.x - pressed.x, place.y - pressed.y) > 4;
    if (!pressed.far) return;
    tip.hidden = true;
    if (pressed.kind === "pan") {
      const by = (pressed.x - place.x) / view.scale;
      frame.scrollTop = pressed.top + pressed.y - place.y;
      zoomTo(pressed.from + by, pressed.to + by);
    } else if (pressed.kind === "move") {
      const { start, end } = model.data.batches;
      const x = xOf(view, start[pressed.batch]) + place.x - pressed.x;
      const machine = Math.max(0, machineAt(place.y));
      state.ghost = { x, machine, width: (end[pressed.batch] - start[pressed.batch]) * view.scale };
      draw();
    } else {
      paintNow();
      const look = theme(root);
      context.fillStyle = look.accent;
      context.globalAlpha = 0.2;
      context.fillRect(pressed.x, 0, place.x - pressed.x, view.height);
      context.globalAlpha = 1;
    }
  }

  function released(event) {
    const place = placeOf(event);
    pointers.delete(event.pointerId);
    if (pinch) {
      if (!pointers.size) pinch = null;
      return;
    }
    const done = pressed;
    pressed = null;
    if (!done) return;
    if (!done.far) {
      select(done.batch);
    } else if (done.kind === "zoom") {
      zoomTo(...[timeAt(done.x), timeAt(place.x)].sort((a, b) => a - b));
    } else if (done.kind === "move") {
      moved(done);
    }
  }
  frame.addEventListener("pointerup", released);
  frame.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    pressed = null;
    pinch = null;
    state.ghost = null;
    draw();
  });
  frame.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });

  function moved(done) {
    const { machine, x } = state.ghost;
    state.ghost = null;
    draw();
    const start = Math.max(0, Math.round(timeAt(x)));
    chart.send.move({ batch: model.keyOf(done.batch), machine: model.data.machines.name[machine], start });
  }

  function hover(place) {
    const machine = machineAt(place.y);
    const batch = batchAt(place);
    frame.style.cursor = place.y < AXIS ? "col-resize" : batch >= 0 ? "pointer" : "grab";
    if (batch >= 0) showTip(model.describe(batch, 8), place);
    else if (machine >= 0 && place.x < view.gutter) showTip(machineLines(machine), place);
    else tip.hidden = true;
  }

  function machineLines(machine) {
    const { name, process } = model.data.machines;
    const count = model.firstOf[machine + 1] - model.firstOf[machine];
    return [{ text: name[machine] }, { text: process[machine] }, { text: `${count} batches` }];
  }

  function showTip(lines, place) {
    tip.replaceChildren(...lines.map(({ text, late }) => {
      const line = document.createElement("div");
      line.textContent = text;
      if (late) line.className = "late";
      return line;
    }));
    tip.hidden = false;
    const top = frame.offsetTop + place.y + 16;
    tip.style.left = `${Math.max(0, Math.min(place.x + 12, view.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${top}px`;
  }

  // Keys

  function select(batch) {
    state.cursor = batch;
    const key = batch < 0 ? null : model.keyOf(batch);
    const was = state.selected;
    state.selected = batch;
    draw();
    if (was !== batch) chart.send.select(key);
  }

  function goTo(batch) {
    if (batch < 0) return;
    state.cursor = batch;
    const { machine, start, end } = model.data.batches;
    const span = view.to - view.from;
    if (end[batch] < view.from || start[batch] > view.to) {
      zoomTo(start[batch] - span / 4, start[batch] + (span * 3) / 4);
    }
    const y = machine[batch] * view.row;
    if (y < frame.scrollTop) frame.scrollTop = y;
    const below = y + view.row - (view.height - AXIS);
    if (below > frame.scrollTop) frame.scrollTop = below;
    spoken.textContent = model.describe(batch, 4).map((line) => line.text).join(". ");
    draw();
  }

  // Return the nearest batch of the next machine that has any, above or below.
  function vertical(step) {
    const { machine, start } = model.data.batches;
    const machines = model.data.machines.name.length;
    let row = machine[state.cursor] + step;
    while (row >= 0 && row < machines && model.firstOf[row] === model.firstOf[row + 1]) row += step;
    if (row < 0 || row >= machines) return state.cursor;
    return Math.min(model.endsAfter(row, start[state.cursor]), model.firstOf[row + 1] - 1);
  }

  const keys = {
    ArrowRight: () => goTo(Math.min(state.cursor + 1, model.count - 1)),
    ArrowLeft: () => goTo(Math.max(state.cursor - 1, 0)),
    ArrowDown: () => goTo(vertical(1)),
    ArrowUp: () => goTo(vertical(-1)),
    Home: () => goTo(0),
    End: () => goTo(model.count - 1),
    Enter: () => select(state.cursor),
    " ": () => select(state.cursor),
    Escape: () => select(-1),
    "+": () => zoomBy(0.6),
    "=": () => zoomBy(0.6),
    "-": () => zoomBy(1 / 0.6),
    0: () => zooms.all(),
  };
  frame.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || !model.count || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const begins = state.cursor < 0 && event.key.startsWith("Arrow");
    if (begins) goTo(Math.max(0, state.selected));
    else act();
  });

  // Search and legend

  find.addEventListener("input", () => {
    state.found = model.matching(find.value);
    draw();
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !state.found.size) return;
    const batch = [...state.found.keys()][0];
    const order = state.found.get(batch)[0];
    const day = DAY / model.clock.unit;
    const middle = model.data.orders.start[order];
    if (view.to - view.from > 2 * day) zoomTo(middle - day / 2, middle + day / 2);
    goTo(batch);
    select(batch);
  });

  function legendButtons() {
    const { name, fill, ink, pattern } = model.data.families;
    const used = new Set(model.data.batches.family);
    const buttons = name.map((family, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      const sample = document.createElement("i");
      sample.style.background = swatch(fill[k], ink[k], pattern[k]);
      button.append(sample, family);
      button.hidden = !used.has(k);
      button.addEventListener("click", () => {
        const shown = button.getAttribute("aria-pressed") === "true";
        button.setAttribute("aria-pressed", String(!shown));
        if (shown) state.hidden.add(k);
        else state.hidden.delete(k);
        draw();
      });
      return button;
    });
    legend.replaceChildren(...buttons, ...signs());
  }

  // What the marks that are no family mean.
  function signs() {
    const hatch = "repeating-linear-gradient(135deg, currentColor 0 1px, transparent 1px 4px)";
    const late = theme(root).late;
    const dot = "radial-gradient(circle 5px, currentColor 90%, transparent)";
    const hasPins = model.data.batches.flags.some((flags) => flags & PINNED);
    return [
      ...(hasPins ? [[dot, "pinned"]] : []),
      [hatch, "changeover"],
      ["color-mix(in srgb, currentColor 13%, transparent)", "closed"],
      [`linear-gradient(${late} 0 4px, transparent 4px)`, "late"],
      ["conic-gradient(from 145deg at 50% 0, currentColor 0 70deg, transparent 70deg)", "first due date"],
    ].map(([background, text]) => {
      const sign = document.createElement("span");
      const sample = document.createElement("i");
      sample.style.background = background;
      sign.append(sample, text);
      return sign;
    });
  }

  return chart;
}
