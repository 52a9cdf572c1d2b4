// What is not planned stands above the chart, and can be dragged into it.

function waitingStrip(it) {
  const { menu, unplanned, state } = it;

  function strip() {
    const items = it.model.data.unplanned;
    unplanned.hidden = items.length === 0 || it.model.data.compact;
    if (unplanned.dataset.of === it.model.data.version) return;
    unplanned.dataset.of = it.model.data.version;
    const title = document.createElement("span");
    title.textContent = `Not planned (${items.length})`;
    unplanned.replaceChildren(title, ...items.slice(0, 200).map(waitingButton));
  }

  function deedsOn({ operation }) {
    const ask = (text, what) => ({ text, act: () => it.send.ask({ what, operations: [operation] }) });
    return [ask("Take it in", "take in"), ask("Why is it not planned?", "why")];
  }

  function waitingButton(item) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = item.order === item.operation ? item.order : item.told.split(" · ").slice(0, 2).join(" · ");
    button.title = `${item.told}: ${item.reason}`;
    button.setAttribute("aria-label", `Not planned: ${item.told}. ${item.reason}`);
    let isDragged = false;
    button.addEventListener("pointerdown", (event) => {
      isDragged = false;
      if (!it.isByHand() || event.button > 0) return;
      button.setPointerCapture(event.pointerId);
      button.classList.add("held");
      state.carried = carriedWaiting(it.model, item);
      it.draw();
    });
    button.addEventListener("pointermove", (event) => {
      if (!state.carried || !button.classList.contains("held")) return;
      const place = it.placeOf(event);
      isDragged ||= place.y > AXIS;
      if (place.y > AXIS) it.aim(place);
      else state.target = null;
      it.draw();
    });
    button.addEventListener("pointerup", () => {
      if (state.target) it.drop();
      else it.letGo();
    });
    // A click, Enter, and the menu key show what can be done with it.
    const open = (event) => {
      event.preventDefault();
      if (!it.isByHand() || isDragged) return;
      menu.open(deedsOn(item), button.offsetLeft, button.offsetTop + button.offsetHeight, button);
    };
    button.addEventListener("click", open);
    button.addEventListener("contextmenu", open);
    button.setAttribute("aria-haspopup", "menu");
    button.addEventListener("pointercancel", it.letGo);
    return button;
  }

  Object.assign(it, { strip });
}
