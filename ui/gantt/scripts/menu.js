// A menu of what can be done to the chosen batches.

function menuOf(element, root) {
  let back = null;
  const close = () => {
    element.hidden = true;
    back?.focus({ preventScroll: true });
    back = null;
  };
  element.addEventListener("keydown", (event) => {
    const buttons = [...element.querySelectorAll("button")];
    const place = buttons.indexOf(event.target);
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) buttons[(place + steps[event.key] + buttons.length) % buttons.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("pointerdown", (event) => {
    if (!element.hidden && !element.contains(event.target)) element.hidden = true;
  }, true);
  return {
    close,
    // Each item: its words and what it does.
    open(items, x, y, from) {
      back = from;
      element.replaceChildren(...items.map(({ text, act }) => {
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("role", "menuitem");
        button.textContent = text;
        button.addEventListener("click", () => {
          close();
          act();
        });
        return button;
      }));
      element.hidden = false;
      element.style.left = `${Math.max(0, Math.min(x, root.clientWidth - element.offsetWidth - 4))}px`;
      element.style.top = `${y}px`;
      element.querySelector("button")?.focus({ preventScroll: true });
    },
  };
}
