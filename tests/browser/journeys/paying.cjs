// Paying for the detailed report: the checkout, the report with its filters, its files, a decision, and a refund that locks it again.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const { DESKTOP, PHONE } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, connectWholeDrive, payForReport, startReview } = require("../steps.cjs");

// How each kind of file begins.
const BEGINNINGS = { docx: "PK", xlsx: "PK", html: "\n<!doctype html>", json: '{\n  "schema": "crosswalk/gap-report/v1"' };

module.exports = {
  name: "paying",
  async run(journey) {
    const person = await journey.person(DESKTOP);
    await connectWholeDrive(person, OWNER);
    const review = await startReview(person);
    await awaitSummary(person);
    await whatIsForSale(person);
    await readTheReport(person, review);
    await downloadIt(person, review, journey);
    await decide(person, review);
    await onAPhone(journey, person, review);
    await refunded(person, review, journey);
  },
};

async function whatIsForSale(person) {
  const { page } = person;
  await page.getByText("EUR 149.00").waitFor();
  await person.looksAt("summary-for-sale");
  await person.press("Pay and open the report");
  await person.looksAt("checkout");
  await person.follow(/back|cancel/i, { role: "button", exact: false });
  await person.arrivesAt("What your documents show");
  await payForReport(person, { look: true });
}

async function readTheReport(person, review) {
  const { page } = person;
  await person.follow("Read the gap report");
  await person.arrivesAt("Requirement by requirement", "report");
  const all = await page.locator("article").count();
  assert.ok(all > 40, `${all} clauses`);
  assert.ok((await page.locator("blockquote").count()) > 5, "nothing is quoted");
  const link = page.locator("figcaption a").first();
  assert.match(await link.getAttribute("href"), /^https:\/\/drive\.google\.com\/open\?id=/);
  await page.getByLabel("Verdict").selectOption("not-found");
  await person.press("Show");
  const some = await page.locator("article").count();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  await page.getByText(`${some} of ${all} clauses are shown.`).waitFor();
  await person.looksAt("report-filtered");
  await page.getByLabel("Likely grade of a gap").selectOption("opportunity");
  await page.getByLabel("Verdict").selectOption("supported");
  await person.press("Show");
  await person.follow("Show all");
  assert.equal(await page.locator("article").count(), all);
  assert.equal(new URL(page.url()).pathname, `${new URL(review).pathname}/report`);
}

async function downloadIt(person, review, journey) {
  const { page } = person;
  for (const [format, beginning] of Object.entries(BEGINNINGS)) {
    const link = page.locator(`a[href$="/report/${format}"]`).first();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.match(download.suggestedFilename(), new RegExp(`^crosswalk-gap-report-[0-9a-f]{8}\\.${format}$`));
    const bytes = fs.readFileSync(await download.path());
    assert.ok(bytes.length > 10_000, `${format} has ${bytes.length} bytes`);
    assert.equal(bytes.subarray(0, beginning.length).toString("utf8"), beginning, format);
    fs.copyFileSync(await download.path(), `${journey.folder}/gap-report.${format}`);
  }
}

async function decide(person, review) {
  const { page } = person;
  const article = page.locator("article").first();
  await person.follow(/^Decide about the whole clause/, { within: article, exact: false });
  await person.arrivesAt("Decide about this clause", "decide");
  await page.getByRole("radio", { name: "Assigned" }).check();
  await page.getByLabel("Name of who decides").fill("Ines Brandl");
  person.expectedStatus.add(422);
  await person.press("Keep this decision");
  await page.getByRole("alert").waitFor();
  await person.looksAt("decide-mistake");
  await page.getByLabel("Who takes care").fill("Noor Haddad");
  await page.getByLabel("Until when").fill("2027-03-31");
  await person.press("Keep this decision");
  await person.arrivesAt("Requirement by requirement");
  await page.getByText("Owner: Noor Haddad, due 31 March 2027").waitFor();
  await person.looksAt("report-decided");
  await person.follow(/^Decide about the whole clause/, { within: page.locator("article").first(), exact: false });
  await person.arrivesAt("Decide about this clause", "decide-standing");
}

async function onAPhone(journey, person, review) {
  const phone = await journey.person({ ...PHONE, colorScheme: "dark", storageState: await person.context.storageState() });
  await phone.open(review);
  await phone.arrivesAt("What your documents show");
  await phone.follow("Read the gap report");
  await phone.arrivesAt("Requirement by requirement", "report-phone-dark");
  await phone.follow(/^Decide about the whole clause/, { within: phone.page.locator("article").first(), exact: false });
  await phone.arrivesAt("Decide about this clause", "decide-phone-dark");
}

async function refunded(person, review, journey) {
  const { page } = person;
  await person.open(journey.demo.stripe);
  await person.looksAt("simulated-dashboard", { rules: ["button-name", "label"] });
  await person.follow("Refund all", { role: "button" });
  await person.open(review);
  await page.getByText("Your payment was given back").waitFor();
  await person.looksAt("summary-refunded");
  person.expectedStatus.add(402);
  await person.open(`${review}/report`);
  await person.arrivesAt("This report is not open to you", "report-locked");
}
