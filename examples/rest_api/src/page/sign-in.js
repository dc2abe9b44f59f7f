// Signing in, and signing up as an owner or as a trainer.

import { give, read, signIn } from "./api.js";
import { choice, field, form, h } from "./dom.js";
import { ownZone } from "./format.js";

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

/** What is shown to who must sign in before. */
export function signInFirst() {
  return [h("h1", {}, "Sign in"), h("p", {}, "This is for who is ", h("a", { href: "#/sign-in" }, "signed in"), ".")];
}
