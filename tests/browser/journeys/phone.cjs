// On a phone: files picked one by one in the stand-in for Google's Picker.
"use strict";
const assert = require("node:assert/strict");
const { PHONE } = require("../journey_of_people.cjs");
const { OWNER, awaitSummary, consent, fact, signIn, startReview } = require("../steps.cjs");

module.exports = {
  name: "phone",
  async run(journey) {
    const person = await journey.person(PHONE);
    const { page } = person;
    await person.open("/");
    await person.looksAt("home");
    await person.follow("Review your documents", { within: page.locator(".hero") });
    await person.arrivesAt("Sign in", "sign-in");
    await signIn(person, OWNER, { look: true });
    await person.arrivesAt("Your reviews", "reviews-empty");
    await person.follow("Connect your Drive");
    await person.arrivesAt("Connect your Drive", "connect");
    await person.press("Connect and pick files");
    await consent(person, { look: true });
    await pick(person);
    await person.follow("Go on to the review");
    await person.arrivesAt("Start a review", "new-review");
    const standard = page.getByRole("checkbox", { name: "IEC 81001-5-1:2021", exact: true });
    if (!(await standard.isChecked())) await standard.check();
    const letEventsGo = await person.holdEvents();
    await startReview(person);
    await person.looksAt("progress");
    await letEventsGo();
    await awaitSummary(person);
    assert.equal(await fact(person, "Listed"), 3);
    await person.looksAt("summary");
    await person.follow("Account");
    await person.arrivesAt("Your account", "account");
    await person.follow("Disconnect");
    await person.arrivesAt("Disconnect: Files you picked", "disconnect");
    await person.press("Disconnect and delete");
    await person.arrivesAt("Deleted", "receipt");
  },
};

async function pick(person) {
  const { page } = person;
  await person.arrivesAt("Pick the files to be reviewed");
  const open = page.getByRole("button", { name: "Open Google’s window" });
  await page.getByText("Ready. Open Google’s window").waitFor();
  await person.looksAt("pick");
  await open.click();
  const window = page.frameLocator("iframe");
  const boxes = window.locator("input[name=file]:enabled");
  await boxes.first().waitFor();
  await person.looksAt("picker");
  await window.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Nothing was picked.").waitFor();
  await open.click();
  await boxes.first().waitFor();
  for (const name of ["Threat", "Risk", "SOUP"]) await window.getByLabel(new RegExp(name, "i")).and(window.locator(":enabled")).first().check();
  await window.getByRole("button", { name: "Select" }).click();
  await page.getByText("3 files picked.").waitFor();
  await person.looksAt("picked");
}
