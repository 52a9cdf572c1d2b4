// What part of the time is in view: buttons, wheel, and the overview.

function zooming(it) {
  const { frame, overview, view, state, root } = it;

  // From the start of the first of several charts to the end of the last.
  function spanOf(data) {
    return Math.max(1, (data.end + offsetOf(data)) * 1.02);
  }

  // How long after the first of several charts this one begins.
  function offsetOf(data) {
    return data.offset ?? 0;
  }

  function whole() {
    return { from: -offsetOf(it.model.data), to: spanOf(it.model.data) - offsetOf(it.model.data) };
  }

  function zoomTo(from, to, share = true) {
    const whole = spanOf(it.model.data);
    const least = (15 * MINUTE) / it.model.clock.unit;
    const span = Math.min(Math.max(to - from, least), whole * 1.5);
    const left = -offsetOf(it.model.data);
    const last = Math.max(left, left + whole * 1.1 - span);
    const start = Math.min(Math.max(from, left - whole * 0.05), last);
    view.from = start;
    view.to = start + span;
    it.rescale();
    it.draw();
    if (share && it.model.data.group) {
      const detail = { group: it.model.data.group, root, ...shared() };
      window.dispatchEvent(new CustomEvent(SHARED_VIEW, { detail }));
    }
  }

  // What is looked at, in milliseconds after the start of the first chart.
  function shared() {
    const [offset, { unit }] = [offsetOf(it.model.data), it.model.clock];
    return { from: (view.from + offset) * unit, to: (view.to + offset) * unit };
  }

  function follow({ detail }) {
    if (!it.model || detail.root === root || detail.group !== it.model.data.group) return;
    const { unit } = it.model.clock;
    view.from = detail.from / unit - offsetOf(it.model.data);
    view.to = detail.to / unit - offsetOf(it.model.data);
    it.rescale();
    it.draw();
  }

  function zoomBy(factor, x) {
    const middle = x === undefined ? (view.from + view.to) / 2 : timeAt(x);
    zoomTo(middle - (middle - view.from) * factor, middle + (view.to - middle) * factor);
  }

  // A day and a week begin where the clocks show midnight before what is in view, or selected.
  function zoomDays(days) {
    const { clock } = it.model;
    const chosen = state.selected >= 0 ? state.selected : state.cursor;
    const at = chosen >= 0 ? it.model.data.batches.start[chosen] : Math.max(0, view.from);
    const midnight = Math.floor(clock.wallAt(at) / DAY) * DAY;
    zoomTo(clock.unitAt(midnight), clock.unitAt(midnight + days * DAY));
  }

  const zooms = {
    day: () => zoomDays(1),
    week: () => zoomDays(7),
    all: () => zoomTo(-offsetOf(it.model.data), spanOf(it.model.data) - offsetOf(it.model.data)),
    in: () => zoomBy(0.6),
    out: () => zoomBy(1 / 0.6),
  };
  root.querySelectorAll("[data-zoom]").forEach((button) => {
    button.addEventListener("click", () => zooms[button.dataset.zoom]());
  });

  function timeAt(x) {
    return view.from + (x - view.gutter) / view.scale;
  }

  frame.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoomBy(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.005), it.placeOf(event).x);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      const by = (event.deltaX || event.deltaY) / view.scale;
      zoomTo(view.from + by, view.to + by);
    }
  }, { passive: false });

  frame.addEventListener("scroll", it.draw);

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

  Object.assign(it, { follow, offsetOf, spanOf, timeAt, whole, zoomBy, zoomTo, zooms });
}
