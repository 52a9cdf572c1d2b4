// By what bars are coloured, and which of them are shown.

const TITLES = { family: "Family", customer: "Customer", lateness: "Lateness", priority: "Priority" };

// What a choice of "Show" keeps bright: a test of a batch.
const SHOWN = {
  "All": null,
  "Late": (model, k) => (model.data.batches.flags[k] & LATE) > 0,
  "Pinned": (model, k) => (model.data.batches.flags[k] & PINNED) > 0,
  "Begun": (model, k) => (model.data.batches.flags[k] & BEGUN) > 0,
};

function groupingsOf(data) {
  const { name, fill, ink, pattern } = data.families;
  return { family: { name, fill, ink, pattern, of: data.batches.family }, ...data.groupings };
}

function offer(select, names, texts = {}) {
  const chosen = names.includes(select.value) ? select.value : names[0];
  select.replaceChildren(...names.map((name) => {
    const option = document.createElement("option");
    option.value = name;
    option.textContent = texts[name] ?? name;
    return option;
  }));
  select.value = chosen;
  select.parentElement.hidden = names.length < 2;
}
