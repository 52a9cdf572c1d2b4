// What is looked for, by what bars are coloured, and what that means.

function legendOf(it) {
  const { legend, find, colour, showing, view, state, root } = it;

  find.addEventListener("input", () => {
    state.found = it.model.matching(find.value);
    state.sought = find.value.trim() !== "" && state.found.size > 0;
    it.draw();
  });
  showing.addEventListener("change", () => {
    state.show = SHOWN[showing.value];
    it.draw();
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !state.found.size) return;
    const batch = [...state.found.keys()][0];
    const order = state.found.get(batch)[0];
    const day = DAY / it.model.clock.unit;
    const middle = it.model.data.orders.start[order];
    if (view.to - view.from > 2 * day) it.zoomTo(middle - day / 2, middle + day / 2);
    it.goTo(batch);
    it.select(batch);
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
        it.draw();
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
    const hasPins = it.model.data.batches.flags.some((flags) => flags & PINNED);
    return [
      ...(hasPins ? [[dot, "pinned"]] : []),
      ...(it.model.data.past.length ? [["color-mix(in srgb, currentColor 18%, transparent)", "made"]] : []),
      [hatch, "changeover"],
      ...(it.model.upkeep.count ? [[`${hatch}, ${hatch.replace("135", "45")}`, "upkeep"]] : []),
      ...(it.model.supply() ? [[late, "too few of a resource"]] : []),
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

  Object.assign(it, { legendButtons });
}
