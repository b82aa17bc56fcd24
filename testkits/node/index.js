"use strict";
// A running server, its partners, and what a test orders of it through its console (docs/console.md of bacasable).

const { randomUUID, X509Certificate } = require("node:crypto");
const https = require("node:https");
const http = require("node:http");
const { Server, SandboxDied } = require("./server.js");

/** The console refuses an order; the message says why. */
class ConsoleError extends Error {
  name = "ConsoleError";
}

/** Starts a server, or takes the running one that BACASABLE names as CONSOLE_URL[,GATEWAY_URL]. */
async function sandbox(options = {}) {
  const named = options.binary ?? process.env.BACASABLE ?? "";
  const server = /^https?:/.test(named) ? undefined : await Server.start(options);
  return new Sandbox(server, server ?? addresses(named));
}

/** A server with the hooks of the test runner: started before all, put back before each, explained after a failed one. */
function useSandbox({ before, beforeAll, beforeEach, afterEach, after, afterAll, ...options }) {
  const held = {};
  // Vitest and Jest give a hook a few seconds, less than a slow machine may need; node:test waits.
  const patience = before ? [] : [60_000];
  (before ?? beforeAll)(async () => {
    held.sandbox = await sandbox(options);
  }, ...patience);
  if (options.reset !== false) beforeEach(() => held.sandbox.reset(), ...patience);
  // No parameter: Jest would take it for a callback, Vitest for fixtures.
  afterEach?.(async function () {
    const [context] = arguments;
    const failed = context?.passed === false || context?.task?.result?.state === "fail";
    if (!failed) return;
    const lines = await held.sandbox.explain().catch((error) => [error.message]);
    if (lines.length > 0) process.stderr.write(`bacasable: refused and failed requests\n  ${lines.join("\n  ")}\n`);
  }, ...patience);
  (after ?? afterAll)(() => held.sandbox?.stop(), ...patience);
  return new Proxy(held, {
    get: (_, member) => {
      if (!held.sandbox) throw new Error("the sandbox starts before the first test: use it in tests and hooks only");
      const value = held.sandbox[member];
      return typeof value === "function" ? value.bind(held.sandbox) : value;
    },
  });
}

class Sandbox {
  #server;
  #partners = new Map();

  constructor(server, { gateway, console }) {
    this.#server = server;
    Object.assign(this, { gateway, console, certs: server?.certs });
    this.clock = clock(this);
    this.quota = quota(this);
  }

  /** The server's process; undefined when it is not our own. */
  get pid() {
    return this.#server?.pid;
  }

  /** A partner; with { certificate: "expired" } and the like, one that shows a faulty certificate. */
  async partner(id = "editeur-demo", { certificate } = {}) {
    const path = certificate ? `invalid/${certificate}` : id;
    const key = `${id} ${path}`;
    if (!this.#partners.has(key)) {
      const bundle = await this.read(`/certs/clients/${path}.json`);
      const own = bundle.partner === id ? bundle : await this.read(`/certs/clients/${id}.json`);
      this.#partners.set(key, new Partner(this, id, bundle, own));
    }
    return this.#partners.get(key);
  }

  /** A token minted by the console: { scopes: [...], expires_in: -10 } for one that has expired. */
  async token(partner = "editeur-demo", order = {}) {
    return (await this.order("POST", "tokens", { partner, ...order })).access_token;
  }

  /** The next calls that match end like this; the id of the order. */
  async fault(outcome, { times = 1, ...match } = {}) {
    return (await this.order("POST", "faults", { match, outcome, times })).id;
  }

  /** Changes a convention until the next reset. */
  amend(partner, patch) {
    return this.order("PATCH", `conventions/${partner}`, patch);
  }

  /** Everything as at the start, or { only: [...] }, or { partner }. */
  async reset(what = {}) {
    await this.order("POST", "reset", what);
    for (const partner of this.#partners.values()) partner.forget();
  }

  /** The entries, oldest first. */
  async journal(filters = {}) {
    return (await this.order("GET", `journal?${new URLSearchParams(filters)}`)).entries;
  }

  /** What the journal says of refused and failed requests, one line each; given an answer, of that request alone. */
  async explain(asked = {}) {
    const correlation = asked.correlation_id ?? header(asked, "x-correlation-id");
    const filters = correlation ? { correlation_id: correlation } : asked;
    const entries = await this.journal(filters);
    return entries.filter((entry) => (entry.status ?? 500) >= 400).map(told);
  }

  /** An order to the admin API, or a question. */
  order(method, path, body) {
    return this.read(`/admin/v1/${path}`, method, body);
  }

  async read(path, method = "GET", body = undefined) {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    let answer;
    try {
      answer = await send(this.console + path, { method, headers, agent: false }, body && JSON.stringify(body));
    } catch (error) {
      throw new SandboxDied(this.#server ? this.#server.epitaph() : `${this.console}: ${error.message}`);
    }
    if (answer.status >= 400) throw new ConsoleError(`${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
  }

  /** Ends the server, if it is of our own, and leaves nothing behind. */
  async stop() {
    await Promise.all([...this.#partners.values()].map((partner) => partner.close()));
    await this.#server?.stop();
  }
}

/** A partner: its certificate, its identity, and what the HTTP libraries want of them. */
class Partner {
  #tokens = new Map();
  #sandbox;
  #agent;
  #dispatcher;

  constructor(sandbox, id, bundle, own) {
    this.#sandbox = sandbox;
    this.id = id;
    this.gateway = sandbox.gateway;
    this.siret = own.siret;
    this.consumerKey = own.consumer_key;
    this.consumerSecret = own.consumer_secret;
    this.ca = bundle.ca;
    this.certificate = bundle.certificate;
    this.key = bundle.key;
    this.pfx = Buffer.from(bundle.pkcs12, "base64");
    this.passphrase = bundle.pkcs12_password;
    this.subject = new X509Certificate(bundle.certificate).subject;
  }

  /** What node:tls and node:https take. */
  get tls() {
    return { ca: this.ca, cert: this.certificate, key: this.key };
  }

  /** An agent for node:https, axios, got, node-fetch. */
  get agent() {
    return (this.#agent ??= new https.Agent({ ...this.tls, keepAlive: true }));
  }

  /** A dispatcher for undici and for fetch: fetch(url, { dispatcher }). */
  get dispatcher() {
    return (this.#dispatcher ??= new (require("undici").Agent)({ connect: this.tls }));
  }

  /** A token from the token endpoint, asked for once until the next reset; all the convention's scopes by default. */
  token(scope) {
    if (!this.#tokens.has(scope)) {
      const asked = this.#obtain(scope);
      this.#tokens.set(scope, asked);
      asked.catch(() => this.#tokens.delete(scope));
    }
    return this.#tokens.get(scope);
  }

  /** What a call needs: a token, and a new X-Correlation-ID. */
  async headers() {
    return { Authorization: `Bearer ${await this.token()}`, "X-Correlation-ID": randomUUID() };
  }

  /** One call: a path of the gateway; the answer's status, headers, text and json. */
  async call(path, { method = "GET", headers = {}, body } = {}) {
    const content = body !== undefined && typeof body !== "string" ? { "Content-Type": "application/json" } : {};
    const text = content["Content-Type"] ? JSON.stringify(body) : body;
    const own = headers.Authorization ? { "X-Correlation-ID": randomUUID() } : await this.headers();
    const all = { ...own, ...content, ...headers };
    return send(this.gateway + path, { method, headers: all, agent: this.agent }, text);
  }

  forget() {
    this.#tokens.clear();
  }

  async close() {
    this.#agent?.destroy();
    await this.#dispatcher?.close();
  }

  async #obtain(scope) {
    const asked = scope ?? ((await this.#sandbox.order("GET", `conventions/${this.id}`)).scopes ?? []).join(" ");
    const form = new URLSearchParams({ grant_type: "client_credentials", ...(asked ? { scope: asked } : {}) });
    const credentials = Buffer.from(`${this.consumerKey}:${this.consumerSecret}`).toString("base64");
    const headers = { Authorization: `Basic ${credentials}`, "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await send(`${this.gateway}/token`, { method: "POST", headers, agent: this.agent }, String(form));
    if (answer.status !== 200) throw new Error(`POST /token: ${answer.status} ${answer.text}`);
    return answer.json.access_token;
  }
}

const clock = (sandbox) => ({
  now: async () => (await sandbox.order("GET", "clock")).now,
  set: async (now) => (await sandbox.order("PUT", "clock", { now })).now,
  /** By an ISO 8601 duration: PT61M. */
  advance: async (duration) => (await sandbox.order("PUT", "clock", { advance: duration })).now,
  freeze: async () => (await sandbox.order("PUT", "clock", { frozen: true })).now,
  reset: async () => void (await sandbox.order("DELETE", "clock")),
});

const quota = (sandbox) => ({
  async of(partner, api) {
    const lines = await sandbox.order("GET", `quotas?partner=${partner}`);
    const line = lines.find((line) => line.api === api);
    if (!line) throw new ConsoleError(`${partner} has no convention for ${api}`);
    return line;
  },
  set: (partner, api, used) => sandbox.order("PUT", "quotas", { partner, api, used }),
  /** The next call of this minute is refused with 429. */
  async exhaust(partner, api) {
    return this.set(partner, api, (await this.of(partner, api)).limit);
  },
});

/** CONSOLE_URL[,GATEWAY_URL]: without the second, port 8443 of the same host. */
function addresses(named) {
  const [console, gateway = `https://${new URL(console).hostname}:8443`] = named.split(",");
  return { console: console.replace(/\/$/, ""), gateway: gateway.replace(/\/$/, "") };
}

/** One entry of the journal, in one line. */
function told(entry) {
  const refused = (entry.controls ?? []).filter((control) => control.verdict === "refused");
  const why = refused.map(({ control, reason }) => `control ${control}: ${reason}`).join("; ") || entry.note || "";
  const what = [entry.partner, entry.api, entry.operation, entry.status, entry.code].filter(Boolean).join(" ");
  return `${what} [${entry.correlation_id}]${why && `: ${why}`}`;
}

/** A header of an answer: of fetch, of undici, of node:http. */
function header(answer, name) {
  const headers = answer?.headers;
  return typeof headers?.get === "function" ? headers.get(name) : headers?.[name];
}

function send(url, options, body) {
  const module = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = module.request(url, { timeout: 30_000, ...options }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        const found = { status: answer.statusCode, headers: answer.headers, text };
        resolve(Object.defineProperty(found, "json", { get: () => JSON.parse(text) }));
      });
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 30 seconds")));
    request.on("error", reject);
    request.end(body);
  });
}

module.exports = { sandbox, useSandbox, Sandbox, Partner, SandboxDied, ConsoleError };
