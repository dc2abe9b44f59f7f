// The trainers on a list, and who is near.

import { read } from "./api.js";
import { field, form, h } from "./dom.js";
import { money, moment } from "./format.js";
import { place } from "./place.js";
import { facts, fullName, offers } from "./words.js";

/** The trainers on a list: all of them, and those who are near. */
export async function trainers() {
  const { items } = await read("/trainers?limit=50");
  const list = h("div", { "aria-live": "polite" }, cards(items.map(trainerCard)));
  return [h("h1", {}, "Find a trainer"), searchForm(list), list];
}

function cards(found) {
  return found.length ? h("ul", { class: "cards" }, found) : h("p", {}, "There is no trainer yet.");
}

function trainerCard(known) {
  return h(
    "li",
    { class: "card" },
    h("h2", {}, h("a", { href: `#/trainers/${known.id}` }, fullName(known))),
    h("p", { class: "facts" }, facts(known)),
    known.bio && h("p", { class: "bio" }, known.bio),
    h("p", { class: "from" }, offers(known)),
  );
}

function searchForm(list) {
  const distances = [5, 20, 50, 200].map((km) => h("option", { value: km * 1000, selected: km === 20 }, `${km} km`));
  return form(
    { class: "search", role: "search", "aria-label": "Trainers near me" },
    async (values) => {
      const { latitude, longitude } = await place();
      const query = new URLSearchParams({ latitude, longitude, radius_metres: values.get("radius"), limit: 50 });
      if (values.get("text").trim()) query.set("text", values.get("text").trim());
      const { items } = await read(`/trainers/search?${query}`);
      list.replaceChildren(items.length ? cards(items.map(foundCard)) : h("p", {}, "Nobody like that is near you."));
    },
    field("What for", h("input", { name: "text", type: "search", maxlength: 200 })),
    field("Within", h("select", { name: "radius" }, distances)),
    h("button", { type: "submit" }, "Search near me"),
  );
}

function foundCard(found) {
  const away = `${(found.distance_metres / 1000).toFixed(1)}\u00a0km away`;
  return h(
    "li",
    { class: "card" },
    h("h2", {}, h("a", { href: `#/trainers/${found.id}` }, fullName(found))),
    h("p", { class: "facts" }, `${away} · ${facts(found)}`),
    found.cheapest && h("p", {}, `From ${money(found.cheapest.price)}: ${found.cheapest.name}`),
    h("p", { class: "from" }, found.next_lesson ? `Free ${moment(found.next_lesson.start)}` : "Not free for a month."),
  );
}
