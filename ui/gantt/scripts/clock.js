// Local time. `wall` is the scenario's start in milliseconds as if its clocks showed UTC; from the
// unit `from` on, the clocks are `shift` milliseconds ahead of where they stood at the start.

const MINUTE = 60000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR,
  12 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONDAY = 4 * DAY; // 5 January 1970

function two(number) {
  return String(number).padStart(2, "0");
}

function clockOf({ wall, unit, shifts }) {
  // Return the place of the last shift at or before `at`.
  const segment = (at) => {
    let last = 0;
    while (last + 1 < shifts.length && shifts[last + 1][0] <= at) last += 1;
    return last;
  };
  const clock = {
    unit,
    wallAt: (at) => wall + at * unit + shifts[segment(at)][1],
    // The first unit at which the clocks show `shown`, or the end of the hour they skip.
    unitAt(shown) {
      for (let k = 0; k < shifts.length; k += 1) {
        const at = (shown - wall - shifts[k][1]) / unit;
        const end = k + 1 < shifts.length ? shifts[k + 1][0] : Infinity;
        if (at < end) return k ? Math.max(at, shifts[k][0]) : at;
      }
      return 0;
    },
    day(shown) {
      const date = new Date(shown);
      return `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
    },
    time(shown) {
      const date = new Date(shown);
      return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
    },
    moment: (at) => `${clock.day(clock.wallAt(at))} ${clock.time(clock.wallAt(at))}`,
    // Times between `from` and `to` where a label fits, `least` units apart or more.
    ticks(from, to, least) {
      const step = STEPS.find((one) => one / unit >= least) ?? STEPS[STEPS.length - 1];
      const anchor = step >= 7 * DAY ? MONDAY : 0;
      let shown = Math.floor((clock.wallAt(from) - anchor) / step) * step + anchor;
      const found = [];
      for (; found.length < 400; shown += step) {
        const at = clock.unitAt(shown);
        if (at > to) break;
        if (at >= from) found.push({ at, shown, step });
      }
      return found;
    },
    lasting(units) {
      const minutes = Math.round((units * unit) / MINUTE);
      const hours = Math.floor(minutes / 60);
      if (!hours) return `${minutes} min`;
      return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    },
  };
  return clock;
}
