// Calls the gateway with clients typed by openapi-typescript.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import { Agent, fetch as send } from "undici";
import type { paths as Ficoba } from "./ficoba.js";
import type { paths as R2p } from "./r2p.js";

const { GATEWAY: gateway, CERTS: certs, TOKEN: token } = process.env;
const read = (name: string) => readFileSync(`${certs}/${name}`);
const connect = { ca: read("ca.pem"), cert: read("clients/editeur-demo.pem"), key: read("clients/editeur-demo.key") };
const dispatcher = new Agent({ connect });
const fetch = async (request: Request) =>
  (await send(request.url, {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body: request.body ? await request.text() : undefined,
    dispatcher,
  })) as unknown as Response;
const header = () => ({ Authorization: `Bearer ${token}`, "X-Correlation-ID": randomUUID() });

const ficoba = createClient<Ficoba>({ baseUrl: `${gateway}/fcb-masrestit/api/v2`, fetch });
const demand = {
  dateDemande: "2026-11-20",
  motif: "0020",
  siretDemandeur: "20999001900017",
  justification: "client engendré",
  criteresRecherche: { iban: "FR7699010000010000010100185", verificationCompte: "0" },
};
const good = await ficoba.POST("/comptes/numCpte", { params: { header: header() }, body: demand });
assert.equal(good.data?.nombreReponses, "001");
const { motif, ...without } = demand;
const refused = await ficoba.POST("/comptes/numCpte", { params: { header: header() }, body: without });
assert.equal(refused.response.status, 400);
assert.match(JSON.stringify(refused.error), /CAF001/);

const r2p = createClient<R2p>({ baseUrl: `${gateway}/r2p/v1`, fetch });
const person = await r2p.GET("/personne/{spi}", { params: { header: header(), path: { spi: "3990000101192" } } });
assert.equal(person.data?.personnePhysique?.etatCivil?.lbNomNaissance, "VALBRUNE");
const unread = await r2p.GET("/personne/{spi}", { params: { header: header(), path: { spi: "39" } } });
assert.equal(unread.response.status, 400);
await dispatcher.close();
