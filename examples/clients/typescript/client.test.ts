// What a good client does, against a running bacasable: GATEWAY, CONSOLE and CERTS say where.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ApiError, Client } from "./client.js";

const { GATEWAY = "https://localhost:8443", CONSOLE = "http://localhost:8080", CERTS = "certs" } = process.env;
const [IBAN, SPI] = ["FR7699010000010000010100185", "3990000101192"]; // of the persona celine-simple
const opened: Client[] = [];

after(() => Promise.all(opened.map((client) => client.close())));

function partner(name: string, siret = "20999001900017"): Client {
  const client = new Client({ gateway: GATEWAY, certs: CERTS, partner: name, secret: `secret-${name}`, siret });
  opened.push(client);
  return client;
}

function account(client: Client, iban = IBAN, justification = "dossier 2026-0001"): Promise<any> {
  return client.ficoba("numCpte", "0020", justification, { iban, verificationCompte: "0" });
}

async function console(method: string, path: string, body: object): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${CONSOLE}/admin/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.text()}`);
}

test("one token serves both APIs", async () => {
  const client = partner("editeur-demo");
  const [found, { personnePhysique }] = await Promise.all([account(client), client.person(SPI)]);
  assert.equal(found.reponses.comptes[0].caracteristiqueCompte.iban, IBAN);
  assert.equal(personnePhysique.etatCivil.lbNomNaissance, "VALBRUNE");
  assert.equal(client.tokensObtained, 1);
});

test("an anomaly is an error with its code, and is not tried again", async () => {
  await assert.rejects(account(partner("editeur-demo"), "FR00", "dossier 2026-0002"), (error) => {
    assert.ok(error instanceof ApiError && error.correlationId);
    assert.deepEqual([error.status, error.code], [400, "CAF002"]);
    return true;
  });
});

test("a revoked token is renewed once", async () => {
  const client = partner("editeur-demo");
  await client.revoke(await client.token());
  await client.person(SPI);
  assert.equal(client.tokensObtained, 2);
});

test("a second 401 is final", async () => {
  const client = partner("partenaire-suspendu", "20999009200014");
  await assert.rejects(account(client, IBAN, "dossier 2026-0003"), { status: 401, code: 900907 });
  assert.equal(client.tokensObtained, 2);
});

test("a used-up minute is waited for", async () => {
  const client = partner("editeur-demo");
  const pauses: number[] = [];
  client.sleep = async (seconds) => {
    pauses.push(seconds); // instead of waiting, move the sandbox's clock
    await console("PUT", "clock", { advance: `PT${seconds}S` });
  };
  await console("PUT", "clock", { frozen: true });
  await console("PATCH", "conventions/editeur-demo", { quotas: { r2p: 1 } });
  await console("POST", "reset", { only: ["quotas"] });
  try {
    await client.person(SPI);
    await client.person(SPI);
  } finally {
    await console("POST", "reset", { only: ["clock", "conventions", "quotas"] });
  }
  assert.equal(pauses.length, 1);
  assert.ok(pauses[0]! > 0 && pauses[0]! <= 60, `paused for ${pauses[0]} s`);
});
