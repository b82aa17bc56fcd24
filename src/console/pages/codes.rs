//! What a code means, for people: the gateway's own codes and those of OAuth2; the APIs' are asked of the APIs.
//!
//! Sources: WSO2 API Manager's error codes as the contract of this emulator lists them, RFC 6749 5.2 for the token endpoint.

use crate::{api::Apis, rights::ApiId};

/// A code explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Documented {
    pub(super) title: String,
    /// What happened, or when it is given.
    pub(super) meaning: String,
    /// What the caller can do, where there is more to say than that.
    pub(super) remedy: String,
}

/// The explanation of a code, where there is one: the gateway's own codes first, which no API shares.
pub(super) fn documented(apis: &Apis, api: Option<ApiId>, code: &str) -> Option<Documented> {
    let own = GATEWAY.iter().chain(OAUTH).find(|row| row.0 == code).map(of_row);
    let of_api = || {
        let words = apis.api(api?).words(code)?;
        Some(Documented { title: words.message, meaning: words.when, remedy: String::new() })
    };
    // FICOBA answers some statuses in its own words, under the status as code (annexe 9, 18.1).
    if api == Some(ApiId::Ficoba) && code.len() == 3 {
        of_api().or(own)
    } else {
        own.or_else(of_api)
    }
}

/// Every code of the gateway.
pub(super) fn of_the_gateway() -> Vec<(String, Documented)> {
    GATEWAY.iter().map(|row| (row.0.to_owned(), of_row(row))).collect()
}

/// Every error of the token endpoint.
pub(super) fn of_the_token_endpoint() -> Vec<(String, Documented)> {
    OAUTH.iter().map(|row| (row.0.to_owned(), of_row(row))).collect()
}

/// Whether the gateway answers with this code, and no API was reached.
pub(super) fn is_gateway_s(code: &str) -> bool {
    GATEWAY.iter().any(|row| row.0 == code)
}

fn of_row(row: &Row) -> Documented {
    let [title, meaning, remedy] = [row.1, row.2, row.3].map(str::to_owned);
    Documented { title, meaning, remedy }
}

type Row = (&'static str, &'static str, &'static str, &'static str);

/// What to do about what passes.
const LATER: &str = "Réessayer plus tard, en espaçant les essais.";

const GATEWAY: &[Row] = &[
    (
        "900901",
        "Identification invalide",
        "Le certificat ou le jeton présenté n'est pas acceptable, ou les deux ne sont pas du même partenaire.",
        "Lire le contrôle refusé : présenter le bon certificat, ou demander un nouveau jeton à /token.",
    ),
    (
        "900902",
        "Jeton absent",
        "La requête n'a pas d'en-tête « Authorization: Bearer <jeton> » lisible.",
        "Demander un jeton à /token et le joindre, le mot Bearer avec sa majuscule.",
    ),
    (
        "900805",
        "Adresse bloquée",
        "L'appel ne vient d'aucune des adresses déclarées par le partenaire.",
        "Appeler depuis une adresse déclarée, ou faire ajouter celle-ci à la convention.",
    ),
    (
        "900907",
        "Abonnement bloqué",
        "La convention est suspendue : la passerelle ne transmet rien tant qu'elle l'est.",
        "Régulariser la convention (homologation, questionnaire de sécurité), puis la faire rétablir.",
    ),
    (
        "900908",
        "Ressource interdite",
        "La convention n'ouvre pas cette API, n'a pas commencé, ou est résiliée.",
        "Vérifier l'habilitation du partenaire pour cette API.",
    ),
    (
        "900910",
        "Scope manquant",
        "Le jeton ne porte pas le scope que demande cette ressource.",
        "Demander à /token un jeton avec ce scope, s'il est ouvert par la convention.",
    ),
    (
        "900804",
        "Quota épuisé",
        "Le nombre d'appels permis pour cette minute est atteint.",
        "Attendre l'heure de l'en-tête Retry-After avant l'appel suivant.",
    ),
    (
        "404",
        "Chemin inconnu",
        "Aucune API, ou aucune ressource de l'API, n'a ce chemin.",
        "Comparer le chemin au contrat de l'API.",
    ),
    (
        "405",
        "Méthode refusée",
        "La ressource existe, mais ne prend pas cette méthode HTTP.",
        "Comparer la méthode au contrat de l'API.",
    ),
    (
        "408",
        "Requête trop lente",
        "Le corps de la requête n'est pas arrivé à temps.",
        "Envoyer la requête d'un trait.",
    ),
    (
        "413",
        "Corps trop grand",
        "Le corps de la requête dépasse ce que la passerelle accepte.",
        "Réduire le corps de la requête.",
    ),
    (
        "101000",
        "Envoi interrompu",
        "La connexion vers l'API s'est rompue pendant l'envoi : incident simulé.",
        LATER,
    ),
    (
        "101001",
        "Réception interrompue",
        "La connexion vers l'API s'est rompue pendant la réponse : incident simulé.",
        LATER,
    ),
    (
        "101500",
        "Envoi impossible",
        "La passerelle n'a pas pu transmettre l'appel à l'API : incident simulé.",
        LATER,
    ),
    (
        "101501",
        "Envoi impossible",
        "La passerelle n'a pas pu transmettre l'appel à l'API : incident simulé.",
        LATER,
    ),
    (
        "101503",
        "Producteur injoignable",
        "La passerelle n'a pas pu joindre l'API : incident simulé.",
        LATER,
    ),
    (
        "101504",
        "Producteur trop lent",
        "L'API n'a pas répondu à temps à la passerelle : incident simulé.",
        LATER,
    ),
    (
        "101505",
        "Connexion fermée par le producteur",
        "L'API a fermé la connexion avant de répondre : incident simulé.",
        LATER,
    ),
    (
        "101506",
        "Réponse illisible du producteur",
        "L'API n'a pas respecté HTTP : incident simulé.",
        LATER,
    ),
    (
        "101507",
        "Connexion abandonnée",
        "La connexion vers l'API a été abandonnée : incident simulé.",
        LATER,
    ),
    (
        "101508",
        "Connexion trop lente",
        "La connexion vers l'API n'a pas abouti à temps : incident simulé.",
        LATER,
    ),
    (
        "303001",
        "Producteur mis de côté",
        "Après une panne, la passerelle n'appelle plus l'API pendant un moment : incident simulé.",
        LATER,
    ),
    ("700700", "API bloquée", "L'éditeur de l'API l'a bloquée pour tous : incident simulé.", LATER),
    (
        "900800",
        "Débit de l'API dépassé",
        "Tous les appelants ensemble dépassent ce que l'API admet : incident simulé.",
        LATER,
    ),
    (
        "900801",
        "Passerelle saturée",
        "La passerelle a plus d'appels à la fois qu'elle n'en admet, ou un incident le simule.",
        LATER,
    ),
    (
        "900802",
        "Débit de la ressource dépassé",
        "La ressource est appelée plus qu'elle ne l'admet : incident simulé.",
        LATER,
    ),
    (
        "900803",
        "Débit de l'application dépassé",
        "L'application appelle plus que son palier ne l'admet : incident simulé.",
        LATER,
    ),
    (
        "900806",
        "Débit d'une règle dépassé",
        "Une règle particulière de la passerelle limite ces appels : incident simulé.",
        LATER,
    ),
    (
        "900807",
        "Rafale refusée",
        "Trop d'appels en très peu de temps ; la réponse ne dit pas quand revenir : incident simulé.",
        LATER,
    ),
    (
        "900900",
        "Gestionnaire de clés injoignable",
        "La passerelle n'a pas pu vérifier le jeton : incident simulé.",
        LATER,
    ),
    (
        "900905",
        "Type de jeton refusé",
        "Le jeton n'est pas du type que demande la ressource : incident simulé.",
        "Demander un jeton à /token de cette passerelle.",
    ),
    (
        "900909",
        "Abonnement inactif",
        "L'abonnement de l'application à l'API n'est pas actif : incident simulé.",
        "Faire rétablir l'abonnement ; réessayer n'y change rien.",
    ),
];

const OAUTH: &[Row] = &[
    (
        "invalid_request",
        "Demande de jeton mal formée",
        "Un paramètre manque, est répété, ou les identifiants sont donnés deux fois (RFC 6749, 5.2).",
        "Envoyer un formulaire avec grant_type=client_credentials et les identifiants une seule fois.",
    ),
    (
        "invalid_client",
        "Application inconnue",
        "La clé ou le secret de l'application n'est pas reconnu (RFC 6749, 5.2).",
        "Vérifier la clé et le secret sur la fiche du partenaire.",
    ),
    (
        "unsupported_grant_type",
        "Type de jeton refusé",
        "Seul grant_type=client_credentials est servi (RFC 6749, 5.2).",
        "Demander grant_type=client_credentials.",
    ),
    (
        "invalid_grant",
        "Autorisation invalide",
        "L'autorisation présentée n'est pas acceptée (RFC 6749, 5.2) : incident simulé.",
        "Demander grant_type=client_credentials.",
    ),
    (
        "invalid_scope",
        "Scope invalide",
        "Un scope demandé n'existe pas ou n'est pas ouvert (RFC 6749, 5.2) : incident simulé.",
        "Comparer les scopes demandés à ceux de la convention.",
    ),
    (
        "unauthorized_client",
        "Jeton d'une autre application",
        "L'application ne peut révoquer que ses propres jetons.",
        "Révoquer avec les identifiants de l'application qui a obtenu le jeton.",
    ),
    (
        "server_error",
        "Erreur du serveur de jetons",
        "Le jeton n'a pas pu être émis.",
        "Consulter le journal technique du serveur.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::product::{CODES, OAUTH_ERRORS};

    #[test]
    fn a_code_is_listed_once() {
        let mut codes: Vec<_> = GATEWAY.iter().chain(OAUTH).map(|row| row.0).collect();
        let listed = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), listed);
    }

    #[test]
    fn every_code_that_can_be_ordered_is_explained() {
        for code in CODES {
            assert!(is_gateway_s(&code.number.to_string()), "{}", code.number);
        }
        for (error, _) in OAUTH_ERRORS {
            assert!(OAUTH.iter().any(|row| row.0 == *error), "{error}");
        }
    }

    #[test]
    fn a_code_of_the_gateway_is_told_from_an_api_s() {
        assert!(is_gateway_s("900901") && is_gateway_s("405"));
        assert!(
            !is_gateway_s("CAF031") && !is_gateway_s("4003") && !is_gateway_s("invalid_client")
        );
    }
}
