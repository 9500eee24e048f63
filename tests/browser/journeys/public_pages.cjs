// Every kind of public page at the widths of a desk and of a phone, in light and dark; and none is wider than the narrowest phone.
"use strict";
const { DESKTOP, PHONE } = require("../journey_of_people.cjs");

const PAGES = [
  ["home", "/"],
  ["standards", "/standards"],
  ["standard", "/standards/iec-62304-2006-a1-2015"],
  ["clause", "/clauses/iec-81001-5-1-2021/5.7.4"],
  ["clause-structure-only", "/clauses/iec-81001-5-1-2021/5.1.1"],
  ["crosswalk", "/crosswalk"],
  ["crosswalk-pair", "/crosswalk?from=iec-81001-5-1-2021&to=iec-62304-2006-a1-2015"],
  ["search", "/search"],
  ["search-hits", "/search?q=Bedrohungsanalyse"],
  ["search-none", "/search?q=zzyzx"],
  ["search-hostile", "/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E"],
  ["pricing", "/pricing"],
  ["privacy", "/privacy"],
  ["terms", "/terms"],
  ["data-processing", "/data-processing"],
  ["subprocessors", "/subprocessors"],
  ["limits", "/limits"],
  ["example", "/example"],
  ["example-summary", "/example/summary"],
  ["example-gap-report", "/example/gap-report"],
  ["not-found", "/clauses/iec-81001-5-1-2021/99.9"],
];
// Which of them are reports.
const PAPER = ["example-summary", "example-gap-report"];
const NARROWEST = 320;

module.exports = {
  name: "public_pages",
  async run(journey) {
    for (const colorScheme of ["light", "dark"]) {
      await Promise.all([lookThrough(journey, "desktop", DESKTOP, colorScheme), lookThrough(journey, "phone", PHONE, colorScheme)]);
    }
    const narrow = await journey.person({ ...PHONE, viewport: { width: NARROWEST, height: 640 } });
    for (const [name, address] of PAGES) {
      await show(narrow, name, address);
      await narrow.fits(`${name} at ${NARROWEST} px`);
    }
  },
};


async function lookThrough(journey, device, options, colorScheme) {
  const isDark = colorScheme === "dark";
  const person = await journey.person({ ...options, colorScheme });
  for (const [number, [name, address]] of PAGES.entries()) {
    // Reports are made for paper, and light everywhere.
    if (isDark && PAPER.includes(name)) continue;
    await show(person, name, address);
    // The dark pages are the light ones in other colours.
    const rules = isDark ? ["color-contrast"] : undefined;
    await person.looksAt(`${name}-${device}-${colorScheme}`, { number: number + 1, rules });
  }
}

async function show(person, name, address) {
  person.expectedStatus = new Set(name === "not-found" ? [404] : []);
  await person.open(address);
}
