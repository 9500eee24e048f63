// The way to the summary with nothing but a keyboard: the focus is always somewhere, always to be seen, and reaches everything.
"use strict";
const assert = require("node:assert/strict");
const { DESKTOP } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary } = require("../steps.cjs");

const MOST_STEPS = 120;

module.exports = {
  name: "keyboard",
  async run(journey) {
    // Without animations, so that what has the focus is where it stays when it is looked at.
    const person = await journey.person({ ...DESKTOP, reducedMotion: "reduce" });
    const { page } = person;
    const hands = new Hands(person);
    await person.open("/");
    await hands.tab();
    assert.equal((await hands.focused()).words, "Skip to the content");
    await person.looksAt("skip-link");
    await page.keyboard.press("Enter");
    await hands.tab();
    // From the start of the content, not of the page.
    assert.equal((await hands.focused()).words, "Review your documents");
    assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
    await hands.tab("Shift+Tab");
    await hands.goTo("a", "Search", { backwards: true });
    await hands.enter();
    await hands.goTo("input", "A number, a title or words");
    await page.keyboard.type("4.2");
    await hands.enter();
    await hands.goTo("a", "4.2 Security risk management");
    await person.looksAt("focus-on-a-hit");
    await hands.enter();
    await hands.goTo("a", "Review your documents against this clause");
    await hands.enter();
    await person.arrivesAt("Sign in");
    await hands.goTo("button", "Continue with Google");
    await person.looksAt("focus-on-a-button");
    await hands.enter();
    await hands.goTo("button", OWNER);
    await hands.enter();
    await person.arrivesAt("Connect your Drive");
    await hands.goTo("button", "Connect the whole Drive");
    await hands.enter();
    await hands.goTo("input", "See and download");
    await page.keyboard.press("Space");
    await hands.goTo("button", "Allow");
    await hands.enter();
    const letEventsGo = await person.holdEvents();
    await fillIn(person, hands);
    await person.arrivesAt("Review under way");
    await hands.goTo("button", "Stop the review");
    await hands.goTo("a", "Your reviews", { backwards: true });
    await letEventsGo();
    await awaitSummary(person);
    await hands.goTo("a", "IEC 81001-5-1");
    // Tables that scroll take the focus, so that the arrow keys can move them.
    await hands.goTo("div", "Files that were not read");
    await hands.goTo("summary", "");
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    await person.looksAt("summary");
  },
};

async function fillIn(person, hands) {
  const { page } = person;
  await person.arrivesAt("Start a review");
  await hands.goTo("input", "02 Vulnora 3");
  await page.keyboard.press("Space");
  await person.looksAt("focus-on-a-box");
  // What is folded away is no step on the way before it is opened.
  await hands.goTo("summary", "More standards");
  await page.keyboard.press("Enter");
  await hands.goTo("input", "NIS2");
  await hands.goTo("input", "C – death");
  await page.keyboard.press("ArrowUp");
  assert.equal((await hands.focused()).words, "B – a non-serious injury is possible");
  await hands.checkSight();
  await hands.goTo("input", "Also Annex F");
  await page.keyboard.press("Space");
  await hands.goTo("button", "Start the review");
  await hands.enter();
}

class Hands {
  constructor(person) {
    this.person = person;
  }

  async tab(key = "Tab") {
    await this.person.page.keyboard.press(key);
  }

  // Enter, and the page that comes.
  async enter() {
    await Promise.all([this.person.page.waitForEvent("load"), this.person.page.keyboard.press("Enter")]);
  }

  // Tab after Tab until the element with these words has the focus; on the way each one shows it.
  async goTo(element, words, { backwards = false } = {}) {
    const passed = [];
    for (let step = 0; step < MOST_STEPS; step += 1) {
      await this.tab(backwards ? "Shift+Tab" : "Tab");
      await this.checkSight();
      const now = await this.focused();
      if (now.element === element && now.words.includes(words)) return;
      passed.push(`${now.element} “${now.words}”`);
    }
    throw new Error(`the keyboard does not reach ${element} “${words}” on ${this.person.where()}; it passed ${passed.slice(0, 40).join(", ")}`);
  }

  focused() {
    return this.person.page.evaluate(() => {
      const at = document.activeElement;
      const label = at.labels?.[0]?.innerText ?? at.getAttribute("aria-label") ?? at.innerText ?? "";
      return { element: at.tagName.toLowerCase(), words: label.replace(/\s+/g, " ").trim() };
    });
  }

  // The focus is on something, that is in the window, uncovered, and marked.
  async checkSight() {
    const trouble = await this.person.page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body) return "nothing has the focus";
      const name = at.outerHTML.slice(0, 120);
      const style = getComputedStyle(at);
      if (style.outlineStyle === "none" || Number.parseFloat(style.outlineWidth) < 1) return `no outline around ${name}`;
      const boxes = [...at.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
      if (boxes.length === 0) return `${name} has no size`;
      const isSeen = boxes.some((box) => {
        const [x, y] = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
        const there = document.elementFromPoint(x, y);
        return there !== null && (at.contains(there) || there.contains(at));
      });
      return isSeen ? null : `${name} is out of sight or covered`;
    });
    if (trouble) this.person.journey.blame(`keyboard on ${this.person.where()}: ${trouble}`);
  }
}
