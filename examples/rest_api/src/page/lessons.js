// An owner's lessons and dogs.

import { give, read } from "./api.js";
import { field, form, h } from "./dom.js";
import { act, lessonCard } from "./lesson.js";
import { signInFirst } from "./sign-in.js";

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
