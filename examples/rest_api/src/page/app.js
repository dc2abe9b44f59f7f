// Shows the view that the address asks for, and who is signed in.

import { signOut, whoAmI } from "./api.js";
import { desk } from "./desk.js";
import { h, say } from "./dom.js";
import { lessons } from "./lessons.js";
import { signInOrUp } from "./sign-in.js";
import { trainer } from "./trainer.js";
import { trainers } from "./trainers.js";

const VIEWS = [
  [/^#\/$/, trainers],
  [/^#\/trainers\/([0-9a-f-]{36})$/, trainer],
  [/^#\/lessons$/, lessons],
  [/^#\/desk$/, desk],
  [/^#\/sign-in$/, signInOrUp],
];

const main = document.getElementById("main");
let shown = 0;

/** Shows the view of the address; `keep` leaves the message that was said last. */
export async function show(keep = false) {
  const mine = (shown += 1);
  const address = location.hash.startsWith("#/") ? location.hash : "#/";
  if (!keep) say("");
  try {
    const user = await whoAmI();
    const [pattern, view] = VIEWS.find(([known]) => known.test(address)) ?? VIEWS[0];
    const content = await view({ user, show, go }, ...(address.match(pattern)?.slice(1) ?? []));
    // Somebody may have gone on meanwhile.
    if (mine !== shown) return;
    navigation(user, address);
    main.replaceChildren(...[content].flat());
    document.title = `${main.querySelector("h1")?.textContent ?? "sitstay"} · sitstay`;
  } catch (error) {
    if (mine !== shown) return;
    say(error.message, "problem");
  }
}

/** Goes to another view, and says why. */
async function go(address, message) {
  if (message) say(message);
  if (location.hash === address) {
    await show(true);
    main.focus();
  } else {
    keepMessage = Boolean(message);
    location.hash = address;
  }
}

let keepMessage = false;

function navigation(user, address) {
  const link = (to, text) =>
    h("a", { href: to, "aria-current": to === address ? "page" : undefined }, text);
  const links = [link("#/", "Trainers")];
  if (user?.account.owner) links.push(link("#/lessons", "My lessons"));
  if (user?.account.trainer) links.push(link("#/desk", "My desk"));
  if (user) {
    const leave = async () => {
      await signOut();
      go("#/", "You are signed out.");
    };
    links.push(h("button", { type: "button", class: "quiet", onclick: leave }, "Sign out"));
  } else {
    links.push(link("#/sign-in", "Sign in"));
  }
  document.getElementById("nav").replaceChildren(...links);
}

window.addEventListener("hashchange", async () => {
  // The skip link leads into the page, not to another view.
  if (!location.hash.startsWith("#/")) return;
  const keep = keepMessage;
  keepMessage = false;
  await show(keep);
  main.focus();
});

show();
