// Elements, made without a line of HTML in a string.

/** Makes an element: properties by their names, `on…` for what happens, and children. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

let labelled = 0;

/** A field with its label, and what helps to fill it in. */
export function field(label, input, hint) {
  const id = `field-${(labelled += 1)}`;
  input.id = id;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
  );
}

/** One of several to choose from. */
export function choice(name, value, isChosen, content) {
  const input = h("input", { type: "radio", name, value, checked: isChosen, required: true });
  return h("label", { class: "choice" }, input, h("span", {}, content));
}

/** A form that is sent by `send(values)`, once at a time. */
export function form(properties, send, ...children) {
  const whole = h("form", properties, ...children);
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = whole.querySelector("button[type=submit]");
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      await send(new FormData(whole));
    } catch (problem) {
      say(problem.message, "problem");
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  return whole;
}

/** Tells what happened, where screen readers hear it. */
export function say(text, kind = "done") {
  const message = document.getElementById("message");
  message.className = text ? kind : "";
  message.textContent = text;
  if (text) message.scrollIntoView({ block: "nearest" });
}
