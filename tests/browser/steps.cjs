// Steps that several journeys take: through the simulated Google, through the form of a review, and waiting for its end.
"use strict";
const assert = require("node:assert/strict");

// The invented people of the simulated Google.
const OWNER = "ines.brandl@tannhauer-medical.example";
const COLLEAGUE = "noor.haddad@tannhauer-medical.example";
const OTHER_COMPANY = "tomasz.wilk@harwick-sensors.example";

// From the page "Sign in" through the account chooser.
async function signIn(person, email, { look = false } = {}) {
  await person.press("Continue with Google");
  await person.arrivesAt("Choose an account", look && "google-account");
  await Promise.all([person.page.waitForEvent("load"), person.page.locator(`button[value="${email}"]`).click()]);
}

// At Google's consent page: ticks the box, or leaves it, and answers.
async function consent(person, { tick = true, answer = "Allow", look = false } = {}) {
  await person.arrivesAt("Crosswalk wants access", look && "google-consent");
  if (tick) await person.page.locator("input[name=scope]").check();
  await person.press(answer);
}

// Signs in and connects the whole Drive, without looking at the pages on the way.
async function connectWholeDrive(person, email) {
  await person.open("/connect");
  await signIn(person, email);
  await person.press("Connect the whole Drive");
  await consent(person);
  await person.arrivesAt("Start a review");
}

// Starts the review of what the form shows as chosen, and returns its address once it runs.
async function startReview(person) {
  await person.press("Start the review");
  await person.arrivesAt("Review under way");
  return person.page.url();
}

// Until the summary stands there. The page finds out by itself: by its events, or by loading itself again.
async function awaitSummary(person) {
  const { page } = person;
  await page.getByRole("heading", { level: 1, name: "What your documents show" }).waitFor({ timeout: 60_000 });
  await page.waitForLoadState("load");
}

// Until a page says those words; it is loaded again and again, as somebody does who waits for a bank.
async function awaitWords(person, words, { limit = 30_000 } = {}) {
  const { page } = person;
  const end = Date.now() + limit;
  while ((await page.getByText(words).count()) === 0) {
    assert.ok(Date.now() < end, `“${words}” did not come on ${person.where()}`);
    await page.waitForTimeout(500);
    await page.reload();
  }
}

// From the summary through the simulated checkout to the open report.
async function payForReport(person, { look = false } = {}) {
  await person.press("Pay and open the report");
  await person.arrivesAt("Crosswalk detailed gap report");
  await person.press("Pay");
  await person.page.getByRole("heading", { level: 1, name: "Your report is open" }).waitFor();
  if (look) await person.looksAt("paid");
}

// The number beside a word in a list of facts.
async function fact(person, term) {
  const text = await person.page.locator(`xpath=//dt[normalize-space()="${term}"]/following-sibling::dd[1]`).innerText();
  assert.match(text, /^\d+$/, `"${term}" is no number: ${text}`);
  return Number(text);
}

module.exports = { COLLEAGUE, OTHER_COMPANY, OWNER, awaitSummary, awaitWords, connectWholeDrive, consent, fact, payForReport, signIn, startReview };
