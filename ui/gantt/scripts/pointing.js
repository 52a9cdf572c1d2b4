// What pointer and fingers do: pan, pinch, choose, and carry batches.

function pointing(it) {
  const { frame, tip, spoken, context, view, state, root } = it;

  const pointers = new Map();
  let pressed = null;
  let pinch = null;
  let press = 0;

  frame.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    const place = it.placeOf(event);
    pointers.set(event.pointerId, place);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()];
      pinch = { apart: Math.abs(a.x - b.x) || 1, from: view.from, to: view.to, middle: it.timeAt((a.x + b.x) / 2) };
      pressed = null;
      return;
    }
    const batch = it.batchAt(place);
    const isTouch = event.pointerType === "touch";
    const moves = batch >= 0 && it.isByHand() && !isTouch;
    const adds = event.ctrlKey || event.metaKey;
    const kind = place.y < AXIS ? "zoom" : event.shiftKey ? "box" : moves && !adds ? "move" : "pan";
    pressed = { ...place, kind, batch, adds, from: view.from, to: view.to, top: frame.scrollTop, far: false };
    frame.setPointerCapture(event.pointerId);
    clearTimeout(press);
    if (isTouch && batch >= 0 && it.isByHand()) press = setTimeout(() => longPressed(batch), LONG_PRESS);
  });

  // From now on the finger carries the batch; let go at once, it opens the menu.
  function longPressed(batch) {
    if (!pressed || pressed.far) return;
    pressed.kind = "move";
    pressed.long = true;
    navigator.vibrate?.(20);
    it.lift(batch);
    it.aim(pressed);
  }
  frame.addEventListener("touchmove", (event) => {
    if (pressed?.long) event.preventDefault();
  }, { passive: false });

  frame.addEventListener("pointermove", (event) => {
    const place = it.placeOf(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, place);
    if (pinch && pointers.size === 2) pinched();
    else if (pressed) dragged(place);
    else it.hover(place);
  });

  function pinched() {
    const [a, b] = [...pointers.values()];
    const factor = pinch.apart / (Math.abs(a.x - b.x) || 1);
    it.zoomTo(pinch.middle - (pinch.middle - pinch.from) * factor, pinch.middle + (pinch.to - pinch.middle) * factor);
  }

  function dragged(place) {
    pressed.far ||= Math.hypot(place.x - pressed.x, place.y - pressed.y) > (pressed.long ? 10 : 4);
    if (!pressed.far) return;
    clearTimeout(press);
    tip.hidden = true;
    if (pressed.kind === "pan") {
      const by = (pressed.x - place.x) / view.scale;
      frame.scrollTop = pressed.top + pressed.y - place.y;
      it.zoomTo(pressed.from + by, pressed.to + by);
    } else if (pressed.kind === "move") {
      if (!state.carried) it.lift(pressed.batch);
      it.aim(place);
    } else if (pressed.kind === "box") {
      it.paintNow();
      boxed(place);
    } else {
      it.paintNow();
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
    const [from, to] = [it.timeAt(done.x), it.timeAt(place.x)].sort((a, b) => a - b);
    const rows = [done.y, place.y].sort((a, b) => a - b).map((y) => (y - AXIS + view.top) / view.row);
    const { machine, start, end } = it.model.data.batches;
    for (let k = 0; k < it.model.count; k += 1) {
      const inRows = machine[k] + 0.8 > rows[0] && machine[k] + 0.2 < rows[1];
      if (inRows && end[k] > from && start[k] < to && !fadedBatch(it.model, state, k)) state.chosen.add(k);
    }
    tellChosen();
  }

  function tellChosen() {
    spoken.textContent = `${state.chosen.size} ${state.chosen.size === 1 ? "batch" : "batches"} chosen`;
    it.draw();
  }

  function released(event) {
    const place = it.placeOf(event);
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
      if (done.long) it.openMenu(done.batch, place);
      else if (done.adds) it.choose(done.batch);
      else it.select(done.batch, done.batch < 0 ? -1 : it.model.orderAt(done.batch, it.timeAt(place.x)));
    } else if (done.kind === "zoom") {
      it.zoomTo(...[it.timeAt(done.x), it.timeAt(place.x)].sort((a, b) => a - b));
    } else if (done.kind === "box") {
      chooseIn(done, place);
    } else if (done.kind === "move") {
      it.drop();
    }
  }
  frame.addEventListener("pointerup", released);
  frame.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    clearTimeout(press);
    pressed = null;
    pinch = null;
    it.letGo();
  });
  frame.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });

  Object.assign(it, { tellChosen });
}
