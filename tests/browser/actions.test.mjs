// Each action of the pages, done as a reader does it; the main ones without script too.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { PHONE, accessible, open, shoot, startBrowser, startServer } from "./harness.mjs";

const HEALTH = "/fcb-masrestit/api/v2/etatSante";

let browser, server;

before(async () => {
  [browser, server] = await Promise.all([startBrowser(), startServer("--population", "500")]);
});

afterEach(async () => {
  const reset = await fetch(new URL("/admin/v1/reset", server.console), { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  assert.equal(reset.status, 200);
  server.forget();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/// What the reader sees of the page's content.
/** The text that people read; its no-break spaces read as spaces. */
const seen = async (page) => (await page.locator("main").innerText()).replaceAll("\u00a0", " ");

async function says(page, ...wanted) {
  const text = (await seen(page)).replace(/\s+/g, " ");
  for (const one of wanted) assert.ok(text.includes(one), `${page.url()} does not say "${one}":\n${text}`);
}

const health = async (partner) => (await server.authorised(partner, HEALTH)).status;

for (const script of [true, false]) {
  const how = script ? "with script" : "without script";

  test(`a refused call is understood from the pages alone, ${how}`, async () => {
    await server.call("partenaire-hors-liste", HEALTH);
    const page = await open(browser, server, "/", { script, viewport: PHONE });
    await page.getByRole("link", { name: "Requête rejetée avant le routage" }).click();
    await says(
      page,
      "Appel de partenaire-hors-liste",
      "Certificat accord",
      "Adresse refus",
      "adresse 127.0.0.1 hors de la liste déclarée par le partenaire (192.0.2.0/24)",
      "Identifiant technique sans verdict",
      "900805 : Adresse bloquée",
      "Que faire ? Appeler depuis une adresse déclarée",
    );
    await accessible(page, "a refused call");
    await page.done();
  });

  test(`a persona's call is tried as another partner and followed to the journal, ${how}`, async () => {
    const page = await open(browser, server, "/donnees", { script });
    await page.getByRole("searchbox").fill("celine-simple");
    await page.getByRole("button", { name: "Chercher" }).click();
    await page.waitForURL("**/donnees/personas/celine-simple");
    const call = page.locator("details", { hasText: "NUMCPTE" }).or(page.locator("details", { has: page.locator("form") })).first();
    await call.locator("summary").click();
    await call.getByLabel("Exécuter au nom de").selectOption("cellule-fraude");
    await call.getByRole("button", { name: "Essayer" }).click();
    await page.waitForURL("**/essai?*");
    assert.equal(await page.getByLabel("Au nom de").inputValue(), "cellule-fraude");
    await page.getByRole("button", { name: "Appeler" }).click();
    await says(page, "L'appel 200 OK", "Droits accord", "répond 200");
    await accessible(page, "a call that was tried");
    await shoot(page, `essai-resultat-${script ? "script" : "nu"}`);
    await page.getByRole("link", { name: "Voir cet appel dans le journal" }).click();
    await says(page, "Appel de cellule-fraude", "page « Essayer un appel » de la console");
    await page.done();
  });

  test(`a convention is suspended, resumed, and its homologation lapses, ${how}`, async () => {
    const page = await open(browser, server, "/partenaires", { script });
    await page.getByRole("link", { name: "Éditeur Démo" }).click();
    assert.equal(await health("editeur-demo"), 200);
    await page.getByRole("button", { name: "Suspendre" }).click();
    await says(page, "La convention est suspendue", "suspendue");
    assert.equal(await health("editeur-demo"), 401);
    await page.getByRole("button", { name: /Rétablir|Reprendre|Remettre en vigueur/ }).click();
    await says(page, "La convention est de nouveau en vigueur.");
    assert.equal(await health("editeur-demo"), 200);
    await page.getByRole("button", { name: /homologation/ }).click();
    await says(page, "L'homologation de sécurité est échue depuis hier");
    await accessible(page, "a lapsed convention");
    await page.getByRole("button", { name: "Revenir à la convention d'origine" }).click();
    await says(page, "La convention est de nouveau celle de son fichier.");
    assert.equal(await health("editeur-demo"), 200);
    await page.done();
  });

  test(`quotas and addresses are changed, a minute given back, tokens revoked, ${how}`, async () => {
    const page = await open(browser, server, "/partenaires/cellule-fraude", { script });
    await page.getByRole("spinbutton", { name: "Quota FICOBA" }).fill("1");
    await page.getByRole("button", { name: "Modifier" }).click();
    await says(page, "Les quotas et les adresses sont modifiés", "1 appel par minute");
    await freeze();
    assert.equal(await health("cellule-fraude"), 200);
    assert.equal(await health("cellule-fraude"), 429);
    await page.getByRole("button", { name: "Réinitialiser le quota de la minute" }).click();
    await says(page, "FICOBA : 0 sur 1");
    assert.equal(await health("cellule-fraude"), 200);
    await page.getByRole("button", { name: "Révoquer tous ses jetons" }).click();
    await says(page, "Tous les jetons de ce partenaire sont révoqués.");
    assert.equal(await health("cellule-fraude"), 401);
    await page.getByLabel("Adresses déclarées").fill("pas une adresse");
    await page.getByRole("button", { name: "Modifier" }).click();
    await says(page, "La saisie est refusée, rien n'a été changé.", "pas");
    await accessible(page, "a refused form");
    await page.done();
  });

  test(`incidents are ordered, strike, and are removed, ${how}`, async () => {
    const page = await open(browser, server, "/incidents", { script });
    await page.getByLabel("Combien de fois").fill("2");
    await page.getByLabel("Sur", { exact: true }).selectOption("ficoba/etatSante");
    await page.getByRole("button", { name: "Provoquer l'incident" }).click();
    await says(page, "L'incident est actif", "répond le code CAT004", "2 fois encore");
    await accessible(page, "an incident");
    await shoot(page, `incident-${script ? "script" : "nu"}`);
    assert.equal(await health("editeur-demo"), 500);
    await page.getByRole("radio", { name: "Répondre le statut HTTP" }).check();
    await page.getByRole("button", { name: "Provoquer l'incident" }).click();
    await page.getByRole("button", { name: "Retirer l'incident f0" }).or(page.getByRole("button", { name: /^Retirer l'incident/ })).first().click();
    await says(page, "L'incident est retiré.");
    assert.equal(await health("editeur-demo"), 503);
    await page.getByRole("button", { name: "Provoquer l'incident" }).click();
    await page.getByRole("button", { name: "Retirer tous les incidents" }).click();
    await says(page, "Aucun incident : les API répondent normalement.");
    assert.equal(await health("editeur-demo"), 200);
    await page.done();
  });

  test(`the clock is frozen, advanced, set, let run and restored, ${how}`, async () => {
    const page = await open(browser, server, "/incidents", { script });
    await page.getByRole("button", { name: "Arrêter" }).click();
    await says(page, "L'horloge est arrêtée.");
    assert.equal(await health("editeur-demo"), 200);
    await page.getByLabel("Avancer de").fill("PT61M");
    await page.getByRole("button", { name: "Avancer" }).click();
    await says(page, "L'horloge a été déplacée.", "Écart avec le système");
    assert.equal(await health("editeur-demo"), 401, "the token of an hour has expired");
    await page.getByLabel("Régler à").fill("2027-01-02T03:04");
    await page.getByRole("button", { name: "Régler" }).click();
    await says(page, "02/01/2027 à 03:04:00, heure de Paris");
    await page.getByRole("button", { name: "Relancer" }).click();
    await says(page, "L'horloge est de nouveau en marche.");
    await page.getByRole("button", { name: "Revenir à l'heure du système" }).click();
    await says(page, "À l'heure du système");
    await page.getByLabel("Avancer de").fill("longtemps");
    await page.getByRole("button", { name: "Avancer" }).click();
    await says(page, "une durée ISO 8601 est attendue");
    await page.done();
  });

  test(`a case of recette begins, is played and ends, and the report is taken away, ${how}`, async () => {
    const page = await open(browser, server, "/recette", { script });
    await page.getByRole("link", { name: "Éditeur Démo" }).click();
    await page.locator("#theme-jetons > summary").click();
    await page.getByRole("button", { name: "Marquer le début du cas « Appeler sans jeton »" }).click();
    await says(page, "En cours : Appeler sans jeton");
    await server.call("editeur-demo", HEALTH);
    await accessible(page, "a case that is being played");
    await page.getByRole("button", { name: "Terminer le cas « Appeler sans jeton »" }).click();
    await says(page, "est terminé.");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /^PDF/ }).click()]);
    assert.equal(download.suggestedFilename(), "recette-editeur-demo.pdf");
    await page.getByRole("link", { name: /^HTML/ }).click();
    assert.match(await page.locator("body").innerText(), /Recette à blanc/);
    await page.done();
  });

  test(`the journal is filtered and emptied, and everything is reset, ${how}`, async () => {
    await server.call("editeur-demo", HEALTH);
    await server.call("commune-valmont", HEALTH);
    const page = await open(browser, server, "/journal", { script });
    await page.getByLabel("Partenaire").selectOption("commune-valmont");
    await page.getByRole("button", { name: "Filtrer" }).click();
    await says(page, "1 entrée dans le journal");
    await page.getByRole("link", { name: "Effacer les filtres" }).click();
    await page.getByRole("button", { name: "Vider le journal" }).click();
    await says(page, "Vider le journal ?", "Ce qui sera perdu", "partenaire commune-valmont (1 entrée)");
    await accessible(page, "what emptying the journal destroys");
    await page.getByRole("link", { name: "Annuler" }).click();
    await says(page, "2 entrées dans le journal");
    await page.getByRole("button", { name: "Vider le journal" }).click();
    await page.getByRole("button", { name: "Vider le journal" }).click();
    await says(page, "Le journal a été vidé.", "Le journal est vide.");
    await page.goto("/incidents");
    await page.getByRole("button", { name: "Tout remettre à zéro" }).click();
    await accessible(page, "what a reset destroys");
    await page.getByRole("button", { name: "Tout remettre à zéro" }).click();
    await says(page, "Tout est revenu à l'état du démarrage");
    await page.done();
  });

  test(`a secret is shown on demand and hidden again, ${how}`, async () => {
    const page = await open(browser, server, "/partenaires/cellule-fraude", { script });
    assert.ok(!(await page.content()).includes("secret-cellule-fraude"));
    await page.getByRole("link", { name: "Montrer le secret" }).click();
    await says(page, "secret-cellule-fraude");
    await page.getByRole("link", { name: "Masquer le secret" }).click();
    await page.waitForURL(/cellule-fraude#application$/);
    assert.ok(!(await page.content()).includes("secret-cellule-fraude"));
    await page.done();
  });
}

test("the journal follows what happens, until it is told not to", async () => {
  const page = await open(browser, server, "/journal");
  await says(page, "0 entrée");
  await server.call("commune-valmont", HEALTH);
  await page.getByRole("cell", { name: "commune-valmont" }).waitFor({ timeout: 10_000 });
  assert.equal(await page.getByRole("status").innerText(), "Une nouvelle entrée.");
  await accessible(page, "the live journal");
  await page.getByLabel("Suivre en direct").uncheck();
  await server.call("banque-horizon", HEALTH);
  await page.waitForTimeout(3_000);
  assert.ok(!(await seen(page)).includes("banque-horizon /"), "it no longer follows");
  assert.equal(await page.getByRole("cell", { name: "banque-horizon" }).count(), 0);
  await page.done();
});

test("a command is copied by its button", async () => {
  const page = await open(browser, server, "/", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("button", { name: "Copier" }).click();
  await page.getByRole("button", { name: "Copié" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.locator("#commandes").textContent());
  await page.done();
});

test("the keyboard alone reaches the content, and shows where it is", async () => {
  const page = await open(browser, server, "/journal");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Aller au contenu");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "contenu");
  await page.keyboard.press("Tab");
  const focused = await page.evaluate(() => [document.activeElement.id, getComputedStyle(document.activeElement).outlineStyle]);
  assert.deepEqual(focused, ["f-partner", "solid"]);
  await page.done();
});

test("a printed page keeps the banner and drops what cannot be pressed", async () => {
  await server.call("partenaire-hors-liste", HEALTH);
  const page = await open(browser, server, "/journal");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.getByText("Environnement fictif, outil non officiel").isVisible());
  assert.ok(!(await page.getByRole("button", { name: "Vider le journal" }).isVisible()));
  await shoot(page, "journal-imprime");
  await page.done();
});

/// Counters of a minute must not begin anew in the middle of a test.
async function freeze() {
  const frozen = await fetch(new URL("/admin/v1/clock", server.console), { method: "PUT", headers: { "Content-Type": "application/json" }, body: '{"frozen":true}' });
  assert.equal(frozen.status, 200);
}
