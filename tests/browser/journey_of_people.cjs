// A journey: its people, each in a browser profile of their own, and what went wrong on the way. Whatever a person sees is watched: no
// message of an error in the console, no breach of the Content-Security-Policy, no request to another machine, no answer of an error
// that the journey does not expect; and each page that is looked at passes axe-core, fits the width of the window and leaves a picture.
"use strict";
const assert = require("node:assert/strict");
const path = require("node:path");
const { findBarriers } = require("./barriers.cjs");

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const TALLEST_PICTURE = 13_000;
const LONG_PICTURE = 4_000;

class Journey {
  constructor({ browser, demo, name, folder }) {
    Object.assign(this, { browser, demo, name, folder, mistakes: [], people: [], pictures: 0 });
  }

  blame(mistake) {
    if (!this.mistakes.includes(mistake)) this.mistakes.push(mistake);
  }

  // Somebody with a browser profile in which nothing happened yet.
  async person(options = DESKTOP) {
    const context = await this.browser.newContext({ ...options, acceptDownloads: true });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const person = new Person(this, context, page, { hasScript: options.javaScriptEnabled !== false });
    this.people.push(person);
    await person.watch();
    return person;
  }

  // What was last on the screen when a step failed.
  async keepLastSight() {
    for (const [number, { page }] of this.people.entries()) {
      await page.screenshot({ path: path.join(this.folder, `failed-${this.name}-${number + 1}.png`) }).catch(() => {});
    }
  }

  async end() {
    for (const { context } of this.people) await context.close();
  }
}

class Person {
  constructor(journey, context, page, { hasScript }) {
    Object.assign(this, { journey, context, page, hasScript, expectedStatus: new Set() });
  }

  async watch() {
    const { context, page, journey } = this;
    const { service, google, stripe } = journey.demo;
    context.on("request", (request) => {
      const url = new URL(request.url());
      const isHere = ["data:", "blob:"].includes(url.protocol) || [service, google, stripe].includes(url.origin);
      if (!isHere) journey.blame(`a request left for ${url.origin}`);
    });
    context.on("response", (response) => {
      const status = response.status();
      if (status < 400 || this.expectedStatus.has(status)) return;
      journey.blame(`${response.request().method()} ${new URL(response.url()).pathname} was answered ${status}`);
    });
    page.on("pageerror", (error) => journey.blame(`a script failed on ${this.where()}: ${error.message}`));
    page.on("console", (message) => {
      // The status of an answer was looked at above.
      if (!["error", "warning"].includes(message.type()) || message.text().startsWith("Failed to load resource: the server responded")) return;
      journey.blame(`the console says on ${this.where()}: ${message.text()}`);
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`breach of the Content-Security-Policy: ${event.effectiveDirective} ${event.blockedURI}`);
      });
    });
  }

  where() {
    const url = new URL(this.page.url());
    return url.pathname;
  }

  async open(address) {
    await this.page.goto(address.startsWith("http") ? address : this.journey.demo.service + address);
  }

  // Follows a link or presses a button by the words on it, and waits for the page that comes.
  async follow(words, { role = "link", within = this.page, exact = true } = {}) {
    const target = within.getByRole(role, { name: words, exact }).first();
    await Promise.all([this.page.waitForEvent("load"), target.click()]);
  }

  async press(words, options = {}) {
    await this.follow(words, { ...options, role: "button" });
  }

  // Keeps the events of a review back until the returned function is called: its page stays as it is while it is looked at.
  async holdEvents() {
    const address = "**/reviews/*/events";
    const held = [];
    await this.page.route(address, (route) => held.push(route));
    return async () => {
      await this.page.unroute(address);
      // A page that was left meanwhile waits for nothing any more.
      await Promise.allSettled(held.map((route) => route.continue()));
    };
  }

  async heading() {
    return (await this.page.getByRole("heading", { level: 1 }).first().innerText()).replace(/\s+/g, " ").trim();
  }

  // Checks where the person is now and looks at the page.
  async arrivesAt(heading, name) {
    assert.match(await this.heading(), heading instanceof RegExp ? heading : new RegExp(`^${heading}`));
    if (name) await this.looksAt(name);
  }

  async looksAt(name, { number, rules } = {}) {
    const { page, journey } = this;
    // Where no script runs axe-core does not either; the same pages are looked at with it in other journeys.
    const barriers = this.hasScript ? await findBarriers(page, rules) : [];
    for (const barrier of barriers) journey.blame(`${name} (${this.where()}): ${barrier}`);
    await this.fits(name);
    journey.pictures += 1;
    await this.keepPicture(`${journey.name}-${String(number ?? journey.pictures).padStart(2, "0")}-${name}.png`);
  }

  // The whole page; of a very long one the beginning, because a browser takes long to paint all of it.
  async keepPicture(name) {
    const { page, journey } = this;
    const options = { path: path.join(journey.folder, name), animations: "disabled" };
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    if (height <= TALLEST_PICTURE) {
      await page.screenshot({ ...options, fullPage: true });
      return;
    }
    const window = page.viewportSize();
    await page.setViewportSize({ ...window, height: LONG_PICTURE });
    await page.screenshot(options);
    await page.setViewportSize(window);
  }

  // Nothing makes the page itself wider than the window.
  async fits(name) {
    const tooWide = await this.page.evaluate(() => {
      const root = document.documentElement;
      if (root.scrollWidth <= root.clientWidth) return null;
      const beyond = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1);
      return `${root.scrollWidth} px in ${root.clientWidth} px: ${beyond.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ")}`;
    });
    if (tooWide) this.journey.blame(`${name} (${this.where()}) has to be scrolled sideways: ${tooWide}`);
  }
}

module.exports = { DESKTOP, Journey, PHONE };
