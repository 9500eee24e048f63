// One running `crosswalk demo --serve`: the service, the simulated Google and the simulated Stripe, on free ports of this machine.
"use strict";
const { spawn } = require("node:child_process");

// A program that was just built is read from the disk first.
const START_LIMIT = 60_000;
const STOP_LIMIT = 20_000;

async function startDemo(program) {
  const child = spawn(program, ["demo", "--serve", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let complaints = "";
  child.stderr.on("data", (text) => (complaints = (complaints + text).slice(-4000)));
  const [service, google, stripe] = await new Promise((resolve, reject) => {
    let said = "";
    const limit = setTimeout(() => reject(new Error(`the demo did not start in time: ${complaints}`)), START_LIMIT);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the demo ended with ${code} at its start: ${complaints}`)));
    child.stdout.on("data", (text) => {
      said += text;
      const found = said.match(/service runs at (http:\S+?)\/ [\s\S]*is at (http:\S+?)\/ [\s\S]*checkout is at (http:\S+?)\/ /);
      if (!found) return;
      clearTimeout(limit);
      resolve([found[1], found[2], found[3]]);
    });
  });
  return {
    service,
    google,
    stripe,
    async stop() {
      child.kill("SIGINT");
      const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
      await ended;
      clearTimeout(limit);
    },
  };
}

module.exports = { startDemo };
