//! What a client's author can do about each code, in French.

use super::Code;

impl Code {
    /// « Que faire ? » : the way out.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Cat001 | Self::Http503 => {
                "Attendre la réouverture, puis reprendre avec des essais limités et espacés ; GET /etatSante dit si l'API répond."
            }
            Self::Cat002 => {
                "Envoyer un objet JSON en UTF-8, sans compression ni marque d'ordre des octets, et le vérifier avec un validateur."
            }
            Self::Cat005 => {
                "Ajouter l'en-tête X-Correlation-ID, avec un nouvel UUID à chaque demande."
            }
            Self::Cat012 => {
                "Ajouter l'en-tête X-Request-ID, ou retirer le réglage ficoba.require_x_request_id."
            }
            Self::Cat003
            | Self::Cat004
            | Self::Cat006
            | Self::Cat007
            | Self::Cat008
            | Self::Cat009
            | Self::Cat010
            | Self::Cat011
            | Self::Http408
            | Self::Http500
            | Self::Http509 => {
                "La demande n'est pas en cause : la renouveler quelques fois, en espaçant les essais, puis signaler la panne avec son X-Correlation-ID."
            }
            Self::Caf001 => {
                "Renseigner l'attribut nommé dans le message, sous le nom que donne la description de l'API."
            }
            Self::Caf002 => "Corriger l'attribut nommé dans le message selon la forme attendue.",
            Self::Caf003 => {
                "Employer l'un des motifs de la convention, qui figurent sur la fiche du partenaire."
            }
            Self::Caf004 | Self::Caf005 => {
                "Envoyer le numéro fiscal sur 13 chiffres, sans espace, le premier de 0 à 3."
            }
            Self::Caf007
            | Self::Caf009
            | Self::Caf011
            | Self::Caf013
            | Self::Caf015
            | Self::Caf020
            | Self::Caf021
            | Self::Caf022
            | Self::Caf023
            | Self::Caf026
            | Self::Caf028
            | Self::Caf029 => {
                "C'est une réponse, non un refus : vérifier les critères, et les données de test qui leur correspondent."
            }
            Self::Caf010 => "Ne donner que le SIREN, ou que le SIRET.",
            Self::Caf012 => "Ne donner que la date exacte, ou que l'intervalle.",
            Self::Caf016 => {
                "Ne donner qu'une adresse en France (pays 99100), ou retirer la domiciliation."
            }
            Self::Caf017 | Self::Caf034 => {
                "Employer une nature de compte de l'annexe 1 ; pour multiDet, une nature réglementée (201, 202, 204, 205, 206, 209, 210, 211, 212, 214 ou 217)."
            }
            Self::Caf018 | Self::Caf025 => {
                "Mettre un seul des trois indicateurs à 1, et les deux autres à 0."
            }
            Self::Caf019 => "Ne remplir que le bloc qui correspond à l'indicateur mis à 1.",
            Self::Caf024 => "Corriger la date, ou l'horloge simulée si elle a été reculée.",
            Self::Caf027 => "Retirer le département et la commune, ou indiquer le pays 99100.",
            Self::Caf030 => {
                "Envoyer le SIRET ou le SIREN de la convention, qui figure sur la fiche du partenaire."
            }
            Self::Caf031 => {
                "Employer un motif de la convention qui ouvre cette recherche, ou faire ouvrir la recherche par la convention."
            }
            Self::Caf032 => "Réduire l'intervalle à un an au plus.",
            Self::Caf033 => "Mettre à la demande la date du jour.",
            Self::Caf035 => {
                "Donner le jour et le mois de naissance, ou le seul pays quand le lieu n'est pas connu."
            }
            Self::Caf036 => "Préciser les critères : prénoms, date et lieu de naissance, adresse.",
            Self::Caf037 => {
                "N'interroger que des comptes de son propre établissement avec ce motif."
            }
            Self::Caf038 | Self::Caf039 | Self::Caf040 | Self::Caf041 => {
                "Prendre le code dans le code officiel géographique de l'INSEE, actuel ou ancien."
            }
            Self::Http400 => "Corriger la demande d'après la description de l'API.",
            Self::Http401 => "Demander un nouveau jeton, puis reprendre une fois.",
            Self::Http403 => "Vérifier les droits de la convention sur la fiche du partenaire.",
            Self::Http406 => {
                "Accepter le JSON : Accept: application/json, ou pas d'en-tête Accept."
            }
            Self::Http429 => "Attendre la minute suivante, ou l'heure que donne Retry-After.",
        }
    }
}
