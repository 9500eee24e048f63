// With JavaScript switched off: forms do everything, paying, choosing and deciding too, and the progress loads itself again.
"use strict";
const assert = require("node:assert/strict");
const { DESKTOP } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, consent, fact, payForReport, signIn, startReview } = require("../steps.cjs");

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
    await payForReport(person);
    await person.follow("Read the gap report");
    await page.getByLabel("Verdict").selectOption("weak");
    await person.press("Show");
    await page.getByText(/^\d+ of \d+ clauses are shown\.$/).waitFor();
    await person.looksAt("report");
    await person.follow(/^Decide about the whole clause/, { within: page.locator("article").first(), exact: false });
    await page.getByLabel("Name of who decides").fill("Ines Brandl");
    await page.getByLabel("Why").fill("Planned for the next release.");
    await person.press("Keep this decision");
    // Back in the same choice, at the same clause.
    assert.match(page.url(), /report\?verdict=weak#c\d+-\d+$/);
    await page.locator("article").first().getByText("Planned for the next release.").waitFor();
  },
};
