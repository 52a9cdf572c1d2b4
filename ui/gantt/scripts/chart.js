// The chart: what it shows, and what keys, pointer and buttons do to it.

const charts = new WeakMap();
const SHARED_VIEW = "batch-planner-view";
const HINT =
  "Drag to pan, drag on the time axis to zoom into it, Ctrl and wheel to zoom. " +
  "Arrow keys go from batch to batch, Enter selects, + and - zoom.";
const HAND_HINT =
  " Drag a batch to move it, on a touch screen after a long press, with Alt and arrow keys, then Enter; Ctrl and Enter keeps it. " +
  "Ctrl and click, or Shift and drag, choose several. The right button shows what else can be done.";
const LONG_PRESS = 450; // milliseconds

export default function gantt(component) {
  const { parentElement, data } = component;
  const root = parentElement.querySelector(".gantt");
  const known = charts.get(root);
  const chart = known ?? chartIn(root);
  if (!known) charts.set(root, chart);
  chart.send = {
    select: (key) => component.setStateValue("selected", key),
    ask: (asked) => component.setTriggerValue("asked", { ...asked, turn: Date.now() }),
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
  const [colour, showing, said, unplanned] = [part(".colour"), part(".show"), part(".said"), part(".waiting")];
  const [overview, loads, steps] = [part(".overview"), part(".loads"), part(".steps")];
  const menu = menuOf(part(".menu"), root);
  const context = canvas.getContext("2d");
  const view = { from: 0, to: 1, top: 0, ratio: 1, ticks: [] };
  const state = {
    hidden: new Set(),
    found: new Map(),
    widths: new Map(),
    fills: [],
    selected: -1,
    cursor: -1,
    group: null,
    coloured: "family",
    show: null,
    sought: false,
    way: new Map(),
    chosen: new Set(),
    carried: null,
    target: null,
    former: [],
  };
  const chart = { send: null, show, end };
  let model = null;
  let waiting = 0;
  let dirtyFills = true;
  let pressed = null;
  let pinch = null;
  let press = 0;
  let scene = "";
  const pointers = new Map();

  const sizes = new ResizeObserver(() => layout());
  sizes.observe(frame);
  root.addEventListener("transitionend", restyle);
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", restyle);
  window.addEventListener(SHARED_VIEW, follow);
  document.addEventListener("fullscreenchange", layout);

  function end() {
    document.removeEventListener("fullscreenchange", layout);
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
      carryOn(data);
      state.found = model.matching(find.value);
      state.sought = state.found.size > 0;
      offer(colour, Object.keys(model.groupings), TITLES);
      const flags = model.data.batches.flags.reduce((all, one) => all | one, 0);
      const marks = { Late: LATE, Pinned: PINNED, Begun: BEGUN };
      offer(showing, Object.keys(SHOWN).filter((name) => !(name in marks) || flags & marks[name]));
      state.show = SHOWN[showing.value];
      dirtyFills = true;
      frame.setAttribute("aria-label", data.title);
      root.classList.toggle("follows", data.follows);
      root.classList.toggle("compact", data.compact);
      part(".keys").textContent = HINT + (isByHand() ? HAND_HINT : "");
      regroup();
      layout();
      if (first || whole) zoomTo(-offsetOf(data), spanOf(data) - offsetOf(data), false);
    }
    model.data = data;
    state.selected = model.places.get(data.selected ?? "") ?? -1;
    if (state.selected < 0) state.way = new Map();
    state.former = data.said?.former ?? [];
    strip();
    say(data.said);
    steps.hidden = !data.steps;
    part("[data-do=undo]").disabled = !data.hand?.undo;
    part("[data-do=redo]").disabled = !data.hand?.redo;
    part("[data-do=menu]").disabled = !isByHand();
    draw();
  }

  // A schedule that was changed by hand keeps the cursor; another begins without.
  function carryOn(data) {
    if (scene !== data.title) {
      state.hidden.clear();
      state.cursor = -1;
    }
    scene = data.title;
    letGo();
    state.cursor = Math.min(state.cursor, model.count - 1);
    state.way = new Map();
    state.chosen = new Set();
  }

  function isByHand() {
    return Boolean(model.data.hand);
  }

  function regroup() {
    state.group = model.groupings[colour.value];
    if (state.coloured !== colour.value) state.hidden.clear();
    state.coloured = colour.value;
    dirtyFills = true;
    legendButtons();
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
    const most = document.fullscreenElement ? Math.max(300, window.innerHeight - 330) : 560;
    view.height = Math.min(AXIS + machines * view.row + 2, model.data.compact ? 320 : most);
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
      const { fill, ink, pattern } = state.group;
      state.fills = fill.map((colour, k) => familyFill(context, colour, ink[k], pattern[k]));
      state.hatch = hatching(context, look.text);
      dirtyFills = false;
    }
    view.top = frame.scrollTop;
    const picture = paint(context, model, view, look, state);
    const isPlain = !model.data.compact;
    overview.hidden = !isPlain || !isLong(model);
    if (!overview.hidden) paintOverview(overview, model, view, look, state, whole());
    loads.hidden = !isPlain || part("[data-do=load]").getAttribute("aria-pressed") !== "true";
    if (!loads.hidden) paintLoads(part(".loads canvas"), model, view, look, state);
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
      way: state.way.size,
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
    if (!orders) return "No order, customer or product is called that.";
    return `${orders} ${orders === 1 ? "order" : "orders"} found. Enter goes there.`;
  }

  // Zoom and pan

  function whole() {
    return { from: -offsetOf(model.data), to: spanOf(model.data) - offsetOf(model.data) };
  }

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
    return hit && !state.hidden.has(state.group.of[k]) ? k : -1;
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
    const isTouch = event.pointerType === "touch";
    const moves = batch >= 0 && isByHand() && !isTouch;
    const adds = event.ctrlKey || event.metaKey;
    const kind = place.y < AXIS ? "zoom" : event.shiftKey ? "box" : moves && !adds ? "move" : "pan";
    pressed = { ...place, kind, batch, adds, from: view.from, to: view.to, top: frame.scrollTop, far: false };
    frame.setPointerCapture(event.pointerId);
    clearTimeout(press);
    if (isTouch && batch >= 0 && isByHand()) press = setTimeout(() => longPressed(batch), LONG_PRESS);
  });

  // From now on the finger carries the batch; let go at once, it opens the menu.
  function longPressed(batch) {
    if (!pressed || pressed.far) return;
    pressed.kind = "move";
    pressed.long = true;
    navigator.vibrate?.(20);
    lift(batch);
    aim(pressed);
  }
  frame.addEventListener("touchmove", (event) => {
    if (pressed?.long) event.preventDefault();
  }, { passive: false });

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
    pressed.far ||= Math.hypot(place.x - pressed.x, place.y - pressed.y) > (pressed.long ? 10 : 4);
    if (!pressed.far) return;
    clearTimeout(press);
    tip.hidden = true;
    if (pressed.kind === "pan") {
      const by = (pressed.x - place.x) / view.scale;
      frame.scrollTop = pressed.top + pressed.y - place.y;
      zoomTo(pressed.from + by, pressed.to + by);
    } else if (pressed.kind === "move") {
      if (!state.carried) lift(pressed.batch);
      aim(place);
    } else if (pressed.kind === "box") {
      paintNow();
      boxed(place);
    } else {
      paintNow();
      const look = theme(root);
      context.fillStyle = look.accent;
      context.globalAlpha = 0.2;
      context.fillRect(pressed.x, 0, place.x - pressed.x, view.height);
      context.globalAlpha = 1;
    }
  }

  function boxed(place) {
    context.strokeStyle = theme(root).accent;
    context.lineWidth = 1.5;
    context.strokeRect(pressed.x, pressed.y, place.x - pressed.x, place.y - pressed.y);
  }

  // Choose all batches that lie in the box from where the pointer was pressed to `place`.
  function chooseIn(done, place) {
    const [from, to] = [timeAt(done.x), timeAt(place.x)].sort((a, b) => a - b);
    const rows = [done.y, place.y].sort((a, b) => a - b).map((y) => (y - AXIS + view.top) / view.row);
    const { machine, start, end } = model.data.batches;
    for (let k = 0; k < model.count; k += 1) {
      const inRows = machine[k] + 0.8 > rows[0] && machine[k] + 0.2 < rows[1];
      if (inRows && end[k] > from && start[k] < to && !fadedBatch(model, state, k)) state.chosen.add(k);
    }
    tellChosen();
  }

  function tellChosen() {
    spoken.textContent = `${state.chosen.size} ${state.chosen.size === 1 ? "batch" : "batches"} chosen`;
    draw();
  }

  function released(event) {
    const place = placeOf(event);
    clearTimeout(press);
    pointers.delete(event.pointerId);
    if (pinch) {
      if (!pointers.size) pinch = null;
      return;
    }
    const done = pressed;
    pressed = null;
    if (!done) return;
    if (!done.far) {
      if (done.long) openMenu(done.batch, place);
      else if (done.adds) choose(done.batch);
      else select(done.batch, done.batch < 0 ? -1 : model.orderAt(done.batch, timeAt(place.x)));
    } else if (done.kind === "zoom") {
      zoomTo(...[timeAt(done.x), timeAt(place.x)].sort((a, b) => a - b));
    } else if (done.kind === "box") {
      chooseIn(done, place);
    } else if (done.kind === "move") {
      drop();
    }
  }
  frame.addEventListener("pointerup", released);
  frame.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    clearTimeout(press);
    pressed = null;
    pinch = null;
    letGo();
  });
  frame.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });

  // Carrying: by pointer, finger and keys alike

  // What a deed on `batch` is done to: all that are chosen, if it is one of them.
  function meant(batch) {
    return state.chosen.has(batch) ? [...state.chosen] : [batch];
  }

  function lift(batch) {
    state.carried = carriedBatches(model, meant(batch));
    draw();
  }

  function aim(place) {
    const last = model.data.machines.name.length - 1;
    const row = Math.floor((place.y - AXIS + view.top) / view.row);
    const machine = Math.min(Math.max(0, row), last);
    const at = timeAt(place.x);
    const join = joinedAt(model, state.carried, machine, at);
    const target = standing(model, state.carried, machine, placeAt(model, state.carried, machine, at));
    state.target = { ...target, join: target.isAllowed ? join : -1 };
    draw();
  }

  function letGo() {
    state.carried = null;
    state.target = null;
    unplanned.querySelector(".held")?.classList.remove("held");
    draw();
  }

  function drop() {
    const { carried, target } = state;
    letGo();
    if (!carried || !target) return;
    const { operations } = carried;
    const [machine, before] = [model.data.machines.name[target.machine], target.before];
    if (target.join >= 0) {
      chart.send.ask({ what: "join", operations, into: firstOperation(target.join) });
    } else if (!staysThere(carried, target)) {
      chart.send.ask({ what: "move", operations, machine, before });
    }
  }

  // One batch that is dropped where it was.
  function staysThere(carried, target) {
    if (carried.batches.size !== 1) return false;
    const [batch] = carried.batches;
    const was = batch - model.firstOf[target.machine];
    return model.data.batches.machine[batch] === target.machine && target.place === was;
  }

  function firstOperation(batch) {
    return model.data.orders.operation[model.data.batches.first[batch]];
  }

  // With Alt and arrow keys: one place earlier or later, to the next machine that may make it.
  function carryByKeys(key) {
    const batch = state.cursor >= 0 ? state.cursor : state.selected;
    if (!state.carried) {
      if (batch < 0) return;
      lift(batch);
      const at = model.data.batches.start[batch];
      const { machine } = model.data.batches;
      const place = resting(model, state.carried, machine[batch]).filter((k) => model.data.batches.start[k] < at).length;
      state.target = { ...standing(model, state.carried, machine[batch], place), join: -1 };
    }
    const { carried, target } = state;
    let { machine, place } = target;
    if (key === "ArrowLeft") place = Math.max(0, place - 1);
    if (key === "ArrowRight") place = Math.min(resting(model, carried, machine).length, place + 1);
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (step) {
      const rows = carried.machines.filter((row) => (row - machine) * step > 0);
      if (rows.length) {
        machine = step > 0 ? Math.min(...rows) : Math.max(...rows);
        place = placeAt(model, carried, machine, target.start);
      }
    }
    state.target = { ...standing(model, carried, machine, place), join: -1 };
    intoView(state.target.start, state.target.end, machine);
    spoken.textContent = `${model.data.machines.name[machine]}, place ${place + 1}, `
      + `from ${model.clock.moment(state.target.start)}. Enter drops it there, Escape lets it stay.`;
    draw();
  }

  // What is not planned stands above the chart, and can be dragged into it

  function strip() {
    const items = model.data.unplanned;
    unplanned.hidden = items.length === 0 || model.data.compact;
    if (unplanned.dataset.of === model.data.version) return;
    unplanned.dataset.of = model.data.version;
    const title = document.createElement("span");
    title.textContent = `Not planned (${items.length})`;
    unplanned.replaceChildren(title, ...items.slice(0, 200).map(waitingButton));
  }

  function waitingButton(item) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = item.order === item.operation ? item.order : item.told.split(" · ").slice(0, 2).join(" · ");
    button.title = `${item.told}: ${item.reason}`;
    button.setAttribute("aria-label", `Not planned: ${item.told}. ${item.reason}`);
    button.addEventListener("pointerdown", (event) => {
      if (!isByHand() || event.button > 0) return;
      button.setPointerCapture(event.pointerId);
      button.classList.add("held");
      state.carried = carriedWaiting(item);
      draw();
    });
    button.addEventListener("pointermove", (event) => {
      if (!state.carried || !button.classList.contains("held")) return;
      const place = placeOf(event);
      if (place.y > AXIS) aim(place);
      else state.target = null;
      draw();
    });
    button.addEventListener("pointerup", (event) => {
      if (state.target) drop();
      else letGo();
    });
    button.addEventListener("pointercancel", letGo);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (isByHand()) chart.send.ask({ what: "take in", operations: [item.operation] });
      }
    });
    return button;
  }

  // What the last change did, in one line, until it is kept or taken back

  function say(told) {
    said.hidden = !told;
    said.classList.toggle("refused", Boolean(told?.refused));
    if (!told) return said.replaceChildren();
    const text = document.createElement("span");
    text.textContent = told.text;
    const buttons = (told.buttons ?? []).map(([words, what]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", () => chart.send.ask({ what }));
      return button;
    });
    said.style.setProperty("--late", theme(root).late);
    said.replaceChildren(text, ...buttons);
  }

  // The menu

  function openMenu(batch, place) {
    letGo();
    const chosen = batch >= 0 ? meant(batch) : [];
    const items = isByHand() ? deeds(chosen, timeAt(place.x)) : [];
    if (!items.length) return;
    if (chosen.length === 1) select(batch);
    menu.open(items, place.x, frame.offsetTop + place.y, frame);
  }

  function deeds(chosen, at) {
    if (!chosen.length) return [];
    const { batches, orders } = model.data;
    const operations = chosen.flatMap((k) => orders.operation.slice(batches.first[k], batches.first[k + 1]));
    const names = [...new Set(chosen.flatMap((k) => orders.name.slice(batches.first[k], batches.first[k + 1])))];
    const ask = (text, what, more) => ({ text, act: () => chart.send.ask({ what, operations, ...more }) });
    const isPinned = chosen.some((k) => batches.flags[k] & PINNED);
    const found = [isPinned ? ask("Unpin", "unpin") : ask("Pin here", "pin")];
    if (chosen.length === 1) {
      const [k] = chosen;
      const last = splitBehind(k, at);
      if (last >= 0) {
        const rest = orders.operation.slice(last + 1, batches.first[k + 1]);
        found.push(ask(`Split behind order ${orders.name[last]}`, "split", { operations: rest }));
      }
      const next = k + 1 < model.firstOf[batches.machine[k] + 1] ? k + 1 : -1;
      if (next >= 0 && batches.family[next] === batches.family[k]) {
        const { first } = batches;
        const moved = orders.operation.slice(first[next], first[next + 1]);
        found.push(ask("Join with the next batch", "join", { operations: moved, into: operations[0] }));
      }
    } else if (new Set(chosen.map((k) => batches.family[k])).size === 1) {
      found.push(ask("Join into one batch", "join", { operations: operations.slice(1), into: operations[0] }));
    }
    const leaving = names.length === 1 ? `Leave out order ${names[0]}` : `Leave out ${names.length} orders`;
    found.push(ask(leaving, "leave out", { orders: names }));
    if (chosen.length === 1) found.push(ask("Why is it here?", "why"));
    if (chosen.length === 2) {
      const [one, other] = chosen.map((k) => orders.operation[batches.first[k]]);
      found.push(ask("Why are they not together?", "why apart", { operations: [one, other] }));
    }
    return found;
  }

  // The last order of the first part when a batch is split at a time; -1 where it cannot be.
  function splitBehind(k, at) {
    const { batches, orders } = model.data;
    const [first, last] = [batches.first[k], batches.first[k + 1]];
    if (last - first < 2) return -1;
    const done = range(first, last - 1).filter((o) => orders.end[o] <= at || orders.start[o] <= at);
    return done.length ? done[done.length - 1] : first;
  }

  frame.addEventListener("contextmenu", (event) => {
    const batch = batchAt(placeOf(event));
    if (batch < 0 || !isByHand()) return;
    event.preventDefault();
    if (event.pointerType !== "touch") openMenu(batch, placeOf(event));
  });

  function openMenuByKey() {
    const batch = state.cursor >= 0 ? state.cursor : state.selected;
    if (batch < 0) return;
    const { machine, start } = model.data.batches;
    const x = Math.min(Math.max(xOf(view, start[batch]) + 8, view.gutter), view.width - 40);
    openMenu(batch, { x, y: AXIS + (machine[batch] + 0.5) * view.row - view.top });
  }

  const doings = {
    load: () => {
      const button = part("[data-do=load]");
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      draw();
    },
    screen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
    print: () => printed(model, view, state, theme(root), model.data.title),
    undo: () => chart.send.ask({ what: "undo" }),
    redo: () => chart.send.ask({ what: "redo" }),
    menu: openMenuByKey,
  };
  root.querySelectorAll("[data-do]").forEach((button) => {
    button.addEventListener("click", () => doings[button.dataset.do]());
  });

  let held = false;
  overview.addEventListener("pointerdown", (event) => {
    held = true;
    overview.setPointerCapture(event.pointerId);
    lookAt(event);
  });
  overview.addEventListener("pointermove", (event) => held && lookAt(event));
  overview.addEventListener("pointerup", () => (held = false));
  overview.addEventListener("pointercancel", () => (held = false));
  function lookAt(event) {
    const box = overview.getBoundingClientRect();
    const { from, to } = whole();
    const at = from + ((event.clientX - box.left - view.gutter) / (box.width - view.gutter)) * (to - from);
    const half = (view.to - view.from) / 2;
    zoomTo(at - half, at + half);
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

  function choose(batch) {
    if (batch < 0) return;
    if (!state.chosen.size && state.selected >= 0) state.chosen.add(state.selected);
    if (!state.chosen.delete(batch)) state.chosen.add(batch);
    state.cursor = batch;
    tellChosen();
  }

  function select(batch, order = -1) {
    tip.hidden = true;
    state.cursor = batch;
    state.chosen = new Set();
    state.way = model.wayOf(order);
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
    intoView(start[batch], end[batch], machine[batch]);
    spoken.textContent = model.describe(batch, 4).map((line) => line.text).join(". ");
    draw();
  }

  function intoView(start, end, machine) {
    const span = view.to - view.from;
    if (end < view.from || start > view.to) zoomTo(start - span / 4, start + (span * 3) / 4);
    const y = machine * view.row;
    if (y < frame.scrollTop) frame.scrollTop = y;
    const below = y + view.row - (view.height - AXIS);
    if (below > frame.scrollTop) frame.scrollTop = below;
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
    Enter: () => (state.carried ? drop() : selectAtCursor()),
    " ": () => (state.carried ? drop() : selectAtCursor()),
    Escape: escape,
    ContextMenu: openMenuByKey,
    "+": () => zoomBy(0.6),
    "=": () => zoomBy(0.6),
    "-": () => zoomBy(1 / 0.6),
    0: () => zooms.all(),
  };
  function selectAtCursor() {
    const batch = state.cursor;
    if (batch < 0) return;
    const { first } = model.data.batches;
    select(batch, first[batch + 1] - first[batch] === 1 ? first[batch] : -1);
  }

  // Escape lets go of what is carried, or else takes back what is not kept, or else of the selection.
  function escape() {
    if (state.carried) letGo();
    else if (model.data.said?.escape) chart.send.ask({ what: model.data.said.escape });
    else select(-1);
  }

  function commanded(event) {
    const key = event.key.toLowerCase();
    const keeps = key === "enter" && model.data.said?.escape;
    if (keeps) chart.send.ask({ what: "keep" });
    const redoes = key === "y" || (key === "z" && event.shiftKey);
    if (!redoes && key !== "z") return;
    event.preventDefault();
    chart.send.ask({ what: redoes ? "redo" : "undo" });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target === frame || event.target === find) return;
    if (state.carried || model.data.said?.escape) escape();
  });
  frame.addEventListener("keydown", (event) => {
    if (isByHand() && (event.ctrlKey || event.metaKey)) commanded(event);
    if (isByHand() && event.altKey && event.key.startsWith("Arrow")) {
      event.preventDefault();
      carryByKeys(event.key);
      return;
    }
    if (event.key === "F10" && event.shiftKey) {
      event.preventDefault();
      openMenuByKey();
      return;
    }
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
    state.sought = find.value.trim() !== "" && state.found.size > 0;
    draw();
  });
  colour.addEventListener("change", regroup);
  showing.addEventListener("change", () => {
    state.show = SHOWN[showing.value];
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
    const { name, fill, ink, pattern, of } = state.group;
    const used = new Set(of);
    legend.setAttribute("aria-label", `Show or hide: ${TITLES[colour.value].toLowerCase()}`);
    const buttons = name.map((family, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", String(!state.hidden.has(k)));
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
    const dot = "linear-gradient(currentColor, currentColor) 50% 100% / 10px 8px no-repeat, "
      + "radial-gradient(circle at 50% 5px, transparent 2px, currentColor 2.5px 3.5px, transparent 4px)";
    const hasPins = model.data.batches.flags.some((flags) => flags & PINNED);
    return [
      ...(hasPins ? [[dot, "pinned"]] : []),
      ...(model.data.past.length ? [["color-mix(in srgb, currentColor 18%, transparent)", "made"]] : []),
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
