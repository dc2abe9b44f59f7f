// A lesson on a card, with what can be done about it.

import { give, newKey } from "./api.js";
import { h, say } from "./dom.js";
import { money, moment, standing } from "./format.js";

export function lessonCard(lesson, whose, buttons) {
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
export function act([name, done], lesson, command, body, go) {
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
