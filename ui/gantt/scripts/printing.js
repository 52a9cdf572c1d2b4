// Prints what is in view, all machines of it, in light colours on one page.

const PAPER = {
  background: "#ffffff", text: "#1d2733", line: "#d5dae1", accent: "#1d5f8a", late: "#b3261e",
};

function printed(model, view, state, look, title) {
  const machines = model.data.machines.name.length;
  const whole = { ...view, top: 0, ratio: 2, height: AXIS + machines * view.row + 2 };
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(whole.width * whole.ratio);
  canvas.height = Math.round(Math.min(whole.height, 6000) * whole.ratio);
  const context = canvas.getContext("2d");
  const { fill, ink, pattern } = state.group;
  const light = {
    ...state,
    fills: fill.map((colour, k) => familyFill(context, colour, ink[k], pattern[k])),
    hatch: hatching(context, PAPER.text),
    cross: crossing(context, PAPER.text),
    selected: -1, cursor: -1, chosen: new Set(),
  };
  paint(context, model, whole, { ...look, ...PAPER }, light);
  const frame = document.createElement("iframe");
  frame.className = "printed";
  frame.title = "Print";
  frame.style.cssText = "position:fixed;width:0;height:0;border:0;visibility:hidden";
  document.body.append(frame);
  const page = frame.contentDocument;
  const style = page.createElement("style");
  style.textContent = "@page{size:landscape;margin:10mm}body{margin:0;font:14px sans-serif}img{width:100%}"
    + "span{display:inline-block;margin-right:12px}i{display:inline-block;width:14px;height:10px;margin-right:4px;"
    + "-webkit-print-color-adjust:exact;print-color-adjust:exact}";
  const heading = page.createElement("h1");
  heading.style.fontSize = "16px";
  heading.textContent = title;
  const picture = page.createElement("img");
  picture.alt = title;
  const used = new Set(state.group.of);
  const legend = state.group.name.filter((_, k) => used.has(k)).map((name) => {
    const [part, sample] = [page.createElement("span"), page.createElement("i")];
    const k = state.group.name.indexOf(name);
    sample.style.background = swatch(fill[k], ink[k], pattern[k]);
    part.append(sample, name);
    return part;
  });
  picture.addEventListener("load", () => {
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.focus();
    frame.contentWindow.print();
  });
  picture.src = canvas.toDataURL("image/png");
  page.head.append(style);
  page.body.append(heading, picture, ...legend);
}
