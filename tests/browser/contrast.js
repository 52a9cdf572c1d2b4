// Returns texts whose contrast with the ground behind them is below WCAG 2.2 AA.
() => {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = probe.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, under) => [0, 1, 2].map((k) => top[k] * top[3] + under[k] * (1 - top[3]));
  const up = (part) => part.parentElement ?? part.getRootNode().host;
  const linear = (value) => (value <= 10.3 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

  function groundOf(part) {
    const layers = [];
    for (let each = part; each; each = up(each)) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  }

  function opacityOf(part) {
    let opacity = 1;
    for (let each = part; each; each = up(each)) opacity *= Number(getComputedStyle(each).opacity);
    return opacity;
  }

  function isSeen(part) {
    if (!part || part.closest("script, style, noscript, [disabled], [aria-disabled=true]")) return false;
    const { width, height } = part.getBoundingClientRect();
    return width > 1 && height > 1 && getComputedStyle(part).visibility !== "hidden";
  }

  function tooFaint(part) {
    const style = getComputedStyle(part);
    const colour = rgba(part.closest("svg") ? style.fill : style.color);
    colour[3] *= opacityOf(part);
    const ground = groundOf(part);
    const [high, low] = [light(over(colour, ground)), light(ground)].sort((a, b) => b - a);
    const isLarge = parseFloat(style.fontSize) >= 24;
    const contrast = (high + 0.05) / (low + 0.05);
    return contrast < (isLarge ? 3 : 4.5) ? contrast : 0;
  }

  const roots = [document.body];
  for (const part of document.querySelectorAll("*")) if (part.shadowRoot) roots.push(part.shadowRoot);
  const found = [];
  let count = 0;
  for (const root of roots) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.textContent.trim();
      const part = texts.currentNode.parentElement;
      // Text on the cells of a heat map lies on shapes, not on a ground; Plotly chooses its colour.
      if (!text || !isSeen(part) || part.closest(".heatmaplayer, .hm")) continue;
      count += 1;
      const contrast = tooFaint(part);
      if (contrast) found.push(`${contrast.toFixed(2)} ${text.slice(0, 40)}`);
    }
  }
  return { count, faint: [...new Set(found)] };
}
