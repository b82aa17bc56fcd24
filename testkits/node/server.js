"use strict";
// Finds the program, starts it, and stops it.

const { spawn } = require("node:child_process");
const { accessSync, constants, mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { delimiter, join } = require("node:path");
const { createInterface } = require("node:readline");

/** The server is not there any more; the message has the last lines of its log. */
class SandboxDied extends Error {
  name = "SandboxDied";
}

/** The program: as given, of the variable BACASABLE, of the package bacasable, or of the path. */
function find(binary) {
  const given = binary ?? process.env.BACASABLE;
  if (given) return given;
  try {
    return require("bacasable").binary();
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw new SandboxDied(error.message);
  }
  const name = process.platform === "win32" ? "bacasable.exe" : "bacasable";
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // not in this folder
    }
  }
  throw new SandboxDied(
    "bacasable is not installed: npm install --save-dev bacasable, or put its program on PATH or into the variable BACASABLE, " +
      "or name a running server there (BACASABLE=http://localhost:8080,https://localhost:8443)",
  );
}

/** A server of one's own. It ends with this process, however that ends: it watches its standard input. */
class Server {
  #process;
  #log = [];
  #how;
  #ended;
  #scratch;

  static async start({ binary, fixtures, settings = {}, timeout = 30_000 } = {}) {
    const server = new Server();
    const program = find(binary);
    const free = "127.0.0.1:0";
    const options = { "gateway-listen": free, "console-listen": free, "log-level": "warn", ...(fixtures ? { fixtures } : {}) };
    for (const [key, value] of Object.entries(settings)) options[key.replace(/[._]/g, "-")] = value;
    // A certs folder that the settings name is the caller's: it stays.
    server.#scratch = options.certs ? undefined : mkdtempSync(join(tmpdir(), "bacasable-"));
    server.certs = options.certs ??= server.#scratch;
    const line = ["serve", "--parent-watch", ...(server.#scratch ? ["--discard-certs"] : [])];
    line.push(...Object.entries(options).map(([key, value]) => `--${key}=${value}`));
    const child = spawn(program, line, { stdio: ["pipe", "pipe", "pipe"] });
    server.#process = child;
    child.stdin.on("error", () => {}); // a server that has ended reads no more
    createInterface({ input: child.stderr }).on("line", (line) => {
      server.#log = [...server.#log, line].slice(-20);
    });
    server.#ended = new Promise((resolve) => {
      child.on("error", (error) => resolve((server.#how = `${program} cannot be started: ${error.message}`)));
      child.on("close", (code, signal) => resolve((server.#how ??= `bacasable ended with ${signal ?? `code ${code}`}`)));
    });
    const ready = await server.#firstLine(timeout);
    const [, gateway, console] = /^ready gateway=(\S+) console=(\S+)/.exec(ready) ?? [];
    if (!gateway) {
      await server.stop();
      throw new SandboxDied(server.epitaph());
    }
    // The server keeps no test runner from ending.
    child.unref();
    for (const stream of child.stdio) stream.unref?.();
    return Object.assign(server, { gateway, console });
  }

  /** How it ended, with the last lines of its log. */
  epitaph() {
    const lines = this.#log.length > 0 ? this.#log : ["(none)"];
    return [`${this.#how ?? "bacasable does not answer"}; the last lines of its log:`, ...lines].join("\n  ");
  }

  get pid() {
    return this.#process.pid;
  }

  kill() {
    this.#process.kill("SIGKILL");
    return this.#ended;
  }

  async stop() {
    this.#process.ref();
    this.#process.stdin.end();
    const late = setTimeout(() => this.#process.kill("SIGKILL"), 10_000);
    await this.#ended;
    clearTimeout(late);
    if (this.#scratch) rmSync(this.#scratch, { recursive: true, force: true }); // the server does it itself unless it was killed
  }

  /** The first line of standard output; empty when the server ended or is late. */
  #firstLine(timeout) {
    return new Promise((resolve) => {
      let text = "";
      const late = setTimeout(() => resolve(""), timeout);
      const done = (line) => (clearTimeout(late), resolve(line));
      this.#process.stdout.setEncoding("utf8").on("data", (part) => {
        text += part;
        if (text.includes("\n")) done(text.slice(0, text.indexOf("\n")));
      });
      this.#ended.then(() => done(""));
    });
  }
}

module.exports = { Server, SandboxDied };
