import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import bacasable, { ConsoleError, SandboxDied, useSandbox } from "../index.js";

const PERSON = "/r2p/v1/personne/3990000101192";
const sandbox = useSandbox({ before, beforeEach, afterEach, after });

test("a person is found", async () => {
  const { json } = await (await sandbox.partner("editeur-demo")).call(PERSON);
  assert.equal(json.personnePhysique.etatCivil.lbNomNaissance, "VALBRUNE");
});

test("a person is found with undici's fetch", async () => {
  const { fetch } = await import("undici");
  const partner = await sandbox.partner("editeur-demo");
  const answer = await fetch(partner.gateway + PERSON, { dispatcher: partner.dispatcher, headers: await partner.headers() });
  assert.equal((await answer.json()).personnePhysique.etatCivil.lbNomNaissance, "VALBRUNE");
});

test("a partner has all that a client needs", async () => {
  const partner = await sandbox.partner("banque-horizon");
  assert.match(partner.siret, /^\d{14}$/);
  assert.deepEqual([partner.consumerKey, partner.consumerSecret], ["banque-horizon", "secret-banque-horizon"]);
  const { createSecureContext } = await import("node:tls");
  createSecureContext({ pfx: partner.pfx, passphrase: partner.passphrase, ca: partner.ca });
});

test("a token expires with the clock, and the journal explains it", async () => {
  const partner = await sandbox.partner("editeur-demo");
  const headers = await partner.headers();
  assert.equal((await partner.call(PERSON, { headers })).status, 200);
  await sandbox.clock.advance("PT61M");
  const refused = await partner.call(PERSON, { headers: { ...headers, "X-Correlation-ID": crypto.randomUUID() } });
  assert.equal(refused.status, 401);
  assert.match((await sandbox.explain(refused))[0], /^editeur-demo r2p .*401 900901.*control technical-id/);
});

test("the clock was put back", async () => {
  assert.ok(Math.abs((await sandbox.order("GET", "clock")).offset_seconds) <= 1);
});

test("an expired token is refused", async () => {
  const token = await sandbox.token("editeur-demo", { expires_in: -10 });
  const partner = await sandbox.partner("editeur-demo");
  assert.equal((await partner.call(PERSON, { headers: { Authorization: `Bearer ${token}` } })).status, 401);
});

test("a quota is exhausted", async () => {
  await sandbox.clock.freeze(); // a quota is that of a minute, and this one does not end
  await sandbox.quota.exhaust("editeur-demo", "r2p");
  assert.equal((await (await sandbox.partner("editeur-demo")).call(PERSON)).status, 429);
  await assert.rejects(sandbox.quota.exhaust("mutuelle-etatcivil", "ficoba"), /no convention for ficoba/);
});

test("a fault strikes once", async () => {
  await sandbox.fault({ code: "303001" }, { api: "r2p" });
  const partner = await sandbox.partner("editeur-demo");
  assert.equal((await partner.call(PERSON)).status, 500);
  assert.equal((await partner.call(PERSON)).status, 200);
});

test("a faulty certificate is refused", async () => {
  const faulty = await sandbox.partner("editeur-demo", { certificate: "expired" });
  const answer = await faulty.call(PERSON, { headers: { Authorization: `Bearer ${await sandbox.token()}` } });
  assert.equal(answer.status, 401);
  assert.match((await sandbox.explain(answer))[0], /control certificate/);
});

test("an order that cannot be obeyed says why", async () => {
  await assert.rejects(sandbox.clock.set("2026-02-30T10:00:00Z"), (error) => error instanceof ConsoleError && /422.*\/now/.test(error.message));
});

test("every word is an order that the console knows", async () => {
  await sandbox.clock.set("2026-11-22T10:00:00Z");
  const frozen = await sandbox.clock.freeze();
  assert.equal(await sandbox.clock.now(), frozen);
  await sandbox.quota.set("editeur-demo", "r2p", 3);
  await sandbox.reset({ only: ["tokens"] });
  assert.equal((await sandbox.quota.of("editeur-demo", "r2p")).used, 3);
  await sandbox.reset({ partner: "editeur-demo" });
  assert.equal((await sandbox.quota.of("editeur-demo", "r2p")).used, 0);
  await sandbox.clock.reset();
  assert.equal((await sandbox.order("GET", "clock")).frozen, false);
  assert.equal((await sandbox.amend("editeur-demo", { state: "suspended" })).state, "suspended");
});

test("the types of the console's messages are those of its description", async () => {
  const { types } = await import("../generate.mjs");
  const file = new URL("../console.d.ts", import.meta.url);
  const generated = await types(sandbox.console);
  if (process.env.BLESS) writeFileSync(file, generated);
  assert.equal(readFileSync(file, "utf8"), generated, "out of date: BLESS=1 testkits/run node writes it anew");
});

describe("servers of one's own", () => {
  test("a port that is taken is named", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = `127.0.0.1:${taken.address().port}`;
    await assert.rejects(bacasable.sandbox({ settings: { "gateway.listen": address } }), new RegExp(`gateway.listen: cannot listen on ${address}`));
    taken.close();
  });

  test("a certs folder that cannot be written is named; one that can stays", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kit-"));
    writeFileSync(join(folder, "file"), "");
    await assert.rejects(bacasable.sandbox({ settings: { certs: join(folder, "file/certs") } }), /kit-[^/]*\/file\/certs/);
    const own = await bacasable.sandbox({ settings: { certs: join(folder, "certs") } });
    await own.stop();
    assert.ok(existsSync(join(folder, "certs/ca.pem")));
    rmSync(folder, { recursive: true });
  });

  test("two at once are apart", async () => {
    const other = await bacasable.sandbox();
    await other.clock.freeze();
    await other.quota.exhaust("editeur-demo", "r2p");
    assert.equal((await (await other.partner()).call(PERSON)).status, 429);
    assert.equal((await (await sandbox.partner()).call(PERSON)).status, 200);
    await other.stop();
  });

  test("a setting that is refused is named", async () => {
    await assert.rejects(bacasable.sandbox({ settings: { population: "plenty" } }), /ended with code 2.*\n.*--population/);
  });

  test("a program that is not there is named", async () => {
    await assert.rejects(bacasable.sandbox({ binary: "/nowhere/bacasable" }), /\/nowhere\/bacasable cannot be started/);
  });

  test("without a program, the ways to get one are named", async () => {
    const script = `require(${JSON.stringify(new URL("../index.js", import.meta.url).pathname)}).sandbox().catch((error) => console.log(error.message))`;
    const run = spawn(process.execPath, ["-e", script], { env: { PATH: "/nowhere" } });
    let said = "";
    run.stdout.on("data", (text) => (said += text));
    await once(run, "close");
    assert.match(said, /npm install --save-dev bacasable.*PATH.*BACASABLE=http/);
  });

  test("a server that dies is reported at once with its last lines", async () => {
    const own = await bacasable.sandbox();
    process.kill(own.pid, "SIGKILL");
    await assert.rejects(own.reset(), (error) => error instanceof SandboxDied && /the last lines of its log/.test(error.message));
    await own.stop();
    assert.ok(!existsSync(own.certs));
  });

  test("a running server is shared", async () => {
    const shared = await bacasable.sandbox({ binary: `${sandbox.console},${sandbox.gateway}` });
    assert.equal((await (await shared.partner("editeur-demo")).call(PERSON)).status, 200);
    await shared.stop();
    assert.equal((await (await sandbox.partner("editeur-demo")).call(PERSON)).status, 200);
  });

  test("nothing is left behind by a run that is killed", async () => {
    const index = JSON.stringify(new URL("../index.js", import.meta.url).pathname);
    const script = `require(${index}).sandbox().then((own) => console.log(own.pid, own.certs)); setInterval(() => {}, 1000)`;
    const run = spawn(process.execPath, ["-e", script]);
    const [line] = await once(run.stdout, "data");
    const [pid, folder] = String(line).trim().split(" ");
    run.kill("SIGKILL");
    const until = Date.now() + 30_000;
    while (Date.now() < until && (existsSync(folder) || isRunning(pid))) await pause(20);
    assert.ok(!existsSync(folder) && !isRunning(pid));
  });
});

function isRunning(pid) {
  try {
    process.kill(Number(pid), 0);
  } catch {
    return false;
  }
  return !/ Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\)/, " "));
}
