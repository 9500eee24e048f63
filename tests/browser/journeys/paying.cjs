// Paying for the detailed report: the checkout, the report with its filters, its files, a decision, and a refund that locks it again.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const { DESKTOP, PHONE } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, awaitWords, connectWholeDrive, payForReport, startReview } = require("../steps.cjs");

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
    await theBankDoesNotPay(person, review);
    await payForReport(person, { look: true });
    await fromTheSummary(person, review);
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
}

// A bank takes its time; the page one comes back to says so, and opens nothing.
async function theBankDoesNotPay(person, review) {
  await person.press("Pay and open the report");
  await person.press("Pay by a bank debit that fails");
  await person.arrivesAt("Your report is not open now", "paid-waiting");
  await person.open(review);
  await person.page.getByText("Your payment is on its way").waitFor();
  assert.equal(await person.page.getByRole("button", { name: "Pay and open the report" }).count(), 0, "it could be paid twice");
  await awaitWords(person, "Your last payment did not come through.");
  await person.looksAt("summary-not-paid");
}

// A title in the table of clauses leads to its place in the report, now that it is open.
async function fromTheSummary(person, review) {
  const { page } = person;
  await person.open(review);
  const title = page.locator("table.verdicts tbody tr").nth(6).locator("td a");
  const words = await title.innerText();
  await Promise.all([page.waitForEvent("load"), title.click()]);
  const place = page.locator(`[id="${new URL(page.url()).hash.slice(1)}"]`);
  assert.ok((await place.getByRole("heading", { level: 3 }).innerText()).includes(words), `${words} is not what stands at ${page.url()}`);
  await person.open(`${review}/paid`);
}

async function readTheReport(person, review) {
  const { page } = person;
  await person.follow("Read the gap report");
  await person.arrivesAt("Requirement by requirement", "report");
  const all = await page.locator("article").count();
  assert.ok(all > 40, `${all} clauses`);
  assert.ok((await page.locator("blockquote").count()) > 5, "nothing is quoted");
  // The contents are the clauses, each with its verdict, and lead to them.
  const contents = page.locator(".contents ol.map a");
  assert.equal(await contents.count(), all);
  const third = page.locator("article").nth(2);
  const [number, verdict] = await Promise.all([third.locator("h3 .number").innerText(), third.locator("h3 .badge").innerText()]);
  const entry = page.locator(`.contents a[href="#${await third.getAttribute("id")}"]`);
  assert.match(await entry.innerText(), new RegExp(`${number.replaceAll(".", "\\.")}\\s*: ${verdict.replace(/^\S\s*/, "")}$`));
  await entry.click();
  assert.equal(new URL(page.url()).hash, `#${await third.getAttribute("id")}`);
  // What is folded opens by the keyboard.
  const folded = page.locator("article details", { hasText: /more passages?/ }).first();
  assert.equal(await folded.locator("blockquote").first().isVisible(), false);
  await folded.locator("summary").focus();
  await page.keyboard.press("Space");
  await folded.locator("blockquote").first().waitFor();
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
  await page.getByLabel("Name of who decides").fill("Ines Brandl");
  person.expectedStatus.add(422);
  // The mistake is said at its field, and the cursor waits there with everything else still typed.
  for (const [kind, field, words] of [
    ["Gap accepted", "Why", "Write why"],
    ["Assigned", "Who takes care", "Say who takes care"],
  ]) {
    await page.getByRole("radio", { name: kind }).check();
    await person.press("Keep this decision");
    await page.getByRole("alert").filter({ hasText: words }).waitFor();
    assert.ok(await page.getByLabel(field).evaluate((one) => one === document.activeElement), `the cursor is not at “${field}”`);
    assert.equal(await page.getByLabel("Name of who decides").inputValue(), "Ines Brandl");
  }
  await person.looksAt("decide-mistake");
  await page.getByLabel("Who takes care").fill("Noor Haddad");
  await page.getByLabel("Until when").fill("2027-03-31");
  await person.press("Keep this decision");
  await person.arrivesAt("Requirement by requirement");
  await page.getByText("Owner: Noor Haddad, due 31 March 2027").waitFor();
  await decideOther(person);
  await page.locator(".contents ol.map").getByRole("link", { name: /, decided$/ }).first().waitFor();
  await person.looksAt("report-decided");
  await person.follow(/^Decide about the whole clause/, { within: page.locator("article").first(), exact: false });
  await person.arrivesAt("Decide about this clause", "decide-standing");
}

// The other kinds, about a clause and about one requirement; what is taken back is gone.
async function decideOther(person) {
  const { page } = person;
  const article = () => page.locator("article").first();
  for (const [kind, why] of [
    ["Not applicable", "Another product has it."],
    ["Gap accepted", "Until the next release."],
    ["Finding disputed", "It stands in the plan."],
  ]) {
    await person.follow(/^Decide about the whole clause/, { within: article(), exact: false });
    await page.getByRole("radio", { name: kind }).check();
    await page.getByLabel("Why").fill(why);
    await person.press("Keep this decision");
    await article().getByText(why).waitFor();
  }
  await person.follow(/^Decide about/, { within: article().locator(".requirement").first(), exact: false });
  await person.arrivesAt("Decide about this requirement", "decide-requirement");
  await page.getByRole("radio", { name: "Evidence named by hand" }).check();
  await page.getByLabel("Why").fill("It is on paper.");
  await page.getByLabel("Where the evidence is").fill("Folder 7, chapter 4");
  await person.press("Keep this decision");
  await article().locator(".requirement").first().getByText("Folder 7, chapter 4").waitFor();
  await person.follow(/^Decide about the whole clause/, { within: article(), exact: false });
  await person.press(/^Take back ?: Not applicable$/);
  await person.arrivesAt("Requirement by requirement");
  assert.equal(await page.getByText("Another product has it.").count(), 0, "what was taken back stands there still");
}

async function onAPhone(journey, person, review) {
  const phone = await journey.person({ ...PHONE, colorScheme: "dark", storageState: await person.context.storageState() });
  await phone.open(review);
  await phone.arrivesAt("What your documents show", "summary-phone-dark");
  await phone.open(`${review}/paid`);
  await phone.arrivesAt("Your report is open", "paid-phone-dark");
  await phone.follow("Read the gap report");
  await phone.arrivesAt("Requirement by requirement", "report-phone-dark");
  await phone.follow(/^Decide about the whole clause/, { within: phone.page.locator("article").first(), exact: false });
  await phone.arrivesAt("Decide about this clause", "decide-phone-dark");
  await phone.open("/pricing");
  await phone.arrivesAt("Pricing", "pricing-phone-dark");
}

// A dispute locks until it is won, a refund for good.
async function refunded(person, review, journey) {
  const { page } = person;
  await person.open(journey.demo.stripe);
  await person.looksAt("simulated-dashboard", { rules: ["button-name", "label"] });
  await person.press("The buyer's bank disputes it");
  await person.open(review);
  await page.getByText("The bank behind the payment disputes it").waitFor();
  await person.open(`${review}/paid`);
  await person.arrivesAt("Your report is not open now", "paid-disputed");
  await person.open(journey.demo.stripe);
  await person.press("Close the dispute, won");
  await person.open(`${review}/report`);
  await person.arrivesAt("Requirement by requirement");
  await person.open(journey.demo.stripe);
  await person.press("Refund all");
  await person.open(review);
  await page.getByText("Your payment was given back").waitFor();
  await person.looksAt("summary-refunded");
  person.expectedStatus.add(402);
  await person.open(`${review}/report`);
  await person.arrivesAt("This report is not open to you", "report-locked");
}
