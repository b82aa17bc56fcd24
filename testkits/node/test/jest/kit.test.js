
const { useSandbox } = require("../../index.js");

const sandbox = useSandbox({ beforeAll, beforeEach, afterEach, afterAll });

test("a person is found", async () => {
  const { json } = await (await sandbox.partner("editeur-demo")).call("/r2p/v1/personne/3990000101192");
  expect(json.personnePhysique.etatCivil.lbNomNaissance).toBe("VALBRUNE");
});

test("a quota is exhausted", async () => {
  await sandbox.clock.freeze(); // a quota is that of a minute, and this one does not end
  await sandbox.quota.exhaust("editeur-demo", "r2p");
  const partner = await sandbox.partner("editeur-demo");
  expect((await partner.call("/r2p/v1/personne/3990000101192")).status).toBe(429);
});
