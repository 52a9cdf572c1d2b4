// Colours from the theme, and the patterns of bars.

function theme(root) {
  const style = getComputedStyle(root);
  const read = (name, other) => style.getPropertyValue(name).trim() || other;
  const background = read("--st-background-color", "#ffffff");
  return {
    background,
    text: read("--st-text-color", "#1d2733"),
    line: read("--st-border-color", "#d5dae1"),
    accent: read("--st-primary-color", "#1d5f8a"),
    late: isDark(background) ? "#ff8a80" : "#b3261e",
    font: read("--st-font", "sans-serif"),
  };
}

function isDark(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const hex = probe.fillStyle;
  if (hex[0] !== "#") return false;
  const [red, green, blue] = [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  return red * 0.3 + green * 0.6 + blue * 0.1 < 110;
}

// Pattern 0 is plain; the others tell families of one colour apart.
function familyFill(context, fill, ink, pattern) {
  if (!pattern) return fill;
  const tile = tileOf(8);
  const paint = tile.getContext("2d");
  paint.fillStyle = fill;
  paint.fillRect(0, 0, 8, 8);
  paint.fillStyle = ink;
  paint.globalAlpha = 0.45;
  if (pattern === 1) [[1, 1], [5, 5]].forEach(([x, y]) => paint.fillRect(x, y, 2, 2));
  if (pattern === 2) paint.fillRect(3, 0, 2, 8);
  if (pattern === 3) paint.fillRect(0, 3, 8, 2);
  return context.createPattern(tile, "repeat");
}

function hatching(context, colour) {
  const tile = tileOf(6);
  const paint = tile.getContext("2d");
  paint.strokeStyle = colour;
  paint.lineWidth = 1.4;
  paint.beginPath();
  [-6, 0, 6].forEach((x) => {
    paint.moveTo(x - 1, 7);
    paint.lineTo(x + 7, -1);
  });
  paint.stroke();
  return context.createPattern(tile, "repeat");
}

// Lines both ways, for upkeep.
function crossing(context, colour) {
  const tile = tileOf(8);
  const paint = tile.getContext("2d");
  paint.strokeStyle = colour;
  paint.lineWidth = 1;
  paint.beginPath();
  [-8, 0, 8].forEach((x) => {
    paint.moveTo(x - 1, 9);
    paint.lineTo(x + 9, -1);
    paint.moveTo(x - 1, -1);
    paint.lineTo(x + 9, 9);
  });
  paint.stroke();
  return context.createPattern(tile, "repeat");
}

function tileOf(size) {
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  return tile;
}

function swatch(fill, ink, pattern) {
  const faint = `color-mix(in srgb, ${ink} 45%, ${fill})`;
  if (pattern === 1) return `radial-gradient(${faint} 30%, ${fill} 32%) 0 0 / 6px 6px`;
  if (pattern === 2) return `repeating-linear-gradient(90deg, ${fill} 0 4px, ${faint} 4px 6px)`;
  if (pattern === 3) return `repeating-linear-gradient(${fill} 0 3px, ${faint} 3px 5px)`;
  return fill;
}
