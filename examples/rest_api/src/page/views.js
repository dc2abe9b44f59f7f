// What the page shows, one function per view.

import { Refusal, give, newKey, read, signIn } from "./api.js";
import { field, form, h, say } from "./dom.js";
import { byDay, money, moment, monday, ownZone, standing, time, timeIn, week } from "./format.js";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The trainers on a list. */
export async function trainers() {
  const { items } = await read("/trainers?limit=50");
  const cards = items.map((known) =>
    h(
      "li",
      { class: "card" },
      h("h2", {}, h("a", { href: `#/trainers/${known.id}` }, fullName(known))),
      h("p", { class: "facts" }, facts(known)),
      known.bio && h("p", { class: "bio" }, known.bio),
      h("p", { class: "from" }, offers(known)),
    ),
  );
  return [
    h("h1", {}, "Find a trainer"),
    cards.length ? h("ul", { class: "cards" }, cards) : h("p", {}, "There is no trainer yet."),
  ];
}

const fullName = ({ first_name, last_name }) => `${first_name} ${last_name}`;

function facts({ city, is_verified, rating, years_of_experience: years }) {
  const known = [city, is_verified && "verified", years > 0 && `${years} years with dogs`];
  known.push(stars(rating));
  return known.filter(Boolean).join(" · ");
}

function stars({ count, mean_e4: mean }) {
  if (!count) return "no reviews yet";
  return `★\u00a0${(mean / 10_000).toFixed(1)}\u00a0(${count})`;
}

function offers({ services }) {
  if (!services.length) return "Offers no lessons at the moment.";
  return services.map(({ name, price }) => `${name}, ${money(price)}`).join(" · ");
}

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

function choice(name, value, isChosen, content) {
  const input = h("input", { type: "radio", name, value, checked: isChosen, required: true });
  return h("label", { class: "choice" }, input, h("span", {}, content));
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

/** An owner's lessons and dogs. */
export async function lessons({ user, go }) {
  if (!user?.account.owner) return signInFirst();
  const [{ items }, dogs] = await Promise.all([
    read("/bookings?limit=100", "owner"),
    read(`/owners/${user.account.owner}/dogs`, "owner"),
  ]);
  const rows = items.map((lesson) =>
    lessonCard(lesson, `${lesson.trainer_first_name} ${lesson.trainer_last_name}`, [
      lesson.status === "pending" && act(["Withdraw", "Withdrawn"], lesson, "withdrawal", undefined, go),
      lesson.status === "accepted" && act(["Cancel", "Cancelled"], lesson, "cancellation", {}, go),
    ]),
  );
  return [
    h("h1", {}, "My lessons"),
    rows.length
      ? h("ul", { class: "cards" }, rows)
      : h("p", {}, "None to come. ", h("a", { href: "#/" }, "Find a trainer"), "."),
    h("h2", {}, "My dogs"),
    dogs.length ? h("ul", { class: "dogs" }, dogs.map(({ facts: dog }) => h("li", {}, dog.name))) : null,
    dogForm(go),
  ];
}

function lessonCard(lesson, whose, buttons) {
  const given = buttons.filter(Boolean);
  return h(
    "li",
    { class: `card ${lesson.status}`, "data-booking": lesson.id },
    h("h2", {}, h("time", { datetime: lesson.session.start }, moment(lesson.session.start))),
    h("p", { class: "facts" }, `${lesson.service_name ?? "Lesson"} · ${lesson.dog_name} · ${whose}`),
    h("p", { class: "standing" }, standing(lesson), " · ", money(lesson.price)),
    given.length ? h("p", { class: "buttons" }, given) : null,
  );
}

/** A button that gives a command about a lesson, and says so. */
function act([name, done], lesson, command, body, go) {
  const when = moment(lesson.session.start);
  const kind = name === "Accept" ? "main" : undefined;
  const button = h("button", { type: "button", class: kind, "aria-label": `${name} the lesson on ${when}` }, name);
  const key = newKey();
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const as = command === "cancellation" ? "owner" : undefined;
      await give("POST", `/bookings/${lesson.id}/${command}`, body, { as, key });
      go(location.hash, `${done}: the lesson on ${when}.`);
    } catch (error) {
      say(error.message, "problem");
      button.disabled = false;
    }
  });
  return button;
}

function dogForm(go) {
  const sizes = ["small", "medium", "large", "giant"];
  return form(
    { class: "inline" },
    async (values) => {
      const notes = values.get("notes");
      await give("POST", "/dogs", { name: values.get("name"), size: values.get("size"), notes });
      go("#/lessons", `${values.get("name")} is added.`);
    },
    h("h3", {}, "Add a dog"),
    field("Name", h("input", { name: "name", required: true, maxlength: 100 })),
    field("Size", h("select", { name: "size" }, sizes.map((size) => h("option", {}, size)))),
    field("What a trainer should know", h("textarea", { name: "notes", rows: 2 })),
    h("button", { type: "submit" }, "Add the dog"),
  );
}

/** A trainer's desk: requests, lessons, and what is offered when. */
export async function desk({ user, go }) {
  if (!user?.account.trainer) return signInFirst();
  const id = user.account.trainer;
  const [{ items }, calendar, card] = await Promise.all([
    read("/bookings?limit=100", "trainer"),
    read("/me/calendar", "trainer"),
    read(`/trainers/${id}`, "trainer"),
  ]);
  const row = (lesson) =>
    lessonCard(lesson, lesson.owner_first_name, [
      lesson.status === "pending" && act(["Accept", "Accepted"], lesson, "acceptance", undefined, go),
      lesson.status === "pending" && act(["Decline", "Declined"], lesson, "decline", {}, go),
    ]);
  const requests = items.filter(({ status }) => status === "pending").map(row);
  const booked = items.filter(({ status }) => status === "accepted").map(row);
  return [
    h("h1", {}, "My desk"),
    h("h2", {}, "Requests"),
    requests.length ? h("ul", { class: "cards" }, requests) : h("p", {}, "None at the moment."),
    h("h2", {}, "Lessons to come"),
    booked.length ? h("ul", { class: "cards" }, booked) : h("p", {}, "None yet."),
    h("h2", {}, "What you offer"),
    h("p", {}, offers(card)),
    serviceForm(id, go),
    h("h2", {}, "When you work"),
    h("p", {}, hours(calendar)),
    hoursForm(go),
  ];
}

function hours({ hours: windows, time_zone: zone }) {
  if (!windows.length) return "No hours yet: nobody can book you.";
  const days = Map.groupBy(windows, ({ hours: { start, end } }) => `${start}–${end}`);
  const known = [...days].map(
    ([times, on]) => `${on.map(({ weekday }) => WEEKDAYS[weekday]).join(", ")}: ${times}`,
  );
  return `${known.join("; ")} (${zone}).`;
}

function serviceForm(trainerId, go) {
  return form(
    { class: "inline" },
    async (values) => {
      const body = {
        name: values.get("name"),
        duration_minutes: Number(values.get("minutes")),
        price: { amount: Math.round(Number(values.get("price")) * 100), currency: "EUR" },
      };
      await give("POST", `/trainers/${trainerId}/services`, body);
      go("#/desk", `${body.name} is offered.`);
    },
    h("h3", {}, "Offer a lesson"),
    field("Name", h("input", { name: "name", required: true, maxlength: 100 })),
    field("Minutes", h("input", { name: "minutes", type: "number", min: 5, max: 1440, value: 60, required: true })),
    field("Price in euros", h("input", { name: "price", type: "number", min: 0.5, step: 0.01, value: 50, required: true })),
    h("button", { type: "submit" }, "Offer the lesson"),
  );
}

function hoursForm(go) {
  const days = [1, 2, 3, 4, 5, 6, 0].map((weekday) => {
    const input = h("input", { type: "checkbox", name: "weekday", value: weekday, checked: weekday % 6 !== 0 });
    return h("label", { class: "choice" }, input, h("span", {}, WEEKDAYS[weekday]));
  });
  return form(
    { class: "inline" },
    async (values) => {
      const window = { start: values.get("start"), end: values.get("end") };
      const week = values.getAll("weekday").map((day) => ({ weekday: Number(day), hours: window }));
      await give("PUT", "/me/hours", week);
      go("#/desk", "Your hours are set.");
    },
    h("h3", {}, "Set your hours"),
    h("fieldset", { class: "choices" }, h("legend", {}, "Days"), days),
    field("From", h("input", { name: "start", type: "time", value: "09:00", required: true })),
    field("To", h("input", { name: "end", type: "time", value: "17:00", required: true })),
    h("button", { type: "submit" }, "Set the hours"),
  );
}

function signInFirst() {
  return [h("h1", {}, "Sign in"), h("p", {}, "This is for who is ", h("a", { href: "#/sign-in" }, "signed in"), ".")];
}

/** Signing in, and signing up as an owner or as a trainer. */
export function signInOrUp({ go }) {
  const email = () => h("input", { name: "email", type: "email", autocomplete: "username", required: true });
  const enter = form(
    { class: "panel" },
    async (values) => {
      await signIn(values.get("email"), values.get("password"));
      await home(go);
    },
    h("h2", {}, "I have an account"),
    field("E-mail", email()),
    field("Password", h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
    h("button", { type: "submit" }, "Sign in"),
  );
  const join = form(
    { class: "panel" },
    async (values) => {
      await signUp(values);
      await home(go);
    },
    h("h2", {}, "I am new"),
    h(
      "fieldset",
      { class: "choices" },
      h("legend", {}, "I am"),
      choice("role", "owner", true, ["a dog owner"]),
      choice("role", "trainer", false, ["a trainer"]),
    ),
    field("First name", h("input", { name: "first_name", autocomplete: "given-name", required: true, maxlength: 100 })),
    field("Last name", h("input", { name: "last_name", autocomplete: "family-name", required: true, maxlength: 100 })),
    field("E-mail", email()),
    field(
      "Password",
      h("input", { name: "password", type: "password", autocomplete: "new-password", minlength: 8, required: true }),
      "Eight characters or more.",
    ),
    h("button", { type: "submit" }, "Sign up"),
  );
  return [h("h1", {}, "Sign in"), h("div", { class: "panels" }, enter, join)];
}

async function signUp(values) {
  const told = Object.fromEntries(["first_name", "last_name", "email", "password"].map((name) => [name, values.get(name)]));
  await give("POST", "/users", told);
  await signIn(told.email, told.password);
  if (values.get("role") === "owner") return give("POST", "/me/owner");
  return give("POST", "/me/trainer", { years_of_experience: 0, time_zone: ownZone });
}

/** Goes where somebody who has just signed in begins. */
async function home(go) {
  const { account, first_name: name } = await read("/me");
  go(account.trainer ? "#/desk" : "#/lessons", `Welcome, ${name}.`);
}
