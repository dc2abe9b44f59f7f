// Talks to the service: reads, and commands that can be repeated.

const TOKEN = "sitstay-token";

export const session = {
  get token() {
    return sessionStorage.getItem(TOKEN);
  },
  set token(token) {
    if (token) sessionStorage.setItem(TOKEN, token);
    else sessionStorage.removeItem(TOKEN);
  },
};

/** What the service refused, in its own words (problem+json). */
export class Refusal extends Error {
  constructor(problem) {
    super(words(problem));
    this.problem = problem;
  }
}

function words({ code, detail, reasons }) {
  if (code === "booking.refused") return `This cannot be booked: ${reasons.map(because).join(", ")}.`;
  return `${detail[0].toUpperCase()}${detail.slice(1)}.`;
}

const because = (reason) => reason.replaceAll("_", " ");

/** A UUID of version 7: ids that are made later sort later. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const millis = BigInt(Date.now());
  for (let index = 0; index < 6; index += 1) {
    bytes[index] = Number((millis >> BigInt(8 * (5 - index))) & 0xffn);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function ask(method, path, { body, as, key } = {}) {
  const headers = {};
  if (session.token) headers.authorization = `Bearer ${session.token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (as) headers["acting-as"] = as;
  if (key) headers["idempotency-key"] = key;
  const response = await fetch(`/api${path}`, { method, headers, body: JSON.stringify(body) });
  if (response.status === 401) session.token = null;
  if (response.status === 204) return undefined;
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer);
  return answer;
}

export const read = (path, as) => ask("GET", path, { as });

/**
 * Gives a command under a key. Where it is not known whether it got through, it is sent again under
 * the same key, and happens once.
 */
export async function give(method, path, body, { as, key = newKey() } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask(method, path, { body, as, key });
    } catch (error) {
      const isLost = !(error instanceof Refusal) || error.problem.status === 503;
      if (!isLost || attempt === 3) throw error;
      await new Promise((later) => setTimeout(later, 500 * attempt));
    }
  }
}

export async function signIn(email, password) {
  const begun = await ask("POST", "/sessions", { body: { email, password } });
  session.token = begun.token;
}

export async function signOut() {
  await ask("DELETE", "/sessions").catch(() => {});
  session.token = null;
}

/** Who is signed in; null for nobody. */
export async function whoAmI() {
  if (!session.token) return null;
  try {
    return await read("/me");
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 401) return null;
    throw error;
  }
}
