// What axe-core finds on a page against WCAG 2.2 A and AA. It runs in a world of its own beside the page, so the page's
// Content-Security-Policy stays as it is, and nothing of the page can change what is found.
"use strict";
const fs = require("node:fs");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const question = (rules) => `(async () => {
  const found = await axe.run(document, { runOnly: ${JSON.stringify(rules)}, iframes: false, resultTypes: ["violations"] });
  return found.violations.map((rule) => rule.id + ": " + rule.help + "; " +
    rule.nodes.slice(0, 4).map((node) => node.target.join(" ") + " " + node.html.slice(0, 160)).join(" | "));
})()`;

// `rules`: the tags of rules, or the names of some.
async function findBarriers(page, rules = TAGS) {
  const session = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await session.send("Page.getFrameTree");
    const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
    const asked = { expression: `${AXE};${question(rules)}`, contextId: executionContextId, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", asked);
    if (exceptionDetails) throw new Error(`axe-core failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value;
  } finally {
    await session.detach();
  }
}

module.exports = { findBarriers };
