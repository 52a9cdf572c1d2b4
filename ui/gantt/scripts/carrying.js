// Carrying a batch to another place: by pointer, finger and keys alike.

function carrying(it) {
  const { spoken, unplanned, view, state } = it;

  // What a deed on `batch` is done to: all that are chosen, if it is one of them.
  function meant(batch) {
    return state.chosen.has(batch) ? [...state.chosen] : [batch];
  }

  function lift(batch) {
    state.carried = carriedBatches(it.model, meant(batch));
    it.draw();
  }

  function aim(place) {
    const last = it.model.data.machines.name.length - 1;
    const row = Math.floor((place.y - AXIS + view.top) / view.row);
    const machine = Math.min(Math.max(0, row), last);
    const at = it.timeAt(place.x);
    const join = joinedAt(it.model, state.carried, machine, at);
    const target = standing(it.model, state.carried, machine, placeAt(it.model, state.carried, machine, at));
    state.target = { ...target, join: target.isAllowed ? join : -1 };
    it.draw();
  }

  function letGo() {
    state.carried = null;
    state.target = null;
    unplanned.querySelector(".held")?.classList.remove("held");
    it.draw();
  }

  function drop() {
    const { carried, target } = state;
    letGo();
    if (!carried || !target) return;
    const { operations } = carried;
    const [machine, before] = [it.model.data.machines.name[target.machine], target.before];
    if (target.join >= 0) {
      it.send.ask({ what: "join", operations, into: firstOperation(target.join) });
    } else if (!staysThere(carried, target)) {
      it.send.ask({ what: "move", operations, machine, before });
    }
  }

  // One batch that is dropped where it was.
  function staysThere(carried, target) {
    if (carried.batches.size !== 1) return false;
    const [batch] = carried.batches;
    const was = batch - it.model.firstOf[target.machine];
    return it.model.data.batches.machine[batch] === target.machine && target.place === was;
  }

  function firstOperation(batch) {
    return it.model.data.orders.operation[it.model.data.batches.first[batch]];
  }

  // With Alt and arrow keys: one place earlier or later, to the next machine that may make it.
  function carryByKeys(key) {
    const batch = state.cursor >= 0 ? state.cursor : state.selected;
    if (!state.carried) {
      if (batch < 0) return;
      lift(batch);
      const at = it.model.data.batches.start[batch];
      const { machine } = it.model.data.batches;
      const place = resting(it.model, state.carried, machine[batch]).filter((k) => it.model.data.batches.start[k] < at).length;
      state.target = { ...standing(it.model, state.carried, machine[batch], place), join: -1 };
    }
    const { carried, target } = state;
    let { machine, place } = target;
    if (key === "ArrowLeft") place = Math.max(0, place - 1);
    if (key === "ArrowRight") place = Math.min(resting(it.model, carried, machine).length, place + 1);
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (step) {
      const rows = carried.machines.filter((row) => (row - machine) * step > 0);
      if (rows.length) {
        machine = step > 0 ? Math.min(...rows) : Math.max(...rows);
        place = placeAt(it.model, carried, machine, target.start);
      }
    }
    state.target = { ...standing(it.model, carried, machine, place), join: -1 };
    it.intoView(state.target.start, state.target.end, machine);
    const few = lacking(it.model, carried, state.target);
    const lack = few ? `${few}. ` : "";
    const kept = state.target.upkeep ? `, behind ${state.target.upkeep}` : "";
    spoken.textContent = `${it.model.data.machines.name[machine]}, place ${place + 1}, `
      + `from ${it.model.clock.moment(state.target.start)}${kept}. ${lack}Enter drops it there, Escape lets it stay.`;
    it.draw();
  }

  Object.assign(it, { aim, carryByKeys, drop, letGo, lift, meant });
}
