// A cell that was just typed is sent to the server after a moment. A click that leaves the page
// waits until it has been; closing the window while a cell is open asks.
const MOMENT = 350;
const LONGEST = 4000;

export default function () {
  if (window.batchPlannerGuard) return;
  window.batchPlannerGuard = true;
  let last = -Infinity;
  let replaying = false;
  const cell = () => document.querySelector('#portal .gdg-input, #portal textarea, #portal input');
  const inTable = (node) => node.closest?.('[data-testid=stDataFrame], #portal');
  const isPending = () => cell() !== null || performance.now() - last < MOMENT;
  const touch = (event) => {
    if (inTable(event.target) || cell()) last = performance.now();
  };
  for (const kind of ['keydown', 'pointerdown', 'pointerup', 'paste']) {
    document.addEventListener(kind, touch, true);
  }
  const isBusy = () => {
    const app = document.querySelector('[data-testid=stApp]');
    return app !== null && app.dataset.testScriptState !== 'notRunning';
  };
  const later = (target, begun) => {
    const waited = performance.now() - begun;
    if ((isPending() || isBusy()) && waited < LONGEST) {
      setTimeout(later, 50, target, begun);
      return;
    }
    replaying = true;
    target.click();
    replaying = false;
  };
  document.addEventListener(
    'click',
    (event) => {
      const target = event.target.closest?.('a[href], button[data-testid^=stBaseButton]');
      if (replaying || !target || inTable(event.target) || event.ctrlKey || event.metaKey) return;
      if (!isPending()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      setTimeout(later, 50, target, performance.now());
    },
    true,
  );
  window.addEventListener('beforeunload', (event) => {
    const isOnItsWay = isBusy() && performance.now() - last < LONGEST;
    if (isPending() || isOnItsWay) event.preventDefault();
  });
}
