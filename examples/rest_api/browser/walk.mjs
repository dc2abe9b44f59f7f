// Walks through the page in a real browser, on a phone's width and with the keyboard alone.
//
//     node walk.mjs PROGRAM FOLDER
//
// starts the service PROGRAM, with everything in memory, and leaves pictures of what was seen in FOLDER.
// A trainer signs up and says what they offer and when; an owner signs up, finds the trainer, and books
// a time that is shown in the owner's own zone; the trainer accepts. On the way every view is checked:
// nothing is wider than the screen, axe finds nothing, and nothing is loaded from elsewhere.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { Validator } from "@seriousme/openapi-schema-validator";
import { chromium } from "playwright-core";

import { Person } from "./person.mjs";

const [program, folder] = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Starts the service, and returns where it listens. */
async function start() {
  const environment = { ...process.env, DATABASE_URL: "memory:", LISTEN: "127.0.0.1:0", NO_COLOR: "1" };
  const service = spawn(program, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((found, failed) => {
    service.once("exit", () => failed(new Error("the service ended")));
    service.stdout.on("data", (text) => {
      const known = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (known) found(known[0]);
    });
  });
  return { service, address };
}

/** Holds the OpenAPI document against the schema of its specification. */
async function checkDocument(address) {
  const document = await (await fetch(`${address}/openapi.json`)).json();
  const { valid, errors } = await new Validator().validate(document);
  assert.ok(valid, JSON.stringify(errors, null, 2));
}

async function walk(browser, address) {
  const open = (name, place) => Person.at(browser, { name, address, folder, axe, ...place });

  const maya = await open("maya", {
    timezoneId: "Europe/Berlin",
    geolocation: { latitude: 52.529, longitude: 13.401 },
    colorScheme: "light",
  });
  await maya.signsUp("Maya", "Lindqvist", "a trainer");
  await maya.sees("My desk", "1-desk-empty");
  await maya.fills("Name", "Loose lead");
  await maya.presses("Offer the lesson");
  await maya.hears("Loose lead is offered.");
  await maya.presses("Set the hours");
  await maya.hears("Your hours are set.");
  await maya.fills("Street", "Torstraße 12");
  await maya.fills("City", "Berlin");
  await maya.fills("Postal code", "10119");
  await maya.presses("Let search find me here");
  await maya.hears("Search finds you in Berlin.");
  await maya.sees("My desk", "2-desk");

  // In Berlin for a while, with a telephone that is still in New York.
  const ann = await open("ann", {
    timezoneId: "America/New_York",
    geolocation: { latitude: 52.52, longitude: 13.405 },
    colorScheme: "dark",
  });
  await ann.sees("Find a trainer", "3-trainers");
  await ann.signsUp("Ann", "Lee", "a dog owner");
  await ann.fills("Name", "Rex");
  await ann.presses("Add the dog");
  await ann.hears("Rex is added.");
  await ann.sees("My lessons", "4-lessons-empty");
  await ann.follows("Trainers");
  await ann.fills("What for", "lead");
  await ann.presses("Search near me");
  await ann.waitsFor("text=km away");
  await ann.sees("Find a trainer", "5-near");
  await ann.follows("Maya Lindqvist");
  await ann.presses("Later");
  await ann.waitsFor("input[name=start]");
  await ann.sees("Maya Lindqvist", "6-times");

  // Nine in Berlin is three at night in New York, give or take the weeks in which only one has
  // changed its clocks; the page says what the reader's own clock will show.
  const first = ann.page.locator("input[name=start]").first();
  const start = await first.getAttribute("value");
  const clock = { hour: "2-digit", minute: "2-digit", timeZone: "America/New_York" };
  const shown = new Intl.DateTimeFormat("en-GB", clock).format(new Date(start));
  assert.equal(await first.locator("xpath=..").innerText(), shown);

  // A group of times is one stop of the Tab key; the arrows go from time to time.
  await ann.tabsTo(first);
  await ann.page.keyboard.press("Space");
  await ann.page.keyboard.press("ArrowDown");
  await ann.page.keyboard.press("ArrowDown");
  const chosen = await ann.page.locator("input[name=start]:checked").getAttribute("value");
  assert.notEqual(chosen, start);
  await ann.sees("Maya Lindqvist", "7-chosen");
  await ann.presses("Ask for this lesson");
  await ann.sees("My lessons", "8-asked");
  assert.match(await ann.page.locator(".card .standing").innerText(), /^asked for/);

  await maya.follows("Trainers");
  await maya.follows("My desk");
  await maya.sees("My desk", "9-request");
  const request = maya.page.locator(`time[datetime="${chosen}"]`);
  assert.equal(await request.count(), 1);
  await maya.pressesIn(".card", "Accept");
  await maya.waitsFor(".card.accepted");
  await maya.sees("My desk", "10-accepted");

  await ann.follows("Trainers");
  await ann.follows("My lessons");
  await ann.waitsFor(".card.accepted");
  await ann.sees("My lessons", "11-booked");
}

const { service, address } = await start();
try {
  await checkDocument(address);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    await walk(browser, address);
  } finally {
    await browser.close();
  }
} finally {
  service.kill("SIGTERM");
}
const code = await new Promise((ended) => {
  if (service.exitCode !== null) ended(service.exitCode);
  else service.once("exit", ended);
});
assert.equal(code, 0, "the service stops in peace when it is asked to");
console.log(`1 passed, 0 failed; the pictures are in ${folder}`);
