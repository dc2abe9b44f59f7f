// Somebody at a browser of their own, who has a keyboard and no mouse.

import assert from "node:assert/strict";

const PHONE = { width: 390, height: 844 };

/** More presses than any view has stops. */
const STOPS = 60;

export class Person {
  /** Opens the page. */
  static async at(browser, { name, address, folder, axe, timezoneId, colorScheme, geolocation }) {
    const context = await browser.newContext({
      viewport: PHONE,
      locale: "en-GB",
      timezoneId,
      colorScheme,
      geolocation,
      permissions: ["geolocation"],
    });
    const page = await context.newPage();
    const person = new Person();
    Object.assign(person, { name, page, folder, axe, troubles: [] });
    page.on("pageerror", (error) => person.troubles.push(String(error)));
    page.on("console", (line) => line.type() === "error" && person.troubles.push(line.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(address)) person.troubles.push(request.url());
    });
    await page.goto(address);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return person;
  }

  /** Checks the view that has this heading, and takes a picture of it. */
  async sees(heading, picture) {
    await this.page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    await this.page.waitForLoadState("networkidle");
    const width = await this.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${picture}: ${width} pixels wide`);
    await this.page.screenshot({ path: `${this.folder}/${picture}.png`, fullPage: true });
    const found = await this.page.evaluate(`(() => { ${this.axe}; return axe.run(); })()`);
    const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    assert.deepEqual(violations, [], picture);
    assert.deepEqual(this.troubles, [], picture);
  }

  /** Goes with the Tab key until something has the focus. */
  async tabsTo(target) {
    await target.waitFor();
    for (let press = 0; press < STOPS; press += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${target} cannot be reached with the keyboard`);
  }

  async follows(link) {
    await this.tabsTo(this.page.getByRole("link", { name: link, exact: true }));
    await this.page.keyboard.press("Enter");
    await this.page.waitForLoadState("networkidle");
  }

  async presses(button) {
    await this.tabsTo(this.page.getByRole("button", { name: button, exact: true }));
    await this.page.keyboard.press("Enter");
  }

  /** Presses a button in a part of the view, of which only the beginning of the name is known. */
  async pressesIn(part, button) {
    const name = new RegExp(`^${button}`);
    await this.tabsTo(this.page.locator(part).getByRole("button", { name }).first());
    await this.page.keyboard.press("Enter");
  }

  async fills(label, text) {
    await this.tabsTo(this.page.getByLabel(label, { exact: true }));
    await this.page.keyboard.type(text);
  }

  async waitsFor(selector) {
    await this.page.locator(selector).first().waitFor();
  }

  /** Waits for what is told in the place that screen readers listen to. */
  async hears(message) {
    await this.page.waitForFunction(
      (expected) => document.getElementById("message").textContent === expected,
      message,
    );
  }

  async signsUp(first, last, role) {
    await this.follows("Sign in");
    const join = this.page.locator("form", { hasText: "I am new" });
    const owner = join.getByLabel("a dog owner");
    await this.tabsTo(owner);
    if (role !== "a dog owner") await this.page.keyboard.press("ArrowDown");
    assert.ok(await join.getByLabel(role).isChecked());
    const told = { "First name": first, "Last name": last, "E-mail": `${first}@example.com`, Password: "sit and stay" };
    for (const [label, text] of Object.entries(told)) {
      await this.tabsTo(join.getByLabel(label, { exact: true }));
      await this.page.keyboard.type(text);
    }
    await this.page.keyboard.press("Enter");
    await this.hears(`Welcome, ${first}.`);
  }
}
