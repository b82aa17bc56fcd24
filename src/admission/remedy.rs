//! What to do about a refusal, where the code that a client is answered advises too much at once.

use super::Refusal;

impl Refusal {
    /// What the caller can do about a refusal of this cause, in French, where its code alone does not say it: many causes have
    /// that of credentials that are not accepted.
    pub fn remedy(cause: &str) -> Option<&'static str> {
        Some(match cause {
            "no-certificate" => "Présenter le certificat client du partenaire, avec sa clé.",
            "certificate-expired" | "certificate-revoked" | "certificate-no-longer-declared" => {
                "Présenter le certificat qui l'a remplacé, ou le faire renouveler."
            }
            "certificate-not-yet-valid" | "certificate-not-yet-declared" => {
                "Présenter le certificat précédent jusqu'à cette date."
            }
            "certificate-unknown-authority" => {
                "Présenter le certificat du partenaire, tiré du dossier certs de ce serveur."
            }
            "certificate-unreadable"
            | "certificate-wrong-use"
            | "certificate-unacceptable"
            | "certificate-of-nobody" => {
                "Présenter le certificat que la convention du partenaire déclare."
            }
            "bearer-repeated" | "bearer-quoted" | "token-opaque" | "token-malformed" => {
                "Envoyer le jeton tel que /token le donne (access_token), derrière « Bearer » et une seule espace."
            }
            "token-is-secret" | "token-is-key" => {
                "Demander un jeton par POST /token (grant_type=client_credentials), et envoyer l'access_token reçu ; le secret ne va qu'à /token."
            }
            "token-foreign"
            | "token-forged"
            | "token-critical"
            | "token-expired"
            | "token-revoked"
            | "unknown-application" => "Demander un nouveau jeton à /token.",
            "token-not-yet-valid" => "Attendre cette heure, ou demander un nouveau jeton à /token.",
            "no-teleservice" | "wrong-teleservice" => {
                "Envoyer dans l'en-tête ID_Teleservice la valeur qui figure sur la fiche du partenaire. Ni le certificat ni le jeton ne sont en cause."
            }
            "other-partner" => {
                "Présenter le certificat du partenaire à qui le jeton a été remis, ou demander un jeton avec les identifiants de celui du certificat."
            }
            "convention-ended" => {
                "Demander une nouvelle habilitation : la convention a pris fin, et aucune API ne lui est plus ouverte. Pour un essai, \
                 la prolonger sur la fiche du partenaire."
            }
            "convention-not-begun" => {
                "Attendre le début de la convention. Pour un essai, avancer sa date sur la fiche du partenaire, ou l'horloge simulée."
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_about_credentials_has_its_own_advice_and_no_other_has() {
        let others = [
            "address-",
            "convention-in-force",
            "convention-suspended",
            "not-subscribed",
            "missing-scope",
            "quota-",
            "no-token",
            "bearer-absent",
            "bearer-other-case",
            "bearer-empty",
        ];
        for cause in Refusal::CAUSES {
            let is_other = others.iter().any(|start| cause.starts_with(start));
            assert_eq!(Refusal::remedy(cause).is_none(), is_other, "{cause}");
        }
        let advice = Refusal::remedy("wrong-teleservice").unwrap();
        assert!(advice.contains("ID_Teleservice") && !advice.contains("/token"), "{advice}");
        assert_eq!(Refusal::remedy("fault-ordered"), None);
    }
}
