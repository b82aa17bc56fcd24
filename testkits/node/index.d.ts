import type { Agent } from "node:https";
import type { Dispatcher } from "undici";
import type { components } from "./console.js";

/** How a server is started. */
export interface Options {
  /** The program, or CONSOLE_URL[,GATEWAY_URL] of a running server; by default the variable BACASABLE, the package, PATH. */
  binary?: string;
  /** A folder of one's own partners, people and accounts. */
  fixtures?: string;
  /** Settings of the server: { "gateway.dialect": "wso2-3" }. */
  settings?: Record<string, string | number | boolean>;
  /** How long to wait until it is ready, in milliseconds. */
  timeout?: number;
}

/** The test runner's hooks: those of node:test, or of Vitest and Jest. */
export interface Hooks {
  before?: Hook;
  beforeAll?: Hook;
  beforeEach: Hook;
  afterEach?: Hook;
  after?: Hook;
  afterAll?: Hook;
  /** false: nothing is put back before a test. */
  reset?: boolean;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Hook = (run: (context?: any) => any) => any;

export type Api = QuotaLine["api"];
export type FaultyCertificate =
  | "expired"
  | "not-yet-valid"
  | "revoked"
  | "unknown-ca"
  | "self-signed"
  | "server-only"
  | "no-partner";

/** How a call ends that a fault strikes. */
export type Outcome = Message["Outcome"];

/** Which calls a fault strikes; times 1 by default. */
export type Match = Message["Target"] & { times?: number };

/** One entry of the journal. */
export type Entry = Message["JournalEntry"];

/** One control's verdict on a request. */
export type Verdict = Entry["controls"][number];

/** A quota and what is used of it. */
export type QuotaLine = Message["Quota"];

/** The messages of the console, as its description has them. */
export type Message = components["schemas"];

/** An answer of the gateway. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

export declare class SandboxDied extends Error {}
export declare class ConsoleError extends Error {}

/** A running server, and what a test orders of it. */
export declare class Sandbox {
  readonly gateway: string;
  readonly console: string;
  /** The folder of the test PKI; none when the server is not our own. */
  readonly certs: string | undefined;
  /** The server's process; none when it is not our own. */
  readonly pid: number | undefined;
  readonly clock: {
    now(): Promise<string>;
    set(now: string): Promise<string>;
    advance(duration: string): Promise<string>;
    freeze(): Promise<string>;
    reset(): Promise<void>;
  };
  readonly quota: {
    of(partner: string, api: Api): Promise<QuotaLine>;
    set(partner: string, api: Api, used: number): Promise<QuotaLine>;
    exhaust(partner: string, api: Api): Promise<QuotaLine>;
  };
  partner(id?: string, options?: { certificate?: FaultyCertificate }): Promise<Partner>;
  token(partner?: string, order?: Omit<Message["TokenOrder"], "partner">): Promise<string>;
  fault(outcome: Outcome, match?: Match): Promise<string>;
  amend(partner: string, patch: Message["ConventionPatch"]): Promise<Message["Convention"]>;
  reset(what?: Message["ResetOrder"]): Promise<void>;
  journal(filters?: Record<string, string>): Promise<Entry[]>;
  explain(asked?: Record<string, string> | { headers: unknown }): Promise<string[]>;
  order(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** A partner: its certificate, its identity, and what the HTTP libraries want of them. */
export declare class Partner {
  readonly id: string;
  readonly gateway: string;
  readonly siret: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly pfx: Buffer;
  readonly passphrase: string;
  readonly subject: string;
  readonly tls: { ca: string; cert: string; key: string };
  readonly agent: Agent;
  readonly dispatcher: Dispatcher;
  token(scope?: string): Promise<string>;
  headers(): Promise<{ Authorization: string; "X-Correlation-ID": string }>;
  call(path: string, options?: { method?: string; headers?: Record<string, string>; body?: unknown }): Promise<Answer>;
}

/** Starts a server, or takes the running one that is named. */
export declare function sandbox(options?: Options): Promise<Sandbox>;

/** A server with the hooks of the test runner. */
export declare function useSandbox(options: Hooks & Options): Sandbox;
