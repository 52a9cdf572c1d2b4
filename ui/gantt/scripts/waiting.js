// What is not planned stands above the chart, and can be dragged into it.

function waitingStrip(it) {
  const { unplanned, state } = it;

  function strip() {
    const items = it.model.data.unplanned;
    unplanned.hidden = items.length === 0 || it.model.data.compact;
    if (unplanned.dataset.of === it.model.data.version) return;
    unplanned.dataset.of = it.model.data.version;
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
      if (!it.isByHand() || event.button > 0) return;
      button.setPointerCapture(event.pointerId);
      button.classList.add("held");
      state.carried = carriedWaiting(it.model, item);
      it.draw();
    });
    button.addEventListener("pointermove", (event) => {
      if (!state.carried || !button.classList.contains("held")) return;
      const place = it.placeOf(event);
      if (place.y > AXIS) it.aim(place);
      else state.target = null;
      it.draw();
    });
    button.addEventListener("pointerup", (event) => {
      if (state.target) it.drop();
      else it.letGo();
    });
    button.addEventListener("pointercancel", it.letGo);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (it.isByHand()) it.send.ask({ what: "take in", operations: [item.operation] });
      }
    });
    return button;
  }

  Object.assign(it, { strip });
}
