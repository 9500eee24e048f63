// What does not go as planned: every page says what happened, and has a next step that works.
"use strict";
const assert = require("node:assert/strict");
const { DESKTOP, PHONE } = require("../journey_of_people.cjs");
const { OTHER_COMPANY, OWNER, awaitSummary, connectWholeDrive, consent, signIn, startReview } = require("../steps.cjs");

module.exports = {
  name: "trouble",
  async run(journey) {
    const person = await journey.person(DESKTOP);
    await consentGoesWrong(person);
    const review = await twoReviewsAtOnce(person);
    await forgeries(person);
    await strangersSeeNothing(journey, review);
    await sessionsEnd(journey, person);
  },
};

// A page of trouble: its words, and the first of its ways on leads somewhere.
async function told(person, heading, name, next) {
  await person.arrivesAt(heading, name);
  await person.page.getByText("What is safe:").waitFor();
  await person.follow(next, { within: person.page.locator("main") });
}

async function consentGoesWrong(person) {
  await person.open("/connect");
  await signIn(person, OWNER);
  await person.press("Connect the whole Drive");
  person.expectedStatus = new Set([400, 403]);
  await consent(person, { tick: false, answer: "Deny" });
  await told(person, /./, "consent-denied", /./);
  await person.open("/connect");
  await person.press("Connect the whole Drive");
  await consent(person, { tick: false, answer: "Behave as if the administrator forbids it" });
  await person.looksAt("consent-forbidden-by-the-administrator");
  await person.open("/connect");
  await person.press("Connect the whole Drive");
  await consent(person, { tick: false });
  await told(person, "The box for your Drive was left unticked", "consent-unticked", "Connect again");
  person.expectedStatus.clear();
  await person.arrivesAt("Connect your Drive");
  await person.press("Connect the whole Drive");
  await consent(person);
  await person.arrivesAt("Start a review");
}

async function twoReviewsAtOnce(person) {
  const { page } = person;
  // Without a standard there is nothing to review.
  const boxes = page.locator("input[name=standard]:checked");
  while (await boxes.count()) await boxes.first().uncheck();
  person.expectedStatus = new Set([400, 409]);
  await person.press("Start the review");
  await person.looksAt("no-standard-chosen");
  await person.follow("Back", { within: page.locator("main") });
  await person.arrivesAt("Start a review");
  const standard = page.getByRole("checkbox", { name: "IEC 81001-5-1:2021", exact: true });
  if (!(await standard.isChecked())) await standard.check();
  await startReview(person);
  await person.open("/reviews/new");
  if (!(await standard.isChecked())) await standard.check();
  await person.press("Start the review");
  await told(person, /./, "second-review", /./);
  person.expectedStatus.clear();
  // It may have ended while the page was looked at; then another one is stopped.
  if ((await person.heading()) !== "Review under way") {
    await person.open("/reviews/new");
    await startReview(person);
  }
  await person.press("Stop the review");
  await page.getByRole("heading", { level: 1, name: "You stopped this review" }).waitFor();
  await person.looksAt("review-stopped");
  const review = page.url();
  await person.follow("Start a new review");
  await person.arrivesAt("Start a review");
  await person.open("/reviews");
  await person.looksAt("reviews-with-a-stopped-one");
  return review;
}

async function forgeries(person) {
  person.expectedStatus = new Set([400, 404]);
  await person.open("/sign-in/callback?code=forged&state=forged");
  await told(person, /./, "forged-callback", /./);
  await person.open("/sign-in/callback?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
  await person.looksAt("callback-without-state");
  await person.open("/reviews/00000000000000000000000000000000");
  await told(person, "Not found", "unknown-review", "Your reviews");
  await person.arrivesAt("Your reviews");
  person.expectedStatus.clear();
}

// Another customer, on a phone, with the address of the first one's review.
async function strangersSeeNothing(journey, review) {
  const stranger = await journey.person(PHONE);
  await connectWholeDrive(stranger, OTHER_COMPANY);
  stranger.expectedStatus = new Set([404]);
  await stranger.open(review);
  await stranger.arrivesAt("Not found", "review-of-somebody-else");
  stranger.expectedStatus.clear();
  await stranger.open("/reviews/new");
  await startReview(stranger);
  await awaitSummary(stranger);
  await stranger.looksAt("summary-of-a-small-drive");
  await stranger.page.getByText("Delete this review").click();
  await stranger.press("Delete for good");
  await stranger.arrivesAt("Your reviews", "review-deleted");
}

async function sessionsEnd(journey, person) {
  // The same customer in a second browser, with a form open.
  const second = await journey.person(DESKTOP);
  await second.open("/reviews/new");
  await second.arrivesAt("Sign in");
  await signIn(second, OWNER);
  await second.arrivesAt("Start a review");
  await person.open("/account");
  await person.press("Sign out everywhere");
  await person.page.getByText("Signed out everywhere:").waitFor();
  await person.looksAt("signed-out-everywhere");
  await person.open("/reviews");
  await person.arrivesAt("Sign in");
  second.expectedStatus = new Set([401, 403]);
  await second.press("Start the review");
  await told(second, /./, "session-over", "Sign in");
  await second.arrivesAt("Sign in");
  second.expectedStatus.clear();
  await signIn(second, OWNER);
  assert.match(second.page.url(), /\/reviews/);
  await second.press("Sign out");
  await second.arrivesAt("Which document is evidence");
  await second.open("/account");
  await second.arrivesAt("Sign in");
}
