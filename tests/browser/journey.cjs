// The browser test: people who go through the service in Debian's Chromium, against `crosswalk demo --serve`, which this program starts
// anew for every journey. It prints one line for each journey and a last one, both as cargo's tests do.
//
//     NODE_PATH=target/browser/node_modules node tests/browser/journey.cjs PROGRAM FOLDER [WORD…]
//
// PROGRAM is the built crosswalk, FOLDER takes the screenshots; WORDs choose journeys by name. CHROMIUM names another browser.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const { startDemo } = require("./demo.cjs");
const { Journey } = require("./journey_of_people.cjs");

const JOURNEYS = [
  require("./journeys/desktop.cjs"),
  require("./journeys/phone.cjs"),
  require("./journeys/shared_folder.cjs"),
  require("./journeys/keyboard.cjs"),
  require("./journeys/trouble.cjs"),
  require("./journeys/paying.cjs"),
  require("./journeys/again.cjs"),
  require("./journeys/public_pages.cjs"),
  require("./journeys/without_script.cjs"),
];

const BROWSER_ARGUMENTS = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // Nothing but this machine can be reached, whatever a page says.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

async function runOne(browser, { name, run }, { program, folder }) {
  const demo = await startDemo(program);
  const journey = new Journey({ browser, demo, name, folder });
  try {
    await run(journey);
  } catch (error) {
    await journey.keepLastSight();
    journey.blame(error.stack || String(error));
  } finally {
    await journey.end();
    await demo.stop();
  }
  return journey.mistakes;
}

async function main() {
  const [program, folder, ...words] = process.argv.slice(2);
  if (!program || !folder) {
    console.error("usage: journey.cjs PROGRAM FOLDER [WORD…]");
    process.exit(2);
  }
  fs.mkdirSync(folder, { recursive: true });
  for (const name of fs.readdirSync(folder)) if (name.endsWith(".png")) fs.rmSync(path.join(folder, name));
  const chosen = JOURNEYS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const begun = Date.now();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: BROWSER_ARGUMENTS });
  let [passed, failed] = [0, 0];
  console.log(`\nrunning ${chosen.length} journeys in Chromium ${browser.version()}`);
  for (const journey of chosen) {
    const start = Date.now();
    const mistakes = await runOne(browser, journey, { program, folder });
    mistakes.length === 0 ? (passed += 1) : (failed += 1);
    const outcome = mistakes.length === 0 ? "ok" : "FAILED";
    console.log(`test browser::${journey.name} ... ${outcome} <${((Date.now() - start) / 1000).toFixed(1)}s>`);
    for (const mistake of mistakes) console.log(`    ${mistake.split("\n").join("\n    ")}`);
  }
  await browser.close();
  const seconds = ((Date.now() - begun) / 1000).toFixed(2);
  const word = failed === 0 ? "ok" : "FAILED";
  console.log(`\ntest result: ${word}. ${passed} passed; ${failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in ${seconds}s`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error);
  console.log("\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out");
  process.exitCode = 1;
});
