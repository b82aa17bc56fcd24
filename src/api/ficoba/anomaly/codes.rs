//! Annexe 9, once: each code with its HTTP status, its words, and in our own French when it is given here.

use crate::api::fault_table::fault_table;

fault_table! {
    /// A code of annexe 9: technical (CAT, 18.2), functional (CAF, 18.3), or an HTTP status that stands for itself (18.1).
    pub enum Code {
        Cat001 = "CAT001", 500, "Service temporairement indisponible ou en maintenance",
            "le fichier est fermé : plage de maintenance, ou incident provoqué";
        Cat002 = "CAT002", 400, "Le format JSON n'est pas correct",
            "le corps n'est pas un objet JSON lisible";
        Cat003 = "CAT003", 500, "Erreur technique SQL",
            "incident provoqué";
        Cat004 = "CAT004", 500, "Erreur technique interne Ficoba",
            "incident provoqué";
        Cat005 = "CAT005", 400, "L'identifiant de corrélation est obligatoire.",
            "l'en-tête X-Correlation-ID manque, et la passerelle ne l'a pas refusé elle-même : dialectes wso2-*, ou incident provoqué";
        Cat006 = "CAT006", 401, "Problème APIM-DGFIP",
            "incident provoqué entre la passerelle et FICOBA";
        Cat007 = "CAT007", 500, "Erreur technique bac à sable.",
            "incident provoqué";
        Cat008 = "CAT008", 500, "Erreur lors de la récupération du jeton.",
            "incident provoqué";
        Cat009 = "CAT009", 500, "La rubrique organisation est absente.",
            "incident provoqué : le jeton transmis par la passerelle ne dit pas l'organisation";
        Cat010 = "CAT010", 500, "La rubrique application est absente.",
            "incident provoqué : le jeton transmis par la passerelle ne dit pas l'application";
        Cat011 = "CAT011", 500, "La rubrique KEYTYPE du jeton est absente.",
            "incident provoqué : le jeton transmis par la passerelle ne dit pas le type de clé";
        Cat012 = "CAT012", 500, "Le jeton X-Request-ID est obligatoire.",
            "l'en-tête X-Request-ID manque, avec ficoba.require_x_request_id ; sinon incident provoqué seulement";
        Caf001 = "CAF001", 400, "Absence du critère obligatoire",
            "un attribut obligatoire est absent, nul ou vide ; le message le nomme";
        Caf002 = "CAF002", 400, "Format incorrect",
            "un attribut n'a pas la forme attendue ; le message le nomme";
        Caf003 = "CAF003", 400, "Code motif invalide",
            "ce motif n'existe pas";
        Caf004 = "CAF004", 400, "Format SPI incorrect",
            "le SPI n'a pas 13 caractères";
        Caf005 = "CAF005", 400, "Format SPI erroné",
            "le SPI ne commence pas par 0, 1, 2 ou 3";
        Caf007 = "CAF007", 200, "Aucun compte associé à ce SPI",
            "personne n'a ce SPI, ou cette personne n'a aucun compte";
        Caf009 = "CAF009", 200, "Aucun compte associé à ce SIRENSIRET",
            "aucune société n'a ce numéro, ou elle n'a aucun compte";
        Caf010 = "CAF010", 400, "Un SIREN et un SIRET sont présents simultanément",
            "les critères donnent un SIREN et un SIRET";
        Caf011 = "CAF011", 200, "Aucun IBAN correspondant trouvé",
            "numCpte : aucun compte n'a cet IBAN";
        Caf012 = "CAF012", 200, "Les dates de naissances exactes et par intervalles sont simultanément renseignées",
            "perPhy : une date de naissance exacte et un intervalle sont donnés";
        Caf013 = "CAF013", 200, "Aucun compte associé à la Personne Physique",
            "aucune personne n'a cet état civil, ou aucune n'a de compte";
        Caf015 = "CAF015", 200, "Aucun compte associé à la personne Morale",
            "aucune société n'a cette désignation, ou aucune n'a de compte";
        Caf016 = "CAF016", 400, "Il ne peut être renseigné qu'une adresse en France",
            "perPhy, perPro : la domiciliation est à l'étranger";
        Caf017 = "CAF017", 400, "CodeNatureCompte non autorisé",
            "multiDet : cette nature de compte n'est pas réglementée";
        Caf018 = "CAF018", 400, "Les indicatifs du type de recherche ne peuvent être simultanément renseignés à la même valeur",
            "multiDet : aucun des trois indicatifs n'est à 1, ou plusieurs le sont";
        Caf019 = "CAF019", 400, "Incohérence entre l'indicatif du type de personne recherchée et les données saisies en entrée",
            "verifIban, multiDet : des critères sont remplis que l'indicatif ne demande pas";
        Caf020 = "CAF020", 200, "Aucun compte réglementé de même nature trouvé",
            "multiDet : la personne a des comptes, mais aucun compte ouvert de cette nature";
        Caf021 = "CAF021", 200, "Aucun compte trouvé",
            "des comptes existent, et le motif n'en laisse voir aucun";
        Caf022 = "CAF022", 200, "Aucun établissement correspondant trouvé",
            "numCpte : le code banque de l'IBAN est inconnu";
        Caf023 = "CAF023", 200, "Aucun guichet correspond trouvé",
            "numCpte : le code guichet de l'IBAN est inconnu de cette banque";
        Caf024 = "CAF024", 400, "Au moins une des dates de la recherche est située dans le futur par rapport à la date du jour",
            "une date de la demande ou de naissance est dans le futur";
        Caf025 = "CAF025", 400, "Un seul booléen peut être renseigné à 1 à la fois.",
            "verifIban : plusieurs des trois indicatifs sont à 1";
        Caf026 = "CAF026", 200, "Aucune personne morale ou physique associée à ce compte.",
            "numCpte : personne n'a de droit sur ce compte";
        Caf027 = "CAF027", 400, "Le code pays doit être 99100",
            "perPhy, perPro : un département ou une commune est donné avec un autre pays que la France";
        Caf028 = "CAF028", 200, "Aucune adresse correspondante trouvée",
            "les critères désignent quelqu'un, qui n'habite pas à cette adresse";
        Caf029 = "CAF029", 200, "Aucune compte trouvée à cette adresse",
            "la personne habite à cette adresse, et aucun de ses comptes n'y est déclaré";
        Caf030 = "CAF030", 400, "Le demandeur est inconnu.",
            "le SIRET ou le SIREN du demandeur n'est pas celui de la convention";
        Caf031 = "CAF031", 400, "Pas d'autorisation pour le motif et le type de recherche.",
            "le motif et la convention n'ouvrent pas ensemble cette recherche";
        Caf032 = "CAF032", 400, "L'intervalle de date de la demande ne peut être supérieur à 1 an.",
            "perPhy : l'intervalle de dates de naissance dépasse un an";
        Caf033 = "CAF033", 400, "La période entre la date du jour et l'une des dates de la recherche ne peut être supérieure à 10 ans.",
            "la date de la demande a plus de dix ans";
        Caf034 = "CAF034", 400, "Nature de compte inconnue.",
            "multiDet : cette nature de compte n'est pas dans la nomenclature";
        Caf035 = "CAF035", 400, "Date naissance incomplète pour une personne née en France",
            "le jour ou le mois manque pour une naissance en métropole ou dans un DOM";
        Caf036 = "CAF036", 400, "Il y a trop de réponses satisfaisant aux critères. Veuillez affiner les critères de recherche",
            "plus de personnes que le maximum (réglage ficoba.max_answers) répondent aux critères";
        Caf037 = "CAF037", 400, "Le demandeur n'est pas lié au Code Établissement recherché",
            "le motif est réservé aux comptes de l'établissement du demandeur";
        Caf038 = "CAF038", 400, "Code Pays de naissance inconnu du référentiel INSEE",
            "le pays de naissance n'est et ne fut dans aucune liste de l'INSEE";
        Caf039 = "CAF039", 400, "Code Commune de naissance inconnu du référentiel INSEE",
            "la commune de naissance n'est et ne fut dans aucune liste de l'INSEE";
        Caf040 = "CAF040", 400, "Code Pays Adresse inconnu du référentiel INSEE",
            "le pays de l'adresse n'est et ne fut dans aucune liste de l'INSEE";
        Caf041 = "CAF041", 400, "Code Commune Adresse inconnu du référentiel INSEE",
            "la commune de l'adresse n'est et ne fut dans aucune liste de l'INSEE";
        Http400 = "400", 400, "Les paramètres sont mal formatés",
            "incident provoqué ; l'autre message, « Nombre incorrect de paramètres », se commande avec message";
        Http401 = "401", 401, "Une authentification est nécessaire pour accéder à la ressource",
            "incident provoqué : la passerelle refuse elle-même, dans son enveloppe";
        Http403 = "403", 403, "Les droits d'accès ne permettent pas au client d'accéder à la ressource",
            "incident provoqué : la passerelle refuse elle-même, dans son enveloppe";
        Http406 = "406", 406, "La ressource demandée n'est pas disponible dans le format demandé. Seul le JSON est accepté",
            "l'en-tête Accept ne laisse pas répondre en JSON";
        Http408 = "408", 408, "Temps d'attente d'une réponse du serveur écoulé",
            "incident provoqué";
        Http429 = "429", 429, "Le quota de requêtes a été dépassé",
            "incident provoqué : le quota de la convention est compté par la passerelle, dans son enveloppe";
        Http500 = "500", 500, "Erreur de traitement – demande à renouveler",
            "erreur par défaut, ou incident provoqué";
        Http503 = "503", 503, "Service temporairement indisponible ou en maintenance",
            "etatSante : le fichier est fermé ; ou incident provoqué";
        Http509 = "509", 509, "Limite de bande passante dépassée",
            "incident provoqué";
    }
}

impl Code {
    /// The code as answers and journal write it.
    pub const fn as_str(self) -> &'static str {
        self.line().code
    }

    /// The HTTP status it comes with.
    pub const fn status(self) -> u16 {
        self.line().status.as_u16()
    }

    /// Annexe 9's words, without the attribute that CAF001 and CAF002 name.
    pub const fn words(self) -> &'static str {
        self.line().message
    }

    /// When it is given here, in French.
    pub const fn cause(self) -> &'static str {
        self.line().cause
    }

    /// Whether it is an HTTP status that stands for itself (18.1).
    pub const fn is_status(self) -> bool {
        matches!(
            self,
            Self::Http400
                | Self::Http401
                | Self::Http403
                | Self::Http406
                | Self::Http408
                | Self::Http429
                | Self::Http500
                | Self::Http503
                | Self::Http509
        )
    }

    /// Every message that annexe 9 gives it; 18.1 has two for 400, of which the second is given by default (*decision*).
    pub fn messages(self) -> Vec<&'static str> {
        let first = (self == Self::Http400).then_some("Nombre incorrect de paramètres");
        first.into_iter().chain([self.words()]).collect()
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}
