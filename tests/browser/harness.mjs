// A server of the test's own, partners that call it over mutual TLS, and a real browser on its console.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { HtmlValidate } from "html-validate/node";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const AXE = require.resolve("axe-core/axe.min.js");
const BINARY = process.env.BACASABLE ?? new URL("../../target/debug/bacasable", import.meta.url).pathname;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/// Where screenshots go, for people to look at; none are taken otherwise.
const SHOTS = process.env.SHOTS;

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };
export const SCHEMES = ["light", "dark"];

/// A running server; `call` calls its gateway as a sample partner.
export async function startServer(...settings) {
  assert.ok(existsSync(BINARY), `${BINARY}: build it first (cargo build)`);
  const certs = mkdtempSync(join(tmpdir(), "bacasable-browser-"));
  const flags = ["--gateway-listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0", "--certs", certs, ...settings];
  const child = spawn(BINARY, ["serve", ...flags], { stdio: ["ignore", "pipe", "inherit"], env: { PATH: process.env.PATH, BACASABLE_LOG__LEVEL: "warn" } });
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the server stopped with code ${code}`)));
  });
  const [, gateway, console] = ready.match(/^ready gateway=(\S+) console=(\S+)$/);
  const tokens = new Map();
  const server = { gateway, console, certs };

  server.call = (partner, path, options = {}) =>
    new Promise((resolve, reject) => {
      const { method = "GET", headers = {}, body, certificate = `clients/${partner}` } = options;
      const read = (name) => readFileSync(join(certs, name));
      const url = new URL(path, gateway);
      const request = https.request(
        {
          host: "127.0.0.1", servername: "localhost", port: url.port, path: url.pathname + url.search, method, agent: false,
          ca: read("ca.pem"), cert: read(`${certificate}.pem`), key: read(`${certificate}.key`),
          headers: { "X-Correlation-ID": randomUUID(), "X-Request-ID": "navigateur", ...headers },
        },
        (response) => {
          let text = "";
          response.on("data", (piece) => (text += piece));
          response.on("end", () => resolve({ status: response.statusCode, text }));
        },
      );
      request.on("error", reject);
      request.end(body);
    });

  server.token = async (partner, scope = "") => {
    const known = tokens.get(partner + scope);
    if (known) return known;
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: partner, client_secret: `secret-${partner}`, scope });
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await server.call(partner, "/token", { method: "POST", headers, body: form.toString() });
    const token = JSON.parse(answer.text).access_token;
    tokens.set(partner + scope, token);
    return token;
  };

  server.authorised = async (partner, path, options = {}) => {
    const token = await server.token(partner, options.scope);
    return server.call(partner, path, { ...options, headers: { Authorization: `Bearer ${token}`, ...options.headers } });
  };

  /// Tokens do not outlive a reset, a revocation or an hour.
  server.forget = () => tokens.clear();

  server.stop = async () => {
    const stopped = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await stopped;
    rmSync(certs, { recursive: true });
  };
  return server;
}

export async function startBrowser() {
  const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: flags });
}

/// A page of the console as a reader sees it; whatever it asks of anybody else, or says on the console, fails the test.
export async function open(browser, server, path, { viewport = DESKTOP, scheme = "light", script = true, permissions = [] } = {}) {
  const context = await browser.newContext({ viewport, colorScheme: scheme, javaScriptEnabled: script, baseURL: server.console, permissions, bypassCSP: false });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  page.scripted = script;
  page.complaints = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.console)) page.complaints.push(`asked ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !/status of 4\d\d/.test(message.text())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.done = async () => {
    assert.deepEqual(page.complaints, []);
    await context.close();
  };
  await page.goto(path);
  return page;
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// axe-core finds nothing to reproach, on what it can judge by itself; `only` these rules where some are named.
export async function accessible(page, what, only) {
  if (!page.scripted) return; // axe is script; the same page is judged with it
  const found = await page.evaluate(
    async ([source, runOnly]) => {
      if (!window.axe) new Function(source)();
      const { violations } = await window.axe.run(document, { runOnly });
      return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => `${node.html} ${node.failureSummary}`) }));
    },
    [readFileSync(AXE, "utf8"), only ?? TAGS],
  );
  assert.deepEqual(found, [], what);
}

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
  rules: {
    "void-style": "off", "no-trailing-whitespace": "off", "attribute-boolean-style": "off", "doctype-style": "off", "long-title": "off", "no-inline-style": "error",
    "require-sri": "off", // the files are our own
    "prefer-native-element": ["error", { exclude: ["region"] }], // a scrolled table is no section of the text
    "wcag/h37": "error",
  },
});

/// The HTML as sent is valid (RGAA 8.2).
export async function valid(server, path) {
  const answer = await fetch(new URL(path, server.console), { headers: { Accept: "text/html" } });
  const report = await validator.validateString(await answer.text());
  const messages = report.results.flatMap((result) => result.messages.map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}`));
  assert.deepEqual(messages, [], path);
}

/// Nothing is cut off: the page itself never scrolls sideways.
export async function fits(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what}: ${wide} pixels too wide`);
}

export async function shoot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}
