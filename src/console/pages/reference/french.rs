//! The console's descriptions in French: its OpenAPI document is in English, for those who generate clients, and its pages
//! are not.

use serde_json::Value;

/// The same document with every summary and description in French.
pub(super) fn translated(mut document: Value) -> Value {
    walk(&mut document, &mut |text| {
        if let Some(french) = french(text) {
            french.clone_into(text);
        }
    });
    document
}

fn french(english: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == english).map(|(_, french)| *french)
}

/// Every summary and description, wherever it stands; a property may have one of these names too.
fn walk(value: &mut Value, each: &mut dyn FnMut(&mut String)) {
    if let Value::Object(members) = value {
        for (name, member) in members {
            if let (true, Value::String(text)) = (TEXT_KEYS.contains(&name.as_str()), &mut *member)
            {
                each(text);
            } else {
                walk(member, each);
            }
        }
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(|item| walk(item, each));
    }
}

const TEXT_KEYS: [&str; 2] = ["summary", "description"];

/// English, French.
const TEXTS: &[(&str, &str)] = &[
    (
        "Steers and watches the emulator: clock, faults, conventions, tokens, quotas, journal, reset. Fictitious environment, no official tool. Errors are RFC 9457 problem documents.",
        "Commande et observe l'émulateur : horloge, incidents, conventions, jetons, quotas, journal, remise à zéro. Environnement fictif, outil non officiel. Les erreurs suivent la RFC 9457 (problem+json).",
    ),
    ("The product's time", "L'heure simulée"),
    ("The clock", "L'horloge"),
    ("Unauthorized", "Jeton de la console absent ou faux"),
    ("Misdirected Request", "Nom d'hôte qui n'est pas celui de la console"),
    (
        "Set, then advance, then freeze or resume: one whole order",
        "Régler, puis avancer, puis arrêter ou relancer l'horloge, en un seul ordre",
    ),
    ("The clock afterwards", "L'horloge après l'ordre"),
    ("Bad Request", "Demande illisible"),
    ("Payload Too Large", "Corps trop long"),
    ("Unsupported Media Type", "Type de contenu non accepté"),
    ("Unprocessable Entity", "Valeur refusée"),
    ("Service Unavailable", "Indisponible : stockage ou fichier injoignable"),
    ("Return to the system's time", "Revenir à l'heure du système"),
    ("Every convention", "Toutes les conventions"),
    ("Conventions", "Les conventions"),
    ("One convention", "Une convention"),
    ("The convention", "La convention"),
    ("Not Found", "Introuvable"),
    (
        "Change it until the next reset: a merge patch, judged as a whole by the rules of the file",
        "Modifier la convention jusqu'à la prochaine remise à zéro : un merge patch (RFC 7396), contrôlé en entier selon les règles du fichier",
    ),
    ("The convention afterwards", "La convention après l'ordre"),
    (
        "What a persona's id, an SPI, an IBAN, a SIREN or a SIRET names in the register",
        "Ce que désigne dans le registre un identifiant : persona, SPI, IBAN, SIREN ou SIRET",
    ),
    (
        "As `bacasable dataset show --format json` has it",
        "Tel que l'affiche `bacasable dataset show --format json`",
    ),
    ("The orders that stand", "Les incidents actifs"),
    ("Orders", "Les incidents"),
    (
        "Order a fault: next N, until removed, or with a probability",
        "Provoquer un incident : pour les N prochains appels, jusqu'à son retrait, ou avec une probabilité",
    ),
    ("The order; Location names it", "L'incident ; l'en-tête Location donne son adresse"),
    ("Remove every order", "Retirer tous les incidents"),
    ("How many there were", "Leur nombre"),
    ("One order", "Un incident"),
    ("The order", "L'incident"),
    ("Remove one order", "Retirer un incident"),
    ("It is removed", "L'incident est retiré"),
    (
        "The last entries, oldest first",
        "Les dernières entrées, de la plus ancienne à la plus récente",
    ),
    ("The partner's id", "Identifiant du partenaire"),
    ("The API", "L'API"),
    ("The operation", "L'opération"),
    ("The HTTP status", "Le statut HTTP"),
    ("The code of the answer", "Le code de la réponse"),
    ("The control that refused", "Le contrôle qui a refusé"),
    ("The correlation identifier", "L'identifiant de corrélation"),
    ("The fault that was injected", "L'incident déclenché"),
    (
        "A number that a page gave as `next`, or a moment of the product's time",
        "Un numéro donné par une page dans `next`, ou un instant de l'horloge simulée",
    ),
    ("How many entries at most", "Nombre maximal d'entrées"),
    (
        "A number: the first entries after it, instead of the last ones",
        "Un numéro : les premières entrées qui le suivent, au lieu des dernières",
    ),
    (
        "A page; `next` is where `since` goes on",
        "Une page ; `next` est la valeur à donner ensuite à `since`",
    ),
    (
        "Forget the entries that the filter wants, or all",
        "Effacer les entrées retenues par le filtre, ou toutes",
    ),
    (
        "The entries as they are written: server-sent events",
        "Les entrées au fil de l'eau (événements envoyés par le serveur)",
    ),
    (
        "After how many entries the stream ends; without, when the server stops",
        "Nombre d'entrées après lequel le flux se termine ; sans lui, à l'arrêt du serveur",
    ),
    (
        "The `id` of the last event seen: the stream goes on after it, whatever `since` says",
        "L'`id` du dernier événement reçu : le flux reprend après lui, quelle que soit la valeur de `since`",
    ),
    (
        "Events whose `id` is the entry's number and whose `data` is the entry; `gap` tells of entries that memory no longer has (`from`, `to`), or of a server that was started anew (`restarted`)",
        "Des événements dont l'`id` est le numéro de l'entrée et `data` l'entrée ; `gap` signale des entrées qui ne sont plus en mémoire (`from`, `to`) ou un redémarrage du serveur (`restarted`)",
    ),
    ("The entries of one correlation identifier", "Les entrées d'un identifiant de corrélation"),
    ("A page", "Une page"),
    (
        "One-time keys for calls that bacasable makes itself, each in the header X-Bacasable-Key",
        "Clés à usage unique pour les appels que bacasable fait lui-même, chacune dans l'en-tête X-Bacasable-Key",
    ),
    ("The keys; each is good for one request", "Les clés, chacune valable pour un appel"),
    ("The hand-written cases", "Les personas"),
    ("Personas", "Les personas"),
    (
        "The state of each partner's minute on each of its APIs",
        "L'état du quota de la minute, par partenaire et par API",
    ),
    ("Quotas", "Les quotas"),
    (
        "Set how many calls of this minute count as admitted",
        "Fixer le nombre d'appels comptés comme admis dans la minute",
    ),
    ("The quota afterwards", "Le quota après l'ordre"),
    ("Empty the windows", "Réinitialiser les quotas de la minute"),
    ("The quotas afterwards", "Les quotas après l'ordre"),
    (
        "How far each partner's rehearsal has come",
        "L'avancement de la recette de chaque partenaire",
    ),
    ("Whether calls of `recette play` count", "Compter aussi les appels de `recette play`"),
    ("The partners", "Les partenaires"),
    ("Internal Server Error", "Erreur interne"),
    (
        "What people say about a partner's rehearsal: reports hold it",
        "Les renseignements du rapport de recette d'un partenaire",
    ),
    ("What is said", "Les renseignements"),
    (
        "Says of what a rehearsal is, by whom, and what was decided of its cases; a member that is absent stays as it is",
        "Renseigner le rapport : application, personnes et décisions par cas ; ce qui est absent reste inchangé",
    ),
    (
        "A case begins: what follows is rehearsed",
        "Marquer le début d'un cas : les appels qui suivent lui sont rattachés",
    ),
    ("It is in the journal", "La marque est au journal"),
    ("The case is over", "Marquer la fin d'un cas"),
    ("The report of a partner's rehearsal", "Le rapport de recette d'un partenaire"),
    ("How it is written", "Le format du rapport"),
    (
        "From this moment or day on, Paris time",
        "À partir de cet instant ou de ce jour, heure de Paris",
    ),
    ("Up to this moment or the end of this day", "Jusqu'à cet instant ou à la fin de ce jour"),
    (
        "So many entries at most, the first ones",
        "Nombre maximal d'entrées, à partir de la première",
    ),
    (
        "One run of bacasable's own, of which alone the calls count",
        "Une exécution propre à bacasable, dont seuls les appels comptent",
    ),
    ("The report", "Le rapport"),
    (
        "Begin again: everything (no body, or {}), some kinds, or what belongs to one partner",
        "Remettre à zéro : tout (sans corps, ou {}), certains éléments, ou ce qui appartient à un partenaire",
    ),
    ("What was reset", "Ce qui a été remis à zéro"),
    (
        "The faults that a tester chooses by the data they type",
        "Les incidents provoqués par une donnée de la demande",
    ),
    ("Scenarios", "Les scénarios"),
    (
        "When the APIs are open, and for the next week when they are not",
        "Les horaires d'ouverture des API, et leurs fermetures de la semaine à venir",
    ),
    ("The service", "Les horaires"),
    (
        "Choose a profile, the hour at which FICOBA closes and its tail, the share of calls that an incident fails, what maintenance is announced",
        "Choisir le profil, l'heure et la durée de fermeture de FICOBA, la part des appels qu'un incident fait échouer, les maintenances annoncées",
    ),
    ("Return to the settings", "Revenir aux réglages"),
    (
        "The tokens issued here that still count; never their value",
        "Les jetons émis ici et encore valides, jamais leur valeur",
    ),
    ("Tokens, oldest first", "Les jetons, du plus ancien au plus récent"),
    (
        "Mint a token of any partner, of any age",
        "Émettre un jeton de n'importe quel partenaire et de n'importe quel âge",
    ),
    ("The token", "Le jeton"),
    (
        "Revoke every token there is, or those of one partner; those issued before a restart too",
        "Révoquer tous les jetons, ou ceux d'un partenaire, y compris ceux émis avant un redémarrage",
    ),
    ("How many of them were known", "Le nombre de jetons connus révoqués"),
    ("Revoke one token", "Révoquer un jeton"),
    ("It is revoked", "Le jeton est révoqué"),
    (
        "A client certificate with one fault (FAULT.pem), its key (FAULT.key), or all that a client which shows it needs (FAULT.json)",
        "Un certificat client qui a un défaut (FAULT.pem), sa clé (FAULT.key), ou tout ce qu'il faut à un client pour le présenter (FAULT.json)",
    ),
    ("The file", "Le fichier"),
    (
        "A partner's test certificate (ID.pem), its key (ID.key), both in one (ID-combined.pem, ID.p12), or all that its client needs (ID.json)",
        "Le certificat de test d'un partenaire (ID.pem), sa clé (ID.key), les deux ensemble (ID-combined.pem, ID.p12), ou tout ce qu'il faut à son client (ID.json)",
    ),
    (
        "The authority's certificate (ca.pem), the list of revoked ones (crl.pem)",
        "Le certificat de l'autorité (ca.pem), la liste des certificats révoqués (crl.pem)",
    ),
    ("Whether the process lives", "Indique si le processus est en vie"),
    ("It does", "Il l'est"),
    ("ok", "La valeur « ok »"),
    ("The measures, as Prometheus reads them", "Les mesures, pour Prometheus"),
    ("OpenMetrics 1.0", "OpenMetrics 1.0"),
    ("This description", "Cette description"),
    ("OpenAPI 3.1", "OpenAPI 3.1"),
    ("The description of FICOBA", "La description de FICOBA"),
    (
        "The constraints as the schemas' own; without it they are descriptions, so that a generated client can send what the API refuses",
        "Les contraintes figurent dans les schémas ; sans ce paramètre, elles sont en toutes lettres, pour qu'un client généré puisse envoyer ce que l'API refuse",
    ),
    ("The description of R2P", "La description de R2P"),
    ("The description of SFiP", "La description de SFiP"),
    ("Whether it answers requests", "Indique si le serveur répond aux appels"),
    (
        "It does; degraded while the replicas' store is away or the journal's file cannot be written",
        "Il répond ; en mode dégradé (degraded) quand le stockage partagé est injoignable ou que le fichier du journal ne peut pas être écrit",
    ),
    ("Which environment is rehearsed", "L'environnement reproduit"),
    (
        "The register version: what a seed means",
        "La version du registre, qui fixe ce que produit une graine",
    ),
    ("ready, degraded", "Prêt (ready) ou dégradé (degraded)"),
    (
        "It does not: the store is away, and state.on_loss refuses; or the journal's file cannot be written, and journal.policy is strict",
        "Il ne répond pas : le stockage partagé est injoignable et state.on_loss vaut refuse, ou le fichier du journal ne peut pas être écrit et journal.policy vaut strict",
    ),
    ("refusing", "La valeur « refusing »"),
    (
        "The authority that signed the server's certificate (PEM)",
        "L'autorité qui a signé le certificat du serveur (PEM)",
    ),
    ("The client's certificate (PEM)", "Le certificat du client (PEM)"),
    ("client_id at the token endpoint", "Le client_id de la demande de jeton"),
    ("client_secret at the token endpoint", "Le client_secret de la demande de jeton"),
    ("Its key (PEM, PKCS#8)", "Sa clé (PEM, PKCS#8)"),
    (
        "The convention's id; null for a certificate that is no partner's",
        "L'identifiant de la convention ; null pour un certificat sans partenaire",
    ),
    (
        "Key, certificate and authority (PKCS#12, base64)",
        "Clé, certificat et autorité (PKCS#12, base64)",
    ),
    ("The password of pkcs12", "Le mot de passe de pkcs12"),
    ("What siretDemandeur must be", "La valeur attendue pour siretDemandeur"),
    ("How far ahead of the system's time", "L'avance sur l'heure du système"),
    ("ISO 8601 duration, negative ones too", "Durée ISO 8601, éventuellement négative"),
    (
        "The state that was imposed, whatever the dates say",
        "L'état imposé, quelles que soient les dates",
    ),
    (
        "How journal.file fares; null without one",
        "L'état du fichier du journal (journal.file) ; null sans fichier",
    ),
    ("Entries that never will be", "Les entrées qui ne seront jamais écrites"),
    ("Entries that wait to be written", "Les entrées en attente d'écriture"),
    ("Entries written by this run", "Les entrées écrites depuis le démarrage"),
    (
        "How many the filter wants after these",
        "Le nombre d'entrées retenues par le filtre après celles-ci",
    ),
    (
        "The simulated gateway that it came to, from 1",
        "La passerelle simulée qui l'a reçue, à partir de 1",
    ),
    ("The token's identifier, never the token", "L'identifiant du jeton, jamais le jeton"),
    ("Which run; a new one when it is left out", "L'exécution ; une nouvelle si elle est omise"),
    ("Seconds", "Secondes"),
    (
        "One of code, status, drop, truncate, html; delay_ms alone or beside another, html alone or with a status; retry_after, the seconds of Retry-After, beside code, status or html",
        "L'un de code, status, drop, truncate, html ; delay_ms seul ou avec un autre, html seul ou avec un statut ; retry_after, en secondes, avec code, status ou html",
    ),
    ("The parameter of the query at fault", "Le paramètre en cause"),
    ("JSON pointer to the fault in the body", "Le pointeur JSON vers l'erreur dans le corps"),
    (
        "What a simulated gateway admitted; used is the sum of all",
        "Les appels admis par chaque passerelle simulée ; used en est la somme",
    ),
    (
        "From 0 to the limit; the limit is the convention's",
        "De 0 à la limite, qui est celle de la convention",
    ),
    (
        "That of a run of bacasable's own, from POST keys",
        "Celle d'une exécution propre à bacasable, obtenue par POST keys",
    ),
    ("An account, with the rights on it", "Un compte, avec les droits sur ce compte"),
    ("A person of the group, with their accounts", "Une personne du groupe, avec ses comptes"),
    (
        "The persona's id; empty for the generated population",
        "L'identifiant du persona ; vide pour la population générée",
    ),
    ("The person", "La personne"),
    ("The company", "L'entreprise"),
    ("* is any text, ? any one character", "* : tout texte ; ? : un caractère quelconque"),
    ("The value to the letter, or what it is like", "La valeur exacte, ou un modèle de valeur"),
    (
        "Seconds; negative for one that has expired",
        "Secondes ; négatives pour un jeton déjà expiré",
    ),
    (
        "Asked for where the console is bound elsewhere than on loopback, unless console.open is set",
        "Demandé quand la console écoute ailleurs que sur la boucle locale, sauf si console.open est activé",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::console;

    #[test]
    fn every_operation_and_every_text_of_the_console_has_its_french_and_none_is_left_over() {
        let mut document = serde_json::to_value(console::document()).unwrap();
        let mut said = BTreeSet::new();
        walk(&mut document, &mut |text| {
            said.insert(text.clone());
        });
        let known: BTreeSet<_> = TEXTS.iter().map(|(english, _)| (*english).to_owned()).collect();
        assert_eq!(known.len(), TEXTS.len(), "an English text stands once");
        let missing: Vec<_> = said.difference(&known).collect();
        let left: Vec<_> = known.difference(&said).collect();
        assert!(missing.is_empty() && left.is_empty(), "missing {missing:?}, left over {left:?}");
        let operations = document["paths"].as_object().unwrap().values();
        for operation in operations.flat_map(|item| item.as_object().unwrap().values()) {
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(french(summary).is_some(), "{operation}");
        }
    }
}
