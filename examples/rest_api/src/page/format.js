// How instants and amounts are shown: in the reader's own time zone and words.

/** The reader's own zone, for instance Europe/Berlin. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

export const time = (at) => clock.format(new Date(at));
export const date = (at) => day.format(new Date(at));
export const moment = (at) => `${date(at)}, ${time(at)}`;

/** The clock of another zone, for a reader who is elsewhere. */
export function timeIn(zone, at) {
  const options = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat(undefined, options).format(new Date(at));
}

/** Whole minor units, as people write them. */
export function money({ amount, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits;
  return format.format(amount / 10 ** digits);
}

/** The Monday of the reader's own week, some weeks from now. */
export function monday(weeks) {
  const start = new Date();
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() - ((start.getDay() + 6) % 7) + 7 * weeks);
  return start;
}

/** The week that begins on a day, in few words. */
export function week(start) {
  const last = new Date(start);
  last.setDate(last.getDate() + 6);
  return `${shortDay.format(start)} – ${shortDay.format(last)}`;
}

/** Instants by the reader's own day, in order. */
export function byDay(instants) {
  const days = new Map();
  for (const at of instants) {
    const key = date(at);
    days.set(key, [...(days.get(key) ?? []), at]);
  }
  return days;
}

/** What became of a lesson, in words. */
export function standing(lesson) {
  if (lesson.status === "cancelled") return lesson.cancel_kind ?? "cancelled";
  if (lesson.status === "pending") return "asked for";
  return lesson.status;
}
