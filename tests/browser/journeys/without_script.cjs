// With JavaScript switched off: forms do everything, and the progress loads itself again.
"use strict";
const assert = require("node:assert/strict");
const { DESKTOP } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, consent, fact, signIn, startReview } = require("../steps.cjs");

module.exports = {
  name: "without_script",
  async run(journey) {
    const person = await journey.person({ ...DESKTOP, javaScriptEnabled: false });
    const { page } = person;
    await person.open("/clauses/iec-81001-5-1-2021/4.2");
    await person.follow("Review your documents against this clause");
    await signIn(person, OWNER);
    await person.arrivesAt("Connect your Drive");
    await person.press("Connect the whole Drive");
    await consent(person);
    await person.arrivesAt("Start a review");
    await page.getByRole("checkbox", { name: "02 Vulnora 3" }).check();
    await startReview(person);
    await person.looksAt("progress");
    await awaitSummary(person);
    assert.ok((await fact(person, "Read")) > 0);
    await person.looksAt("summary");
  },
};
