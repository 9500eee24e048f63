// A folder shared with the robot: a folder that is not shared yet, its owner, and somebody else who can put something into it; both prove it.
"use strict";
const assert = require("node:assert/strict");
const { DESKTOP } = require("../journey_of_people.cjs");
const { COLLEAGUE, OWNER, awaitSummary, fact, signIn, startReview } = require("../steps.cjs");

const FOLDER = "02 Vulnora 3";

module.exports = {
  name: "shared_folder",
  async run(journey) {
    const owner = await journey.person(DESKTOP);
    await owner.open(`${journey.demo.google}/`);
    await owner.arrivesAt("Simulated Google", "google-drives");
    const folder = owner.page.getByRole("group", { name: FOLDER });
    const link = `https://drive.google.com${await folder.locator("code").innerText()}`;
    await owner.open("/connect");
    await signIn(owner, OWNER);
    await owner.arrivesAt("Connect your Drive");
    await paste(owner, link, "Connect this folder");
    await owner.arrivesAt("Share the folder and show that it is yours", "not-shared");
    await share(owner);
    await prove(owner, link);
    await owner.arrivesAt("Start a review", "new-review");
    await startReview(owner);
    await awaitSummary(owner);
    assert.ok((await fact(owner, "Read")) > 0);
    await owner.looksAt("summary");
    // Somebody who has the folder only by being able to put something into it.
    const colleague = await journey.person(DESKTOP);
    await colleague.open("/connect");
    await signIn(colleague, COLLEAGUE);
    await prove(colleague, link);
    await colleague.arrivesAt("Start a review", "proven");
    await owner.open("/account");
    await owner.follow("Disconnect");
    await owner.arrivesAt("Disconnect: Folders shared with our robot", "disconnect");
    await owner.press("Disconnect and delete");
    await owner.arrivesAt("Deleted", "receipt");
    await owner.page.getByText("No permission was held at Google.").waitFor();
  },
};

async function paste(person, link, button) {
  await person.page.getByLabel("Link of the folder").fill(link);
  await person.press(button);
}

async function share(person) {
  await person.open(`${person.journey.demo.google}/`);
  await person.press("Share with the robot", { within: person.page.getByRole("group", { name: FOLDER }) });
  await person.page.getByRole("group", { name: FOLDER }).getByText("shared with the robot as Viewer").waitFor();
}

// Puts an item of the name that the page tells into the folder, and connects it.
async function prove(person, link) {
  await person.open("/connect");
  await paste(person, link, "Connect this folder");
  await person.arrivesAt("Share the folder and show that it is yours", "unproven");
  const name = await person.page.locator("ol.steps code").innerText();
  await person.press("Check again");
  await person.arrivesAt("Share the folder and show that it is yours");
  assert.equal(await person.page.locator("ol.steps code").innerText(), name, "the name of the proof changed");
  await person.open(`${person.journey.demo.google}/`);
  const folder = person.page.getByRole("group", { name: FOLDER });
  await folder.getByLabel("New empty folder").fill(name);
  await person.press("Make", { within: folder });
  await person.open("/connect");
  await paste(person, link, "Connect this folder");
}
