// One trainer: what they offer, and the week's free times to book.

import { Refusal, give, newKey, read } from "./api.js";
import { choice, form, h, say } from "./dom.js";
import { byDay, money, moment, monday, ownZone, time, timeIn, week } from "./format.js";
import { facts, fullName, offers } from "./words.js";

/** One trainer: what they offer, and when they are free. */
export async function trainer({ user, go }, id) {
  const known = await read(`/trainers/${id}`);
  const dogs = user?.account.owner ? await read(`/owners/${user.account.owner}/dogs`, "owner") : [];
  const view = [h("h1", {}, fullName(known)), h("p", { class: "facts" }, facts(known))];
  if (known.bio) view.push(h("p", {}, known.bio));
  if (!known.services.length) return [...view, h("p", {}, offers(known))];
  return [...view, booking(known, { user, dogs, go })];
}

function booking(known, { user, dogs, go }) {
  let weeks = 0;
  let key = newKey();
  const times = h("div", { class: "times", "aria-live": "polite" });
  const label = h("strong", { class: "week" });
  const earlier = h("button", { type: "button", onclick: () => turn(-1) }, "Earlier");
  const later = h("button", { type: "button", onclick: () => turn(1) }, "Later");
  const service = () => known.services.find(({ id }) => id === chosen("service"));
  const chosen = (name) => new FormData(whole).get(name);

  const lessonKinds = known.services.map((offer, index) =>
    choice("service", offer.id, index === 0, [
      h("span", {}, offer.name),
      h("span", { class: "hint" }, `${offer.duration_minutes} min · ${money(offer.price)}`),
    ]),
  );
  const whole = form(
    { class: "booking", onchange: changed },
    send,
    h("fieldset", { class: "choices" }, h("legend", {}, "Lesson"), lessonKinds),
    dogs.length > 0 && dogChoice(dogs),
    h(
      "section",
      { "aria-labelledby": "when" },
      h("h2", { id: "when" }, "When"),
      h("p", { class: "hint" }, zones(known)),
      h("div", { class: "turn" }, earlier, label, later),
      times,
    ),
    ask(user, dogs),
  );

  async function turn(by) {
    weeks = Math.max(0, weeks + by);
    key = newKey();
    await list().catch((error) => say(error.message, "problem"));
  }

  async function changed({ target }) {
    // Another wish is another command.
    key = newKey();
    if (target.name === "start") return;
    await list().catch((error) => say(error.message, "problem"));
  }

  async function list() {
    const start = monday(weeks);
    const end = new Date(start);
    end.setDate(end.getDate() + 7);
    label.textContent = weeks === 0 ? `This week, ${week(start)}` : week(start);
    // It keeps the focus, which a disabled button would lose.
    earlier.setAttribute("aria-disabled", String(weeks === 0));
    const query = new URLSearchParams({
      service: service().id,
      from: new Date(Math.max(start, Date.now())).toISOString(),
      until: end.toISOString(),
    });
    const dog = chosen("dog");
    if (dog) query.set("dog", dog);
    const asked = weeks;
    const free = await read(`/trainers/${known.id}/slots?${query}`, dog ? "owner" : undefined);
    if (asked === weeks) times.replaceChildren(...slots(free, known.time_zone));
  }

  async function send() {
    const start = chosen("start");
    if (!start) {
      say("Choose a time first.", "problem");
      times.querySelector("input")?.focus();
      return;
    }
    const wish = { service: service().id };
    const body = { trainer: known.id, dog: chosen("dog"), wish, start };
    try {
      const booked = await give("POST", "/bookings", body, { key });
      const done = booked.status === "accepted" ? "is booked" : "is asked for";
      go("#/lessons", `Your lesson on ${moment(start)} ${done}.`);
    } catch (error) {
      key = newKey();
      if (error instanceof Refusal) await list();
      throw error;
    }
  }

  list().catch((error) => say(error.message, "problem"));
  return whole;
}

function dogChoice(dogs) {
  const kept = dogs.map(({ id, facts: { name } }, index) => choice("dog", id, index === 0, [name]));
  return h("fieldset", { class: "choices" }, h("legend", {}, "Dog"), kept);
}

function zones({ time_zone: theirs }) {
  const own = `Times are in your time zone, ${ownZone}.`;
  return theirs === ownZone ? own : `${own} The trainer is in ${theirs}.`;
}

function slots({ starts, obstacles }, zone) {
  if (obstacles.length) {
    return [h("p", {}, `Not to be had: ${obstacles.join(", ").replaceAll("_", " ")}.`)];
  }
  if (!starts.length) return [h("p", {}, "No free time in this week.")];
  // The week at a glance; the first day is open.
  return [...byDay(starts)].map(([name, instants], index) => {
    const free = instants.map((at) => slot(at, zone));
    const count = instants.length === 1 ? "1 time" : `${instants.length} times`;
    const summary = h("summary", {}, h("span", {}, name), h("span", { class: "hint" }, count));
    const times = h("fieldset", { class: "day", "aria-label": name }, free);
    return h("details", { open: index === 0 }, summary, times);
  });
}

function slot(at, zone) {
  const there = zone === ownZone ? undefined : `${timeIn(zone, at)} in ${zone}`;
  const input = h("input", { type: "radio", name: "start", value: at });
  return h("label", { class: "slot", title: there }, input, h("span", {}, time(at)));
}

function ask(user, dogs) {
  if (!user) return h("p", {}, h("a", { href: "#/sign-in" }, "Sign in"), " to book.");
  if (!user.account.owner) return h("p", {}, "You are signed in as a trainer.");
  if (!dogs.length) return h("p", {}, "Add a dog under ", h("a", { href: "#/lessons" }, "My lessons"), " first.");
  return h("div", { class: "send" }, h("button", { type: "submit" }, "Ask for this lesson"));
}
