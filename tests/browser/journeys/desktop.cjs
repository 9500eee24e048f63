// From the home page to the summary of one's own Drive, and out again.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const { DESKTOP } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, consent, fact, signIn, startReview } = require("../steps.cjs");

module.exports = {
  name: "desktop",
  async run(journey) {
    const person = await journey.person(DESKTOP);
    await toTheForm(person);
    const review = await orderAndWatch(person);
    await readTheSummary(person, review);
    await lookAfterTheAccount(person);
    await leave(person);
  },
};

async function toTheForm(person) {
  const { page } = person;
  await person.open("/");
  await person.arrivesAt("Which document is evidence", "home");
  await person.follow("Search");
  await page.getByRole("searchbox").fill("security risk management");
  await person.press("Search");
  await person.looksAt("search");
  await person.follow(/^4\.2 Security risk management/, { within: page.locator(".hits") });
  await person.arrivesAt("4.2 ", "clause");
  await person.follow("Review your documents against this clause");
  await person.arrivesAt("Sign in", "sign-in");
  await signIn(person, OWNER, { look: true });
  await person.arrivesAt("Connect your Drive", "connect");
  await page.getByText("You came for:").waitFor();
  await person.press("Connect the whole Drive");
  await consent(person, { look: true });
  await person.arrivesAt("Start a review", "new-review");
}

async function orderAndWatch(person) {
  const { page } = person;
  // The standard of the clause that the person came from is chosen already.
  assert.ok(await page.getByRole("checkbox", { name: "IEC 81001-5-1:2021", exact: true }).isChecked());
  for (const place of ["01 Quality Management", "02 Vulnora 3", "05 Suppliers", "Regulatory"]) {
    await page.getByRole("checkbox", { name: place }).check();
  }
  await page.getByRole("checkbox", { name: "IEC 62304", exact: false }).check();
  await page.getByRole("radio", { name: /^B / }).check();
  await page.getByRole("checkbox", { name: "Also Annex F" }).check();
  await person.looksAt("new-review-filled");
  const review = await startReview(person);
  const words = page.locator("#progress-words");
  // The words change without the page being loaded again: they come as events.
  await page.evaluate(() => (window.isStillTheSamePage = true));
  await words.filter({ hasText: / of \d+ files? examined, / }).waitFor();
  assert.ok(await page.evaluate(() => window.isStillTheSamePage), "the progress came by loading the page again, not by events");
  const before = Number.parseInt(await words.innerText(), 10);
  const letEventsGo = await person.holdEvents();
  await page.reload();
  await person.arrivesAt("Review under way", "progress-after-reload");
  assert.ok(Number.parseInt(await words.innerText(), 10) >= before, "the progress went back when the page was loaded again");
  await letEventsGo();
  await awaitSummary(person);
  return review;
}

async function readTheSummary(person, review) {
  const { page } = person;
  assert.equal(page.url(), review);
  assert.ok((await fact(person, "Read")) > 5);
  assert.equal(await page.locator("#gaps + ol > li").count(), 3);
  await page.getByText("safety class B").waitFor();
  await person.looksAt("summary");
  const link = page.locator("table.verdicts th a").first();
  const number = (await link.innerText()).trim();
  await Promise.all([page.waitForEvent("load"), link.click()]);
  assert.match(await person.heading(), new RegExp(`^${number.replaceAll(".", "\\.")} `));
  await page.goBack();
  await person.arrivesAt("What your documents show");
  await person.follow("Reviews");
  await person.arrivesAt("Your reviews", "reviews");
}

async function lookAfterTheAccount(person) {
  const { page } = person;
  await person.follow("Account");
  await person.arrivesAt("Your account", "account");
  await page.getByRole("radio").first().check();
  await person.press("Save");
  await page.getByText("Saved.").waitFor();
  assert.ok(await page.getByRole("radio").first().isChecked());
  await person.looksAt("account-saved");
  await person.open("/sign-in?fresh=1&return_to=%2Faccount");
  await person.arrivesAt("Sign in once more", "sign-in-fresh");
  await signIn(person, OWNER);
  await person.arrivesAt("Your account");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download my data" }).click()]);
  const own = JSON.parse(fs.readFileSync(await download.path(), "utf8"));
  assert.match(JSON.stringify(own), new RegExp(OWNER.replaceAll(".", "\\.")));
}

async function leave(person) {
  const { page } = person;
  await person.open("/account");
  await person.follow("Disconnect");
  await person.arrivesAt("Disconnect: Whole Drive", "disconnect");
  await person.press("Disconnect and delete");
  await person.arrivesAt("Deleted", "receipt-of-disconnecting");
  assert.equal(await fact(person, "Connections"), 1);
  assert.equal(await fact(person, "Reviews"), 1);
  assert.ok((await fact(person, "Quotes")) > 0);
  await page.getByText("Taken back at Google:").waitFor();
  await person.open("/reviews");
  await person.arrivesAt("Your reviews", "reviews-empty");
  await person.open("/account");
  const field = page.getByLabel(/^Type /);
  await field.fill("something else");
  await person.press("Delete my account");
  await person.arrivesAt("Your account", "account-wrong-confirmation");
  await field.fill("delete my account");
  await person.press("Delete my account");
  await person.arrivesAt("Deleted", "receipt-of-deleting");
  await page.reload();
  await person.arrivesAt("Deleted");
  await person.open("/reviews");
  await person.arrivesAt("Sign in");
}
