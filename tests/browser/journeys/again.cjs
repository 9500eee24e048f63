// Coming back: a schedule, a Drive in which something changed, what is different, decisions that stay, and leaving with what was paid for.
"use strict";
const assert = require("node:assert/strict");
const fs = require("node:fs");
const { DESKTOP, PHONE } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, connectWholeDrive, payForReport, startReview } = require("../steps.cjs");

const VANISHING = "SOP-014 Security Risk Management.docx";

module.exports = {
  name: "again",
  async run(journey) {
    const person = await journey.person(DESKTOP);
    await connectWholeDrive(person, OWNER);
    await startReview(person);
    await awaitSummary(person);
    await payForReport(person);
    await acceptAGap(person);
    await setASchedule(person);
    await changeTheDrive(person, journey);
    await seeWhatChanged(person);
    await onAPhone(journey, person);
    await leaveWithTheReports(person);
  },
};

async function acceptAGap(person) {
  const { page } = person;
  await person.follow("Read the gap report");
  await person.follow(/^Decide about the whole clause/, { within: page.locator("article").first(), exact: false });
  await page.getByRole("radio", { name: "Gap accepted" }).check();
  await page.getByLabel("Name of who decides").fill("Ines Brandl");
  await page.getByLabel("Why").fill("Planned for the next release.");
  await person.press("Keep this decision");
  await page.getByText("Planned for the next release.").waitFor();
  await person.follow("Summary of this review");
}

async function setASchedule(person) {
  const { page } = person;
  await person.follow("Review every week or month");
  await person.arrivesAt("Review again by itself", "schedule");
  await page.getByRole("radio", { name: "By a cron expression" }).check();
  await page.getByRole("textbox", { name: "Cron expression" }).fill("0 0 30 2 *");
  person.expectedStatus.add(422);
  await person.press("Set up");
  await page.getByRole("alert").filter({ hasText: "never comes true" }).waitFor();
  await person.looksAt("schedule-mistake");
  await page.getByRole("textbox", { name: "Cron expression" }).fill("0 6 * * 1");
  await person.press("Set up");
  await page.getByText("(Europe/Berlin)").waitFor();
  await person.arrivesAt("Review again by itself", "schedule-set");
  await person.press("End the schedule");
  await page.getByRole("heading", { name: "Set it up" }).waitFor();
  await page.getByRole("radio", { name: "Every week" }).check();
  await person.press("Set up");
  await page.getByRole("definition").filter({ hasText: "Every week" }).waitFor();
}

async function changeTheDrive(person, journey) {
  const { page } = person;
  await person.open(journey.demo.google);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  await person.press(`Move to the trash: ${VANISHING}`);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  await page.getByRole("button", { name: `Take back from the trash: ${VANISHING}` }).waitFor();
}

async function seeWhatChanged(person) {
  const { page } = person;
  await person.open("/reviews");
  await page.locator("ul.rows a").first().click();
  await person.arrivesAt("What your documents show");
  await person.press("Review again now");
  await awaitSummary(person);
  await page.getByRole("heading", { name: "What changed since last time" }).waitFor();
  assert.ok((await page.getByText(VANISHING).count()) > 0, "it does not say which file is gone");
  await person.looksAt("what-changed");
  const changed = page.getByRole("region", { name: "What changed since last time" });
  assert.equal(await changed.locator("blockquote, .quote").count(), 0, "what changed quotes before it is paid for");
  // Its counts and what changed are free; its report is paid anew, and what was decided stands in it.
  await payForReport(person);
  await person.follow("Read the gap report");
  await page.getByText("Planned for the next release.").waitFor();
  await page.getByRole("checkbox", { name: /^Changed since last time/ }).check();
  await person.press("Show");
  await page.getByText("Since last time:").first().waitFor();
  await person.looksAt("report-changed");
}

// Each new page once more on a small screen in the dark.
async function onAPhone(journey, person) {
  const { page: before } = person;
  const phone = await journey.person({ ...PHONE, colorScheme: "dark", storageState: await person.context.storageState() });
  await phone.open(new URL(before.url()).pathname);
  await phone.follow("Summary of this review");
  await phone.arrivesAt("What your documents show", "what-changed-phone-dark");
  await phone.follow("Review every week or month");
  await phone.arrivesAt("Review again by itself", "schedule-phone-dark");
  await phone.open("/reviews");
  await phone.follow("Disconnect", { exact: false });
  await phone.arrivesAt("Disconnect: Whole Drive", "disconnect-phone-dark");
  await phone.open("/account");
  await phone.arrivesAt("Your account", "account-phone-dark");
}

async function leaveWithTheReports(person) {
  const { page } = person;
  await person.open("/reviews");
  await person.looksAt("reviews");
  await person.follow("Disconnect", { exact: false });
  await person.arrivesAt("Disconnect: Whole Drive");
  await page.getByRole("heading", { name: "Your detailed reports go too" }).waitFor();
  const reports = page.locator('a[href$="/report/docx"]');
  assert.equal(await reports.count(), 2);
  const [download] = await Promise.all([page.waitForEvent("download"), reports.last().click()]);
  assert.equal(fs.readFileSync(await download.path()).subarray(0, 2).toString("utf8"), "PK");
  await person.looksAt("disconnect-with-reports");
  await person.open("/account");
  await person.looksAt("account-with-reports");
  await person.open("/reviews");
  await person.follow("Disconnect", { exact: false });
  await person.press("Disconnect and delete");
  await person.arrivesAt("Deleted", "receipt");
}
