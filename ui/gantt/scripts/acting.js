// What can be done to batches: the menu, the buttons, and what is said of the last change.

function acting(it) {
  const { part, frame, said, menu, view, state, root } = it;

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
      button.addEventListener("click", () => it.send.ask({ what }));
      return button;
    });
    said.style.setProperty("--late", theme(root).late);
    said.replaceChildren(text, ...buttons);
  }

  // The menu

  function openMenu(batch, place) {
    it.letGo();
    const chosen = batch >= 0 ? it.meant(batch) : [];
    const items = it.isByHand() ? deeds(chosen, it.timeAt(place.x)) : [];
    if (!items.length) return;
    if (chosen.length === 1) it.select(batch);
    menu.open(items, place.x, frame.offsetTop + place.y, frame);
  }

  function deeds(chosen, at) {
    if (!chosen.length) return [];
    const { batches, orders } = it.model.data;
    const operations = chosen.flatMap((k) => orders.operation.slice(batches.first[k], batches.first[k + 1]));
    const names = [...new Set(chosen.flatMap((k) => orders.name.slice(batches.first[k], batches.first[k + 1])))];
    const ask = (text, what, more) => ({ text, act: () => it.send.ask({ what, operations, ...more }) });
    const isPinned = chosen.some((k) => batches.flags[k] & PINNED);
    const found = [isPinned ? ask("Unpin", "unpin") : ask("Pin here", "pin")];
    if (chosen.length === 1) {
      const [k] = chosen;
      const last = splitBehind(k, at);
      if (last >= 0) {
        const rest = orders.operation.slice(last + 1, batches.first[k + 1]);
        found.push(ask(`Split behind order ${orders.name[last]}`, "split", { operations: rest }));
      }
      const next = k + 1 < it.model.firstOf[batches.machine[k] + 1] ? k + 1 : -1;
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
    const { batches, orders } = it.model.data;
    const [first, last] = [batches.first[k], batches.first[k + 1]];
    if (last - first < 2) return -1;
    const done = range(first, last - 1).filter((o) => orders.end[o] <= at || orders.start[o] <= at);
    return done.length ? done[done.length - 1] : first;
  }

  frame.addEventListener("contextmenu", (event) => {
    const batch = it.batchAt(it.placeOf(event));
    if (batch < 0 || !it.isByHand()) return;
    event.preventDefault();
    if (event.pointerType !== "touch") openMenu(batch, it.placeOf(event));
  });

  function openMenuByKey() {
    const batch = state.cursor >= 0 ? state.cursor : state.selected;
    if (batch < 0) return;
    const { machine, start } = it.model.data.batches;
    const x = Math.min(Math.max(xOf(view, start[batch]) + 8, view.gutter), view.width - 40);
    openMenu(batch, { x, y: AXIS + (machine[batch] + 0.5) * view.row - view.top });
  }

  const doings = {
    load: () => {
      const button = part("[data-do=load]");
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      it.draw();
    },
    screen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
    print: () => printed(it.model, view, state, theme(root), it.model.data.title),
    undo: () => it.send.ask({ what: "undo" }),
    redo: () => it.send.ask({ what: "redo" }),
    menu: openMenuByKey,
  };
  root.querySelectorAll("[data-do]").forEach((button) => {
    button.addEventListener("click", () => doings[button.dataset.do]());
  });

  Object.assign(it, { openMenu, openMenuByKey, say });
}
