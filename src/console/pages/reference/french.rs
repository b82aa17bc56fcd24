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
        "From this moment or day on, Paris time, by the simulated clock",
        "À partir de cet instant ou de ce jour, heure de Paris, à l'horloge simulée",
    ),
    (
        "Up to this moment or the end of this day, by the simulated clock",
        "Jusqu'à cet instant ou à la fin de ce jour, à l'horloge simulée",
    ),
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
        "Calls per minute of each API; null for those that the file has",
        "Le nombre d'appels par minute de chaque API ; null pour celui du fichier",
    ),
    (
        "The state that was imposed, whatever the dates say",
        "L'état imposé, quelles que soient les dates",
    ),
    ("How journal.file fares", "L'état du fichier du journal (journal.file)"),
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
    ("Which run; a new one when it is left out", "L'exécution ; une nouvelle si elle est omise"),
    ("Seconds", "Secondes"),
    (
        "One of code, status, drop, truncate, html; delay_ms alone or beside another, html alone or with a status; retry_after, the seconds of Retry-After, beside code, status or html",
        "L'un de code, status, drop, truncate, html ; delay_ms seul ou avec un autre, html seul ou avec un statut ; retry_after, en secondes, avec code, status ou html",
    ),
    ("The parameter of the query at fault", "Le paramètre en cause"),
    ("JSON pointer to the fault in the body", "Le pointeur JSON vers l'erreur dans le corps"),
    (
        "What each simulated gateway admitted; used is the sum of all",
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
    ("When the APIs are open.", "Quand les API sont ouvertes."),
    ("What an answer owes to the journal's file.", "Ce qu'une réponse doit au fichier du journal."),
    ("A number of minutes, twelve hours at most.", "Un nombre de minutes, douze heures au plus."),
    ("A share of calls: 1 to 100 of a hundred.", "Une part des appels, de 1 à 100 pour cent."),
    ("An API behind the gateway.", "Une API de la passerelle."),
    ("Which part of bacasable made a call.", "La commande de bacasable qui a fait l'appel."),
    ("Why an API is closed.", "La raison de la fermeture d'une API."),
    (
        "What `dataset show` tells of a persona or of what an identifier names.",
        "Ce que `dataset show` affiche d'un persona ou de ce que désigne un identifiant.",
    ),
    (
        "The accounts on which they have a right; absent for a group",
        "Les comptes sur lesquels la personne ou l'entreprise a un droit ; absents pour un groupe",
    ),
    (
        "Of a group: each member, and their accounts",
        "Pour un groupe : chaque membre, et ses comptes",
    ),
    (
        "Of a person with an income of the year before the register's day that is assessed, theirs or that of whom they depend on",
        "L'imposition des derniers revenus de la personne, ou de ceux dont elle est à charge",
    ),
    (
        "What a call answers: the HTTP status, and whatever else is given must hold too.",
        "La réponse attendue : le statut HTTP, et tout ce qui est indiqué d'autre.",
    ),
    (
        "The code of `messageInformatif` or of `erreur`",
        "Le code de `messageInformatif` ou de `erreur`",
    ),
    ("`nombreReponses`", "La valeur de `nombreReponses`"),
    (
        "`nombreComptes` of each answer, in order",
        "La valeur de `nombreComptes` de chaque réponse, dans l'ordre",
    ),
    (
        "Every `iban` of the answer, in any order",
        "Tous les `iban` de la réponse, dans un ordre quelconque",
    ),
    ("`ibanExistant`", "La valeur de `ibanExistant`"),
    ("`dateCloture` of a verification", "La valeur de `dateCloture` d'une vérification"),
    ("`nRep`", "La valeur de `nRep`"),
    (
        "The birth name or registered name of each of all `ayantsDroits`, in any order",
        "Le nom de naissance ou la raison sociale de chacun des `ayantsDroits`, dans un ordre quelconque",
    ),
    ("`identifiant.spi`", "La valeur de `identifiant.spi`"),
    ("Members of the answer, with their values", "Des attributs de la réponse, avec leur valeur"),
    (
        "What was reset, and of whom when not of all.",
        "Ce qui a été remis à zéro, et pour quel partenaire si ce n'est pas pour tous.",
    ),
    ("What can be reset apart.", "Ce qui peut être remis à zéro séparément."),
    (
        "Every fault, when there may be several",
        "Toutes les erreurs, quand il peut y en avoir plusieurs",
    ),
    (
        "Why the last attempt failed, or for how long the disk has not answered; null while all is well",
        "La raison du dernier échec, ou depuis combien de temps le disque ne répond pas ; null si tout va bien",
    ),
    (
        "An order as it is written: `POST /admin/v1/faults`.",
        "Un incident à provoquer : `POST /admin/v1/faults`.",
    ),
    ("Which requests.", "Les appels concernés."),
    (
        "How many times; until it is removed when absent.",
        "Le nombre de fois ; jusqu'à son retrait s'il est absent.",
    ),
    (
        "How often it applies to what it matches; when absent, once in ten for an incident, always for anything else.",
        "La fréquence parmi les appels concernés ; si elle est absente, une fois sur dix pour un incident, toujours pour le reste.",
    ),
    ("What happens.", "Ce qui se produit."),
    (
        "A target as it is written; what is absent does not matter.",
        "Les appels visés ; ce qui est absent est indifférent.",
    ),
    (
        "The operation, by its name in the journal; the gateway's own (`token`, `revoke`, `jwks`) must be named.",
        "L'opération, par son nom dans le journal ; celles de la passerelle (`token`, `revoke`, `jwks`) doivent être nommées.",
    ),
    ("The partner whose certificate calls.", "Le partenaire dont le certificat appelle."),
    (
        "What the request must hold: attributes of the body by their path or its end, parameters of query, path or form.",
        "Ce que la demande doit contenir : attributs du corps, par leur chemin ou sa fin, paramètres de la requête, du chemin ou du formulaire.",
    ),
    ("An HTTP status.", "Un statut HTTP."),
    (
        "Which of the API's messages for that status; its default one when absent.",
        "Le message de l'API pour ce statut ; celui par défaut s'il est absent.",
    ),
    ("How long the answer keeps the caller waiting.", "Le temps d'attente avant la réponse."),
    (
        "`Retry-After`, in seconds from the answer.",
        "La valeur de `Retry-After`, en secondes à compter de la réponse.",
    ),
    (
        "What, who, and the decisions; every text is one line of bounded length.",
        "L'application, les personnes et les décisions ; chaque texte tient sur une ligne de longueur limitée.",
    ),
    ("The application that was rehearsed.", "L'application testée."),
    ("Who played it.", "Qui a joué la recette."),
    ("Who checked it.", "Qui l'a vérifiée."),
    ("Who answers for it.", "Qui en répond."),
    ("What was decided of cases.", "Les décisions par cas."),
    (
        "The decisions that were replaced or withdrawn, in the order in which they were.",
        "Les décisions remplacées ou retirées, dans l'ordre où elles l'ont été.",
    ),
    ("A decision that is no more.", "Une décision qui n'est plus en vigueur."),
    (
        "When it was replaced or withdrawn, on the product's clock.",
        "Le moment de son remplacement ou de son retrait, à l'horloge simulée.",
    ),
    ("The same on the system's clock.", "Le même moment, à l'horloge du système."),
    ("Who replaced or withdrew it.", "La personne qui l'a remplacée ou retirée."),
    ("Where the gateway is", "L'adresse de la passerelle"),
    ("The gateway", "La passerelle"),
    (
        "Its URL, by the host name that the console was asked by",
        "Son URL, avec le nom d'hôte employé pour joindre la console",
    ),
    ("Why it was withdrawn.", "La raison de son retrait."),
    (
        "What is to be said in the place of what is: a member that is absent stays as it is, a text that is `null` is taken away.",
        "Ce qui remplace ce qui est dit : un membre absent reste tel quel, un texte à `null` est effacé.",
    ),
    (
        "Why decisions are withdrawn that are no more among the remarks: a refusal is not without a reason.",
        "La raison du retrait des décisions absentes de `remarks` ; un refus ne se retire pas sans raison.",
    ),
    (
        "Nobody says it, so that it is read and left: a document that was read here may be sent back whole.",
        "Lu et ignoré : un document lu ici peut être renvoyé tel quel.",
    ),
    ("What was decided of a case.", "La décision prise sur un cas."),
    ("The case's id.", "L'identifiant du cas."),
    (
        "How grave it is, where it is a reservation or a refusal.",
        "La gravité, pour une réserve ou un refus.",
    ),
    ("By when it is to be lifted.", "L'échéance pour la lever."),
    ("Who took it.", "Qui l'a prise."),
    ("When, on the product's clock.", "Le moment, à l'horloge simulée."),
    (
        "When, on the system's clock; decisions that were kept before it was do not say.",
        "Le moment, à l'horloge du système ; les décisions conservées auparavant ne le disent pas.",
    ),
    (
        "The journal's entry that it was taken about, as its proof names it.",
        "L'entrée du journal sur laquelle elle porte, telle que la preuve la nomme.",
    ),
    ("A decision about a case.", "Une décision sur un cas."),
    ("How grave a reservation is.", "La gravité d'une réserve."),
    ("The two ends of a rehearsed case.", "Le début ou la fin d'un cas joué."),
    ("One event at the gateway.", "Un événement à la passerelle."),
    (
        "The version of the entry's shape; 0 where a file does not say.",
        "La version de la forme de l'entrée ; 0 si un fichier ne la dit pas.",
    ),
    (
        "Its number, from 0, in the order of the answers.",
        "Son numéro, à partir de 0, dans l'ordre des réponses.",
    ),
    (
        "The replica that wrote it down, where it is another one.",
        "La réplique qui l'a écrite, si c'est une autre.",
    ),
    ("The product's time when it came in.", "L'heure simulée de son arrivée."),
    ("What it is.", "Sa nature."),
    (
        "The request's correlation identifier, or the one made for it.",
        "L'identifiant de corrélation de la demande, ou celui qui lui a été donné.",
    ),
    (
        "Whether the request brought no correlation identifier, so that one was made.",
        "Vrai si la demande n'avait pas d'identifiant de corrélation : il lui en a été donné un.",
    ),
    ("The request's `X-Request-ID`.", "L'en-tête `X-Request-ID` de la demande."),
    ("Where it came from.", "L'adresse d'où elle vient."),
    (
        "The port it came from: tells connections apart. 0 behind a trusted proxy.",
        "Le port d'où elle vient, qui distingue les connexions ; 0 derrière un mandataire de confiance.",
    ),
    ("The version of TLS: `TLSv1.3`, `TLSv1.2`.", "La version de TLS : `TLSv1.3`, `TLSv1.2`."),
    (
        "Whether its connection resumed an earlier TLS session instead of a full handshake.",
        "Vrai si la connexion a repris une session TLS antérieure au lieu d'une négociation complète.",
    ),
    (
        "The version of HTTP: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`.",
        "La version de HTTP : `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`.",
    ),
    ("The request's `User-Agent`.", "L'en-tête `User-Agent` de la demande."),
    ("The request's `Content-Encoding`.", "L'en-tête `Content-Encoding` de la demande."),
    (
        "The trusted proxy that spoke for it, if one did.",
        "Le mandataire de confiance qui l'a transmise, s'il y en a un.",
    ),
    ("The client certificate.", "Le certificat client."),
    (
        "The partner, once the certificate named one.",
        "Le partenaire, une fois désigné par le certificat.",
    ),
    (
        "The operation: that of the resource, or `token`, `revoke`, `jwks`.",
        "L'opération : celle de la ressource, ou `token`, `revoke`, `jwks`.",
    ),
    (
        "The context under which the API was called, where it has several.",
        "Le contexte sous lequel l'API a été appelée, si elle en a plusieurs.",
    ),
    ("The HTTP method.", "La méthode HTTP."),
    (
        "The HTTP status; none when the client went away or the connection was dropped.",
        "Le statut HTTP ; null si le client est parti ou si la connexion a été coupée.",
    ),
    (
        "The code in the answer: the gateway's, CAT, CAF, R2P's, or an OAuth2 error.",
        "Le code de la réponse : celui de la passerelle, CAT, CAF, celui de R2P, ou une erreur OAuth2.",
    ),
    (
        "The environment that was rehearsed, where it is not production: `bac-a-sable`.",
        "L'environnement reproduit, si ce n'est pas la production : `bac-a-sable`.",
    ),
    (
        "Where the gateway itself stopped a call that no control refused: `routage`, for want of an API, a path, a method or a correlation identifier.",
        "L'étape où la passerelle a arrêté un appel qu'aucun contrôle n'a refusé : `routage`, faute d'API, de chemin, de méthode ou d'identifiant de corrélation.",
    ),
    (
        "Microseconds from the start of the run to the request's headers, monotonic: what followed what, whatever the product's clock does.",
        "Microsecondes du démarrage du serveur aux en-têtes de la demande : elles donnent l'ordre des événements, quelle que soit l'heure simulée.",
    ),
    (
        "Microseconds from the request's headers to the answer, monotonic.",
        "Microsecondes des en-têtes de la demande à la réponse.",
    ),
    ("The verdict of each control, in order.", "Le résultat de chaque contrôle, dans l'ordre."),
    ("The quota after this call.", "Le quota après cet appel."),
    (
        "The lasting name of the first refusal by a control: `certificate-expired`, `token-revoked`, `quota-used-up`...",
        "Le nom durable du premier refus d'un contrôle : `certificate-expired`, `token-revoked`, `quota-used-up`...",
    ),
    (
        "When the caller was told that it may come back.",
        "Le moment à partir duquel l'appelant peut revenir, tel qu'il lui a été dit.",
    ),
    (
        "The identifier of the token that control 3 accepted, or that was issued or revoked; never the token.",
        "L'identifiant du jeton accepté par le contrôle 3, émis ou révoqué ; jamais le jeton.",
    ),
    (
        "A digest of what was asked, under a key of this run: the same request has the same one, and it tells nothing else.",
        "Une empreinte de la demande, sous une clé de ce serveur : la même demande a la même, et elle ne dit rien d'autre.",
    ),
    ("The motif, as sent.", "Le motif, tel qu'envoyé."),
    ("The reference given to the demand.", "La référence donnée à la demande."),
    ("How many answers came back.", "Le nombre de réponses rendues."),
    (
        "The kinds of criteria given: names of attributes, never values.",
        "Les critères donnés : des noms d'attributs, jamais des valeurs.",
    ),
    (
        "The keys restituted: names, never values.",
        "Les clés restituées : des noms, jamais des valeurs.",
    ),
    (
        "Why the API or the token endpoint refused.",
        "La raison du refus de l'API ou de la demande de jeton.",
    ),
    (
        "The lasting name of a mistake that the answer says nothing of: `wrong-key`, `birth-to-come`, `other-certificate`, `nothing-revoked`.",
        "Le nom durable d'une erreur dont la réponse ne dit rien : `wrong-key`, `birth-to-come`, `other-certificate`, `nothing-revoked`.",
    ),
    ("What is kept of the demand's justification.", "Ce qui est gardé de la justification."),
    (
        "The kinds of identifiers in the request that look like those of the real world: `iban`, `spi`, `siren`, `siret`.",
        "Les sortes d'identifiants de la demande qui ressemblent à des identifiants réels : `iban`, `spi`, `siren`, `siret`.",
    ),
    (
        "The fault that was injected: the id of an order or of a scenario.",
        "L'incident déclenché : l'identifiant d'un ordre ou d'un scénario.",
    ),
    (
        "Whether the console's page made the call in the partner's name: it tells nothing about the partner's client.",
        "Vrai si une page de la console a fait l'appel au nom du partenaire : il ne dit rien de son application.",
    ),
    (
        "The part of bacasable that made the call, or marked the case, for itself: it tells nothing about the partner's client.",
        "La commande de bacasable qui a fait l'appel ou marqué le cas : il ne dit rien de l'application du partenaire.",
    ),
    (
        "Whether it came in before a reset and ended after it: it is of the earlier run, and in the file alone.",
        "Vrai si elle est arrivée avant une remise à zéro et s'est terminée après : elle n'est que dans le fichier.",
    ),
    (
        "What happened, where the rest does not say it: a failed handshake, a fault that was injected.",
        "Ce qui s'est passé, quand le reste ne le dit pas : négociation TLS en échec, incident déclenché.",
    ),
    (
        "The case of the recette that begins or ends, in an entry of that kind.",
        "Le cas de recette qui commence ou se termine, dans une entrée de cette nature.",
    ),
    (
        "What started, in an entry of that kind.",
        "Le serveur qui démarre, dans une entrée de cette nature.",
    ),
    ("What kind of event an entry tells.", "La nature d'un événement."),
    ("A case of the recette that begins or ends.", "Un cas de recette qui commence ou se termine."),
    ("The id of the case.", "L'identifiant du cas."),
    ("Which of the two.", "Le début ou la fin."),
    (
        "What a server says of itself when it starts: enough to judge its entries without it.",
        "Ce qu'un serveur dit de lui-même au démarrage, pour que ses entrées se lisent sans lui.",
    ),
    ("The version of the program.", "La version du programme."),
    ("The seed of the register.", "La graine du registre."),
    ("How many generated people live in it.", "Le nombre de personnes générées."),
    (
        "What a seed means in this program; 0 in journals that do not say.",
        "La version du registre ; 0 si le journal ne la dit pas.",
    ),
    (
        "The settings that differ from their defaults, as the file would write them; no secret.",
        "Les réglages qui diffèrent des valeurs par défaut, tels que le fichier les écrirait ; aucun secret.",
    ),
    (
        "Whether it shares a store with others: numbers that are missing in its file are then those of their entries.",
        "Vrai s'il partage un stockage avec d'autres : les numéros absents de son fichier sont alors ceux de leurs entrées.",
    ),
    ("What is kept of a client certificate.", "Ce qui est gardé d'un certificat client."),
    ("SHA-256 of the DER, hexadecimal.", "L'empreinte SHA-256 du DER, en hexadécimal."),
    (
        "What is kept of a justification, which may name a person (FICOBA protocol v11, 2.3.1): nothing of its text.",
        "Ce qui est gardé d'une justification, qui peut nommer une personne (protocole FICOBA v11, 2.3.1) : rien de son texte.",
    ),
    ("How many characters it has.", "Son nombre de caractères."),
    (
        "Its digest, under a key of this run: the same text has the same one, and it tells nothing else.",
        "Son empreinte, sous une clé de ce serveur : le même texte a la même, et elle ne dit rien d'autre.",
    ),
    (
        "What the whole text is, when it is an identifier and no justification: `spi`, `iban`.",
        "La sorte d'identifiant qu'est le texte entier, si ce n'est pas une justification : `spi`, `iban`.",
    ),
    (
        "A digest of the motif and the criteria that it justifies, under a key of this run, whatever the date and the text.",
        "Une empreinte du motif et des critères qu'elle justifie, sous une clé de ce serveur, quels que soient la date et le texte.",
    ),
    (
        "Why an API or the token endpoint refused: what was answered, what would have been right, and of what came its length and its classes of characters, never a value.",
        "La raison du refus d'une API ou de la demande de jeton : ce qui a été répondu, ce qui était attendu, et de ce qui est venu la longueur et les sortes de caractères, jamais une valeur.",
    ),
    ("The message that was answered.", "Le message de la réponse."),
    (
        "The attribute, the parameter, the header or the field at fault.",
        "L'attribut, le paramètre, l'en-tête ou le champ en cause.",
    ),
    (
        "The lasting name of the mistake, where several are answered the same code.",
        "Le nom durable de l'erreur, quand plusieurs reçoivent le même code.",
    ),
    ("What kind of thing came.", "La sorte de valeur reçue."),
    (
        "What else explains it, a sentence without its full stop.",
        "Ce qui l'explique par ailleurs, en une phrase sans point final.",
    ),
    ("The verdict of one control.", "Le résultat d'un contrôle."),
    (
        "`granted`, `refused`, `not-reached` or `not-asked`.",
        "`granted`, `refused`, `not-reached` ou `not-asked`.",
    ),
    ("Why it refused, in French.", "La raison du refus, en français."),
    ("The four ends of a control.", "Les quatre issues d'un contrôle."),
    ("The state of the quota after a call.", "L'état du quota après un appel."),
    ("Calls per minute.", "Le nombre d'appels par minute."),
    ("Calls admitted this minute.", "Le nombre d'appels admis dans la minute."),
    (
        "Who made a call, where it is not the partner's application.",
        "L'auteur d'un appel qui n'est pas de l'application du partenaire.",
    ),
    ("Which part of bacasable.", "La commande de bacasable."),
    ("Which run of it.", "L'exécution de cette commande."),
    ("A control, in the order of the CGU.", "Un contrôle, dans l'ordre des CGU."),
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
