#!/usr/bin/env node
"use strict";
// Runs the program as if it had been called itself: same arguments, same streams, same end.
const { spawn } = require("node:child_process");
const { binary } = require("../index.js");

let program;
try {
  program = binary();
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`bacasable: ${program} cannot be started: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else {
    process.exit(code);
  }
});
