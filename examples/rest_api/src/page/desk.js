// A trainer's desk: requests, lessons, and what is offered where and when.

import { give, read } from "./api.js";
import { field, form, h } from "./dom.js";
import { act, lessonCard } from "./lesson.js";
import { place } from "./place.js";
import { signInFirst } from "./sign-in.js";
import { offers } from "./words.js";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

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
    h("h2", {}, "Where you work"),
    h("p", {}, card.city ? `Search finds you in ${card.city}.` : "Search does not find you yet."),
    placeForm(card, go),
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

function placeForm(card, go) {
  return form(
    { class: "inline" },
    async (values) => {
      const { latitude, longitude } = await place();
      const told = Object.fromEntries(["line", "city", "postal_code", "country"].map((name) => [name, values.get(name)]));
      const { id } = await give("POST", "/me/locations", { ...told, point: { latitude, longitude } });
      const { years_of_experience, bio } = card;
      await give("PUT", "/me/trainer", { years_of_experience, bio, search_location: id });
      go("#/desk", `Search finds you in ${told.city}.`);
    },
    h("h3", {}, "I work where I am now"),
    field("Street", h("input", { name: "line", autocomplete: "address-line1", required: true })),
    field("City", h("input", { name: "city", autocomplete: "address-level2", required: true })),
    field("Postal code", h("input", { name: "postal_code", autocomplete: "postal-code", required: true })),
    field("Country", h("input", { name: "country", autocomplete: "country", pattern: "[A-Z]{2}", value: "DE", required: true }), "Two letters."),
    h("button", { type: "submit" }, "Let search find me here"),
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
