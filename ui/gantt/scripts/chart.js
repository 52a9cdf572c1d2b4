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
  const canvas = part("canvas");
  const it = {
    root, part, canvas,
    frame: part(".frame"),
    sheet: part(".sheet"),
    tip: part(".tip"),
    legend: part(".legend"),
    status: part(".status"),
    find: part("input"),
    spoken: part(".spoken"),
    colour: part(".colour"),
    showing: part(".show"),
    said: part(".said"),
    unplanned: part(".waiting"),
    overview: part(".overview"),
    loads: part(".loads"),
    supply: part(".supply"),
    steps: part(".steps"),
    menu: menuOf(part(".menu"), root),
    context: canvas.getContext("2d"),
    view: { from: 0, to: 1, top: 0, ratio: 1, ticks: [] },
    state: {
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
    },
    model: null,
    send: null,
    isByHand: () => Boolean(it.model.data.hand),
  };
  // Each gives the others what it can do.
  for (const each of [drawing, zooming, hovering, carrying, legendOf, waitingStrip, acting, pointing, keying]) each(it);
  showing(it);
  return { show: it.show, end: it.end, set send(send) { it.send = send; } };
}

// What the page gives, and when to look again.
function showing(it) {
  const { root, part, frame, colour, find, steps, view, state } = it;
  let scene = "";

  function show(data) {
    const isNew = !it.model || it.model.data.version !== data.version;
    if (isNew) {
      const whole = it.model && view.from <= 0 && view.to >= it.spanOf(it.model.data);
      const first = !it.model;
      it.model = modelOf(data);
      carryOn(data);
      state.found = it.model.matching(find.value);
      state.sought = state.found.size > 0;
      offer(colour, Object.keys(it.model.groupings), TITLES);
      const flags = it.model.data.batches.flags.reduce((all, one) => all | one, 0);
      const marks = { Late: LATE, Pinned: PINNED, Begun: BEGUN };
      offer(it.showing, Object.keys(SHOWN).filter((name) => !(name in marks) || flags & marks[name]));
      state.show = SHOWN[it.showing.value];
      frame.setAttribute("aria-label", data.title);
      root.classList.toggle("follows", data.follows);
      root.classList.toggle("compact", data.compact);
      if (data.supply) part(".supply canvas").setAttribute("aria-label", supplyText(it.model));
      part(".keys").textContent = HINT + (it.isByHand() ? HAND_HINT : "");
      regroup();
      it.layout();
      if (first || whole) it.zoomTo(-it.offsetOf(data), it.spanOf(data) - it.offsetOf(data), false);
    }
    it.model.data = data;
    state.selected = it.model.places.get(data.selected ?? "") ?? -1;
    if (state.selected < 0) state.way = new Map();
    state.former = data.said?.former ?? [];
    it.strip();
    it.say(data.said);
    steps.hidden = !data.steps;
    part("[data-do=undo]").disabled = !data.hand?.undo;
    part("[data-do=redo]").disabled = !data.hand?.redo;
    part("[data-do=menu]").disabled = !it.isByHand();
    it.draw();
  }

  // A schedule that was changed by hand keeps the cursor; another begins without.
  function carryOn(data) {
    if (scene !== data.title) {
      state.hidden.clear();
      state.cursor = -1;
    }
    scene = data.title;
    it.letGo();
    state.cursor = Math.min(state.cursor, it.model.count - 1);
    state.way = new Map();
    state.chosen = new Set();
  }

  function regroup() {
    state.group = it.model.groupings[colour.value];
    if (state.coloured !== colour.value) state.hidden.clear();
    state.coloured = colour.value;
    it.legendButtons();
    it.restyle();
  }

  const sizes = new ResizeObserver(() => it.layout());
  sizes.observe(frame);
  root.addEventListener("transitionend", it.restyle);
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", it.restyle);
  window.addEventListener(SHARED_VIEW, it.follow);
  document.addEventListener("fullscreenchange", it.layout);
  colour.addEventListener("change", regroup);

  function end() {
    document.removeEventListener("fullscreenchange", it.layout);
    sizes.disconnect();
    scheme.removeEventListener("change", it.restyle);
    window.removeEventListener(SHARED_VIEW, it.follow);
    charts.delete(root);
  }

  Object.assign(it, { show, end });
}
