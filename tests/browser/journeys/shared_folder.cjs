// A folder shared with the robot: a link that leads nowhere, somebody who has to prove that the folder is theirs, and its owner.
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
    await owner.arrivesAt("We cannot see this folder", "not-shared");
    await share(owner);
    await owner.open("/connect");
    await paste(owner, link, "Connect this folder");
    await owner.arrivesAt("Start a review", "new-review");
    await startReview(owner);
    await awaitSummary(owner);
    assert.ok((await fact(owner, "Read")) > 0);
    await owner.looksAt("summary");
    await prove(journey, link);
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

// Somebody who does not own the folder, and has it only by being able to put something into it.
async function prove(journey, link) {
  const colleague = await journey.person(DESKTOP);
  await colleague.open("/connect");
  await signIn(colleague, COLLEAGUE);
  await paste(colleague, link, "Connect this folder");
  await colleague.arrivesAt("Show that the folder is yours", "unproven");
  const name = await colleague.page.locator("ol.steps code").innerText();
  await colleague.press("Check again");
  await colleague.arrivesAt("Show that the folder is yours");
  assert.equal(await colleague.page.locator("ol.steps code").innerText(), name, "the name of the proof changed");
  await colleague.open(`${journey.demo.google}/`);
  const folder = colleague.page.getByRole("group", { name: FOLDER });
  await folder.getByLabel("New empty folder").fill(name);
  await colleague.press("Make", { within: folder });
  await colleague.open("/connect");
  await paste(colleague, link, "Connect this folder");
  await colleague.arrivesAt("Start a review", "proven");
}
