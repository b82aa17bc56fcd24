// A client of the DGFiP's API gateway: mutual TLS, one token for many calls, a correlation identifier per request, patience.
// Copy it into your project and make it yours; all it needs is undici, because Node's own `fetch` shows no client certificate.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Pool, type Dispatcher } from "undici";

const R2P_SCOPES = "api_r2p_recherche_personne_physique api_r2p_resolution_spi";
const LONGEST_WAIT = 90; // seconds; the gateway counts by the minute

export interface Options {
  gateway: string;
  certs: string;
  partner: string;
  secret: string;
  siret: string;
  scope?: string;
}

interface Token {
  value: string;
  expires: number; // on performance.now()'s clock
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** An answer that is not 2xx: quote its correlation identifier when you ask for help. */
export class ApiError extends Error {
  readonly status: number;
  readonly code?: string | number;
  readonly correlationId?: string;

  constructor({ status, headers, text }: Answer) {
    const body = json(text);
    const fault = body.erreur ?? body;
    const code = fault.code ?? fault.error;
    const correlationId = headers["x-correlation-id"]?.toString();
    super(`${status} ${code}: ${fault.message ?? fault.error_description ?? text.slice(0, 200)} (X-Correlation-ID ${correlationId})`);
    this.status = status;
    this.code = code;
    this.correlationId = correlationId;
  }
}

export class Client {
  tokensObtained = 0;
  sleep = (seconds: number): Promise<unknown> => setTimeout(seconds * 1000);
  #pool: Pool; // keeps connections open
  #options: Options;
  #token?: Token;
  #renewal?: Promise<Token>;

  constructor(options: Options) {
    const { gateway, certs, partner } = options;
    this.#options = options;
    this.#pool = new Pool(gateway, {
      connect: {
        ca: readFileSync(`${certs}/ca.pem`),
        cert: readFileSync(`${certs}/clients/${partner}.pem`),
        key: readFileSync(`${certs}/clients/${partner}.key`),
        timeout: 5_000,
      },
      headersTimeout: 30_000,
    });
  }

  /** A FICOBA search: numCpte, spi, siretSiren, perPhy, perPro, verifIban or multiDet. */
  ficoba(search: string, motif: string, justification: string, criteresRecherche: object): Promise<any> {
    const dateDemande = new Date().toISOString().slice(0, 10);
    const demand = { dateDemande, motif, siretDemandeur: this.#options.siret, justification, criteresRecherche };
    return this.call("POST", `/fcb-masrestit/api/v2/comptes/${search}`, demand);
  }

  /** The person that R2P knows under this SPI. */
  person(spi: string): Promise<any> {
    return this.call("GET", `/r2p/v1/personne/${spi}`);
  }

  /** One call: a refused token is renewed once, a used-up minute is waited for once. */
  async call(method: Dispatcher.HttpMethod, path: string, demand?: object): Promise<any> {
    const body = demand && JSON.stringify(demand);
    const type = demand && { "Content-Type": "application/json" };
    for (let renewed = false, waited = false; ; ) {
      const token = await this.#current();
      const answer = await this.#send(method, path, { ...type, Authorization: `Bearer ${token.value}` }, body);
      const pause = patience(answer);
      if (answer.status === 401 && !renewed) {
        renewed = true;
        if (this.#token === token) this.#token = undefined; // another call may have renewed it already
      } else if (answer.status === 429 && !waited && pause !== undefined) {
        waited = true;
        await this.sleep(pause);
      } else if (answer.status >= 200 && answer.status < 300) {
        return JSON.parse(answer.text);
      } else {
        throw new ApiError(answer);
      }
    }
  }

  /** The token in force, or a new one a minute before that one expires. */
  async token(): Promise<string> {
    return (await this.#current()).value;
  }

  /** Tells the gateway that a token is no longer needed. */
  async revoke(token: string): Promise<void> {
    await this.#authenticated("/revoke", { token });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Calls that start together share one demand for a token. */
  async #current(): Promise<Token> {
    if (this.#token && this.#token.expires > performance.now()) return this.#token;
    this.#renewal ??= this.#obtain().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #obtain(): Promise<Token> {
    const form = { grant_type: "client_credentials", scope: this.#options.scope ?? R2P_SCOPES };
    const answer = await this.#authenticated("/token", form);
    this.tokensObtained += 1;
    this.#token = { value: answer.access_token, expires: performance.now() + (answer.expires_in - 60) * 1000 };
    return this.#token;
  }

  async #authenticated(path: string, form: Record<string, string>): Promise<any> {
    const { partner, secret } = this.#options;
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
      Authorization: `Basic ${Buffer.from(`${partner}:${secret}`).toString("base64")}`,
    };
    const answer = await this.#send("POST", path, headers, new URLSearchParams(form).toString());
    if (answer.status !== 200) throw new ApiError(answer);
    return json(answer.text);
  }

  async #send(method: Dispatcher.HttpMethod, path: string, headers: object, body?: string): Promise<Answer> {
    const identifiers = { "X-Correlation-ID": randomUUID(), "X-Request-ID": randomUUID() };
    const response = await this.#pool.request({ method, path, headers: { ...identifiers, ...headers }, body });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  }
}

/** Seconds until Retry-After, seconds or a date by the gateway's own clock; undefined when that is too long to wait. */
function patience({ headers }: Answer): number | undefined {
  const told = String(headers["retry-after"]);
  const [until, now] = [told, headers["date"]].map((date) => Date.parse(String(date)));
  const pause = /^\d+$/.test(told) ? Number(told) : Math.max(0, (until! - now!) / 1000);
  return pause <= LONGEST_WAIT ? pause : undefined; // NaN, when a header is missing, is not
}

function json(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a maintenance page, say
  }
}
