// Every page, at two widths and in two colour schemes: valid, accessible, nothing cut off, nothing asked of anybody else.

import { after, before, test } from "node:test";

import { DESKTOP, PHONE, SCHEMES, accessible, fits, open, shoot, startBrowser, startServer, valid } from "./harness.mjs";

let browser, server;

const PAGES = {
  accueil: "/",
  journal: "/journal",
  "journal-filtre": "/journal?partner=commune-valmont&status=403",
  "journal-faute": "/journal?status=abc",
  "journal-vide": "/journal?partner=personne",
  "journal-vider": "/journal/vider",
  "requete-refusee": "/journal/4",
  "requete-repondue": "/journal/2",
  partenaires: "/partenaires",
  "partenaire-editeur": "/partenaires/editeur-demo?secret=oui",
  "partenaire-suspendu": "/partenaires/partenaire-suspendu",
  donnees: "/donnees",
  "donnees-nom": "/donnees?q=valbrune",
  "donnees-rien": "/donnees?q=zzzz",
  "persona-personne": "/donnees/personas/paul-multicomptes",
  "persona-societe": "/donnees/personas/groupe-etablissements",
  "persona-groupe": "/donnees/personas/jumelles-homonymes",
  "fiche-compte": "/donnees/fiches/FR7699010000010000010100185",
  "donnees-criteres": "/donnees?decede=oui&comptes=1",
  incidents: "/incidents",
  "tout-remettre": "/incidents/remise-a-zero",
  recette: "/recette",
  "recette-editeur": "/recette/editeur-demo",
  "recette-tous": "/recette/commune-valmont?cas=tous",
  api: "/api",
  "api-codes": "/api/codes",
  "api-ficoba": "/api/ficoba/rechercherCompteParNumCpte",
  "api-r2p": "/api/r2p/RechercheParCriteres",
  "api-console": "/api/console/put-clock",
  essai: "/essai",
  "essai-persona": "/essai?persona=celine-simple&appel=2",
  jeton: "/jeton",
  aide: "/aide",
  "aide-recette": "/aide/recette",
  "aide-pages": "/aide/pages",
  "aide-depannage": "/aide/depannage",
  "aide-controles": "/aide/controles",
  introuvable: "/nulle-part",
};

before(async () => {
  [browser, server] = await Promise.all([startBrowser(), startServer()]);
  await server.token("editeur-demo");
  await server.authorised("editeur-demo", "/oauth2/jwks");
  await server.authorised("editeur-demo", "/r2p/v1/personne/3990000101192", { scope: "api_r2p_recherche_personne_physique" });
  await server.call("partenaire-hors-liste", "/fcb-masrestit/api/v2/etatSante");
  await server.authorised("commune-valmont", "/fcb-masrestit/api/v2/etatSante");
  await server.call("editeur-demo", "/fcb-masrestit/api/v2/etatSante");
  await server.call("editeur-demo", "/r2p/v1/personne/3990000101192", { certificate: "clients/invalid/expired" });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const [name, path] of Object.entries(PAGES)) {
  test(`${path} is valid, accessible and whole at every width, light and dark`, async () => {
    await valid(server, path);
    const page = await open(browser, server, path);
    for (const [width, viewport] of Object.entries({ bureau: DESKTOP, telephone: PHONE })) {
      await page.setViewportSize(viewport);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await shoot(page, `${name}-${width}-${colorScheme}`);
        await fits(page, `${path} (${width})`);
        const only = colorScheme === "light" ? undefined : ["color-contrast"]; // the scheme changes colours, nothing else
        await accessible(page, `${path} (${width}, ${colorScheme})`, only);
      }
    }
    await page.done();
  });
}
