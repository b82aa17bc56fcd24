//! What answers hold: one table, in the samples' order. The document is drawn from it, and the keys that the journal names are its own.

use self::PropertyKind::{Integer, Long, Many, Number, One, Text};
use crate::api::noted::holds;

pub(in super::super) enum PropertyKind {
    Text,
    /// A whole number.
    Integer,
    /// A whole number of more than 32 bits.
    Long,
    Number,
    Object,
    /// An object of this schema.
    One(&'static str),
    /// Objects of this schema.
    Many(&'static str),
}

/// Its key, what it holds, what it is.
pub(in super::super) type Property = (&'static str, PropertyKind, &'static str);

const ECHO: Property =
    ("caracteristiquesDemande", One("DemandeRestit"), "La demande, rendue comme elle est venue.");
const REFERENCE: Property =
    ("referenceDemande", Text, "La référence de la demande : FCB, année, numéro.");
const COUNT: Property = ("nombreReponses", Text, "Le nombre de réponses, sur trois chiffres.");
const INFORMATION: Property =
    ("messageInformatif", One("ReponseErreur"), "Pourquoi il n'y a pas de réponse.");
/// The key of the answers.
const ANSWERS: &str = "reponses";
const ACCOUNTS: Property = ("comptes", Many("CompteStructure"), "Les comptes.");
const ACCOUNT_COUNT: Property =
    ("nombreComptes", Text, "Le nombre de ses comptes, sur trois chiffres.");
const SCORE: Property = (
    "scoreAppariement",
    Number,
    "La part, de 0 à 1, des éléments de l'identité que les critères donnent (clé sans exemple publié : réglage ficoba.extended_person).",
);
const MARK: Property =
    ("personneRecherchee", Text, "1 pour la personne qui est cherchée, 0 pour une autre.");
const KIND_OF_RIGHT: Property = (
    "droitSurCompte",
    Text,
    "Le droit : Titulaire, Procuration, Mandataire, ETCI EI, Bénéficiaire effectif.",
);
const BEGINS: Property = ("dateDebutDroit", Text, "Le premier jour du droit.");
const ENDS: Property = ("dateFinDroit", Text, "Son dernier jour, ou rien.");
const UPDATED: Property = ("dateMaj", Text, "Le jour de sa dernière déclaration par la banque.");

/// A schema's name, what it is, and its properties.
pub(in super::super) type RecordTable = (&'static str, &'static str, &'static [Property]);

/// Schemas without data of the register: the state of health, refusals, the demand given back.
pub(in super::super) const MESSAGES: &[RecordTable] = &[
    (
        "EtatSante",
        "La santé de l'API.",
        &[("descriptif", Text, "Une phrase qui dit que l'API répond.")],
    ),
    (
        "ReponseErreur",
        "Une anomalie de l'annexe 9.",
        &[
            ("code", Text, "Le code de l'anomalie."),
            ("message", Text, "Son libellé."),
            ("horodatage", Text, "L'instant, en UTC, à la milliseconde."),
        ],
    ),
    ("ResultatErreurApiSante", "Un refus.", &[("erreur", One("ReponseErreur"), "L'anomalie.")]),
    (
        "DemandeRestit",
        "La demande rendue : les attributs connus, avec leur valeur et leur type JSON.",
        &[
            ("dateDemande", Text, "La date de la demande."),
            ("motif", Text, "Le motif."),
            ("siretDemandeur", Text, "Le SIRET du demandeur."),
            ("sirenDemandeur", Text, "Le SIREN du demandeur."),
            ("justification", Text, "La justification."),
            ("criteresRecherche", PropertyKind::Object, "Les critères de recherche."),
        ],
    ),
];

/// Schemas with data of the register.
pub(in super::super) const RECORDS: &[RecordTable] = &[
    (
        "ReponseListeFinaleComptes",
        "La réponse de numCpte et de verifIban.",
        &[
            ECHO,
            REFERENCE,
            COUNT,
            INFORMATION,
            (ANSWERS, One("ReponseListeComptes"), "La réponse."),
        ],
    ),
    (
        "ReponseListeComptes",
        "Un compte, ou le résultat d'une vérification. Les quatre premières clés sont du document publié, et jamais rendues ici.",
        &[
            ECHO,
            REFERENCE,
            COUNT,
            INFORMATION,
            ACCOUNTS,
            ("verificationCompte", One("ReponseVerifCompte"), "Le résultat de la vérification."),
        ],
    ),
    (
        "ReponseVerifCompte",
        "Le résultat d'une vérification.",
        &[
            (
                "ibanExistant",
                Text,
                "1 si le compte existe, et pour verifIban est celui du titulaire donné ; 0 sinon.",
            ),
            ("dateCloture", Text, "Le jour de sa clôture, s'il est clos."),
        ],
    ),
    (
        "ReponseListeFinaleComptesPourPP",
        "La réponse de spi et de perPhy.",
        &[
            ECHO,
            REFERENCE,
            COUNT,
            INFORMATION,
            (ANSWERS, Many("ReponseListeComptesPourPP"), "Les personnes trouvées."),
        ],
    ),
    (
        "ReponseListeComptesPourPP",
        "Une personne physique trouvée. Les quatre premières clés sont du document publié, et jamais rendues ici.",
        &[
            ECHO,
            REFERENCE,
            COUNT,
            INFORMATION,
            (
                "personneRecherche",
                One("PersonnePhysique"),
                "La personne, telle que l'administration la connaît.",
            ),
            ACCOUNT_COUNT,
            ACCOUNTS,
        ],
    ),
    (
        "ReponseListeFinaleComptesPourPM",
        "La réponse de siretSiren et de perPro.",
        &[
            ECHO,
            REFERENCE,
            COUNT,
            INFORMATION,
            (ANSWERS, Many("ReponseListeComptesPourPM"), "Les établissements trouvés."),
        ],
    ),
    (
        "ReponseListeComptesPourPM",
        "Un établissement trouvé. Les quatre premières clés sont du document publié, et jamais rendues ici.",
        &[
            ECHO,
            REFERENCE,
            COUNT,
            INFORMATION,
            ("personneRecherche", One("PersonneMorale"), "La société, par cet établissement."),
            ACCOUNT_COUNT,
            ACCOUNTS,
        ],
    ),
    (
        "ReponseMultiDetention",
        "La réponse de multiDet.",
        &[
            ECHO,
            REFERENCE,
            (COUNT.0, Text, "Le nombre de comptes trouvés, sur trois chiffres."),
            ("nRep", Text, "1 s'il en existe, 0 sinon (le document publié l'appelle getnRep)."),
            INFORMATION,
            ("comptes", Many("CompteMultiDet"), "Les comptes, si le client y consent."),
        ],
    ),
    (
        "CompteMultiDet",
        "Un compte d'épargne réglementée.",
        &[
            ("iban", Text, "L'IBAN."),
            ("nature", Text, "Le code de la nature du compte."),
            ("dateOuverture", Text, "Le jour de son ouverture."),
            ("dateFiscale", Text, "Le jour d'ouverture qui compte pour l'impôt, s'il est autre."),
            ("codeMotifOuverture", Text, "Le code du motif d'ouverture."),
            ("libelleMotifOuverture", Text, "Le motif d'ouverture."),
            ("codeEtab", Text, "Le code de la banque."),
            ("guichet", One("GuichetDto"), "Le guichet gestionnaire."),
        ],
    ),
    (
        "CompteStructure",
        "Un compte.",
        &[
            ("caracteristiqueCompte", One("CompteCaracteristiques"), "Ses caractéristiques."),
            ("etablissementGestionnaire", One("EtablissementGestionnaire"), "Qui le tient."),
            ("ayantsDroits", Many("TitulaireCompte"), "Ceux qui ont un droit sur lui."),
        ],
    ),
    (
        "CompteCaracteristiques",
        "Les caractéristiques d'un compte.",
        &[
            ("iban", Text, "L'IBAN, ou le numéro FC d'un compte sans IBAN."),
            ("dateOuverture", Text, "Le jour de son ouverture."),
            ("dateFiscale", Text, "Le jour d'ouverture qui compte pour l'impôt, s'il est autre."),
            ("codeMotifOuverture", Text, "Le code du motif d'ouverture."),
            ("libelleMotifOuverture", Text, "Le motif d'ouverture."),
            ("dateCloture", Text, "Le jour de sa clôture, ou rien."),
            ("nature", One("NatureCompteDto"), "Sa nature (annexe 1)."),
            ("type", One("TypeCompte"), "Son type (annexe 2)."),
            ("formatCompte", Text, "Le format de son numéro."),
            ("caracteristique", One("CaracteristiqueCompte"), "Sa caractéristique (annexe 3)."),
            ("succession", Text, "1 s'il est d'une succession."),
            ("resident", Text, "1 si son titulaire est non-résident (annexe 5)."),
            ("devise", One("DeviseCompte"), "Sa devise."),
        ],
    ),
    (
        "NatureCompteDto",
        "La nature d'un compte.",
        &[("codeNature", Integer, "Son code."), ("libelleNature", Text, "Son libellé.")],
    ),
    (
        "TypeCompte",
        "Le type d'un compte.",
        &[("codeType", Integer, "Son code."), ("libelleType", Text, "Son libellé.")],
    ),
    (
        "CaracteristiqueCompte",
        "La caractéristique d'un compte.",
        &[
            ("codeCaracteristique", Integer, "Son code."),
            ("libelleCaracteristique", Text, "Son libellé."),
        ],
    ),
    (
        "DeviseCompte",
        "La devise d'un compte.",
        &[("codeDevise", Text, "Son code de trois lettres.")],
    ),
    (
        "EtablissementGestionnaire",
        "La banque et le guichet qui tiennent un compte.",
        &[
            ("etablissement", One("EtablissementBancaire"), "La banque."),
            (
                "guichet",
                One("GuichetDto"),
                "Le guichet gestionnaire, qui n'est pas toujours celui de l'IBAN.",
            ),
        ],
    ),
    (
        "EtablissementBancaire",
        "Une banque.",
        &[
            ("numeroEtablissement", Text, "Son code."),
            ("libelleEtablissement", Text, "Son nom."),
            ("bicEtablissement", Text, "Son BIC."),
        ],
    ),
    (
        "GuichetDto",
        "Un guichet.",
        &[
            ("numeroGuichet", Text, "Son code."),
            ("libelleGuichet", Text, "Son nom."),
            ("adresse", One("AdresseGuichet"), "Son adresse."),
        ],
    ),
    (
        "AdresseGuichet",
        "L'adresse d'un guichet.",
        &[
            ("libAdr1", Text, "Le complément."),
            ("libAdr2", Text, "Le numéro et la voie."),
            ("libAdr3", Text, "La boîte postale, le hameau ou le quartier."),
            ("libAdr4", Text, "Le code postal et la ville."),
        ],
    ),
    (
        "TitulaireCompte",
        "Quelqu'un qui a un droit sur un compte : une personne physique ou une personne morale.",
        &[
            (
                "personnePhysique",
                One("AyantDroitPersonnePhysique"),
                "La personne physique, telle que la banque l'a déclarée.",
            ),
            (
                "personneMorale",
                One("AyantDroitPersonneMorale"),
                "La personne morale, telle que la banque l'a déclarée.",
            ),
            ("adresse", One("Adresse"), "L'adresse d'un titulaire."),
        ],
    ),
    (
        "AyantDroitPersonnePhysique",
        "Une personne physique et son droit.",
        &[
            MARK,
            KIND_OF_RIGHT,
            BEGINS,
            ENDS,
            UPDATED,
            ("nomNaissance", Text, "Le nom de naissance."),
            ("prenoms", Text, "Les prénoms."),
            ("anneNaissance", Text, "L'année de naissance (orthographe du service)."),
            ("moisNaissance", Text, "Le mois de naissance, s'il est connu."),
            ("jourNaissance", Text, "Le jour de naissance, s'il est connu."),
            ("sexe", Text, "1 masculin, 2 féminin, 3 inconnu, 4 non défini."),
            ("codePaysNaissance", Text, "Le code du pays de naissance."),
            ("codeDepartementNaissance", Text, "Le code du département de naissance."),
            ("codeCommuneNaissance", Text, "Le code de la commune de naissance."),
            ("libellePaysNaissance", Text, "Le pays de naissance."),
            ("libelleDepartementNaissance", Text, "Le département de naissance."),
            ("libelleCommuneNaissance", Text, "La commune de naissance."),
        ],
    ),
    (
        "AyantDroitPersonneMorale",
        "Une personne morale et son droit.",
        &[
            MARK,
            KIND_OF_RIGHT,
            BEGINS,
            ENDS,
            UPDATED,
            ("raisonSociale", Text, "La raison sociale."),
            ("sigle", Text, "Le sigle."),
            ("enseigne", Text, "L'enseigne."),
            ("categorieJuridique", Text, "La catégorie juridique, sur quatre chiffres."),
            (
                "typeRepertoire",
                Text,
                "Le répertoire où elle est inscrite (clé sans exemple publié : réglage ficoba.extended_person).",
            ),
            ("siret", Text, "Le SIRET."),
            ("numeroCopro", Text, "Le numéro au registre des copropriétés."),
            ("numeroRna", Text, "Le numéro au registre des associations."),
            ("numeroLei", Text, "L'identifiant LEI."),
        ],
    ),
    (
        "Adresse",
        "Une adresse.",
        &[
            ("codePaysResidence", Text, "Le code du pays."),
            ("libellePaysResidence", Text, "Le pays."),
            ("codeDepartementResidence", Text, "Le code du département."),
            ("libelleDepartementResidence", Text, "Le département."),
            ("codeCommuneResidence", Text, "Le code de la commune."),
            ("libelleCommuneResidence", Text, "La commune."),
            ("numeroVoie", Text, "Le numéro dans la voie."),
            ("indiceRepetition", Text, "B, T ou Q."),
            ("codeNatureVoie", Text, "La nature de la voie (annexe 7)."),
            ("libelleVoie", Text, "La voie."),
            ("libelleComplAdr", Text, "Le complément."),
            ("codePostal", Text, "Le code postal."),
            (
                "indicateurCodifAdresse",
                Text,
                "1 si la commune est codée, 0 sinon (clé sans exemple publié : réglage ficoba.extended_person).",
            ),
        ],
    ),
    (
        "PersonnePhysique",
        "Une personne physique, telle que l'administration la connaît.",
        &[
            ("nomNaissance", Text, "Le nom de naissance."),
            ("nomUsage", Text, "Le nom d'usage."),
            ("prenom", Text, "Les prénoms."),
            ("sexe", Text, "1 masculin, 2 féminin, 3 inconnu, 4 non défini."),
            ("anneeNaissance", Text, "L'année de naissance."),
            ("moisNaissance", Text, "Le mois de naissance, s'il est connu."),
            ("jourNaissance", Text, "Le jour de naissance, s'il est connu."),
            (
                "dateDeces",
                Text,
                "Le jour du décès (clé sans exemple publié : réglage ficoba.extended_person).",
            ),
            ("paysNaissance", One("PaysNaissance"), "Le pays de naissance."),
            ("departementNaissance", One("DepartementNaissance"), "Le département de naissance."),
            ("communeNaissance", One("CommuneNaissance"), "La commune de naissance."),
            (
                "numeroSpi",
                Long,
                "L'identifiant fiscal (clé sans exemple publié : réglage ficoba.extended_person).",
            ),
            (
                "adresse",
                One("Adresse"),
                "L'adresse (clé sans exemple publié : réglage ficoba.extended_person).",
            ),
            SCORE,
        ],
    ),
    (
        "PaysNaissance",
        "Un pays.",
        &[("codePays", Text, "Son code."), ("libellePays", Text, "Son nom.")],
    ),
    (
        "DepartementNaissance",
        "Un département.",
        &[("codeDepartement", Text, "Son code."), ("libelleDepartement", Text, "Son nom.")],
    ),
    (
        "CommuneNaissance",
        "Une commune.",
        &[("codeCommune", Text, "Son code."), ("libelleCommune", Text, "Son nom.")],
    ),
    (
        "PersonneMorale",
        "Une personne morale, par l'un de ses établissements.",
        &[
            ("raisonSociale", Text, "La raison sociale."),
            ("sigle", Text, "Le sigle."),
            ("enseigne", Text, "L'enseigne."),
            ("siret", Text, "Le SIRET."),
            ("categorieJuridique", Integer, "La catégorie juridique."),
            ("siren", Text, "Le SIREN."),
            (
                "adresse",
                One("Adresse"),
                "L'adresse (clé sans exemple publié : réglage ficoba.extended_person).",
            ),
            SCORE,
        ],
    ),
];

/// The keys of [`RECORDS`] that are about the answer, not about anybody.
const ENVELOPE: [&str; 5] = [ECHO.0, REFERENCE.0, COUNT.0, INFORMATION.0, ANSWERS];

/// Every key that holds data of the register, once, in the table's order.
pub(in super::super) const KEYS: &[&str] = DISTINCT.0.split_at(DISTINCT.1).0;

const DISTINCT: ([&str; MOST], usize) = distinct();

/// The keys, and how many they are.
const fn distinct() -> ([&'static str; MOST], usize) {
    let (mut keys, mut count) = ([""; MOST], 0);
    let mut table = 0;
    while table < RECORDS.len() {
        let properties = RECORDS[table].2;
        let mut at = 0;
        while at < properties.len() {
            let name = properties[at].0;
            if !holds(&ENVELOPE, name) && !holds(&keys, name) {
                keys[count] = name;
                count += 1;
            }
            at += 1;
        }
        table += 1;
    }
    (keys, count)
}

/// As many as a set of them has bits.
const MOST: usize = 128;
