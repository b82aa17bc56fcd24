//! Every code of annexe 9 is obtained by the very command that `docs/ficoba-codes.md` prints.

use bacasable::{
    api::ficoba::{Anomaly, Code},
    domain::{Iban, Spi},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    generated::assert_section,
    harness::{Reply, World},
    shell,
};

const DOCUMENT: &str = "docs/ficoba-codes.md";

/// One way to obtain a code: the attribute that its message names, or the message that is chosen; with whose data, and the command.
struct Way {
    code: &'static str,
    about: Option<&'static str>,
    whose: &'static str,
    command: String,
}

#[test]
fn the_table_of_codes_is_complete_and_up_to_date() {
    let ways = ways();
    for code in Code::ALL {
        assert!(
            ways.iter().any(|way| way.code == code.as_str()),
            "nothing obtains {}",
            code.as_str()
        );
    }
    let head =
        "| code | HTTP | message | when | with | command |\n|---|---|---|---|---|---|\n".to_owned();
    let table = ways.iter().fold(head, |table, way| table + &row(way));
    assert_section(DOCUMENT, "codes", &table);
}

fn row(way: &Way) -> String {
    let code = Code::named(way.code).unwrap();
    let anomaly = match (code, way.about) {
        (Code::Caf001, Some(label)) => Anomaly::missing(label),
        (Code::Caf002, Some(label)) => Anomaly::malformed(label),
        (Code::Http400, Some(message)) => Anomaly::by_status(400, Some(message)).unwrap(),
        _ => code.into(),
    };
    let (status, message, cause) = (code.status(), anomaly.message(), code.cause());
    format!(
        "| {} | {status} | {message} | {cause} | {} | `{}` |\n",
        way.code, way.whose, way.command
    )
}

/// A row of the published table: code, status, message, command.
fn rows(wanted: &str) -> Vec<[String; 4]> {
    let text =
        std::fs::read_to_string(format!("{}/{DOCUMENT}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let table =
        text.split("<!-- codes -->").nth(1).unwrap().split("<!-- /codes -->").next().unwrap();
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = table.lines().skip(3).filter(|line| !line.is_empty()).map(cells);
    let kept = rows.map(|cells| [1, 2, 3, 6].map(|at| cells[at].trim_matches('`').to_owned()));
    kept.filter(|[code, ..]| code == wanted).collect()
}

/// Types every command that the table prints for a code, with a shell and `curl` where they are, and without.
async fn obtain(code: &str) {
    let rows = rows(code);
    assert!(!rows.is_empty(), "{code} is not in the table");
    let world = World::start().await;
    for [code, status, message, command] in rows {
        let reply = typed(&world, &command).await;
        assert_eq!(
            told(&reply.text),
            [code.as_str(), message.as_str()],
            "{command}\n{}",
            reply.text
        );
        assert_eq!(reply.status.as_str(), status, "{command}");
        if shell::has_curl() {
            let prelude = shell::blocks(DOCUMENT).swap_remove(0);
            let output = shell::run(&world, &format!("{prelude}\n{command}")).await;
            assert_eq!(told(&output), [code.as_str(), message.as_str()], "{command}\n{output}");
        }
    }
}

fn told(body: &str) -> [String; 2] {
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    let told =
        body.get("erreur").or(body.get("messageInformatif")).unwrap_or_else(|| panic!("{body}"));
    assert_eq!(
        told.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["code", "message", "horodatage"]
    );
    ["code", "message"].map(|key| told[key].as_str().unwrap().to_owned())
}

/// Sends what a command sends, without a shell.
async fn typed(world: &World, command: &str) -> Reply {
    let mut command = command;
    if let Some((order, rest)) =
        command.strip_prefix("panne ").and_then(|rest| rest.split_once(" && "))
    {
        let outcome: Value = serde_json::from_str(order.trim_matches('\'')).unwrap();
        let order = json!({ "match": { "api": "ficoba" }, "times": 1, "outcome": outcome });
        assert_eq!(world.console(Method::POST, "/admin/v1/faults", Some(order)).await.status, 201);
        command = rest;
    }
    let mut headers =
        vec!["X-Correlation-ID: 110e8400-e29b-11d4-a716-446655440000", "X-Request-ID: essai"];
    if let Some((ids, rest)) =
        command.strip_prefix("(ids=(").and_then(|rest| rest.split_once("); "))
    {
        headers = ids
            .split("-H ")
            .map(|header| header.trim().trim_matches('\''))
            .filter(|id| !id.is_empty())
            .collect();
        command = rest.trim_end_matches(')');
    }
    let words = words(command);
    let [verb, partner, arguments @ ..] = words.as_slice() else { panic!("{command}") };
    let caller = world.partner(partner).await;
    let base = "/fcb-masrestit/api/v2";
    let (method, path, body, options) = match (verb.as_str(), arguments) {
        ("sante", []) => (Method::GET, format!("{base}/etatSante"), String::new(), &[][..]),
        ("demande", [resource, body, options @ ..]) => {
            (Method::POST, format!("{base}/comptes/{resource}"), body.clone(), options)
        }
        ("ficoba", [resource, motif, criteria, options @ ..]) => {
            let siret = caller.siret();
            let body = format!(
                "{{\"dateDemande\":\"2026-11-20\",\"motif\":\"{motif}\",\"siretDemandeur\":\"{siret}\",\
                 \"justification\":\"essai\",\"criteresRecherche\":{criteria}}}"
            );
            (Method::POST, format!("{base}/comptes/{resource}"), body, options)
        }
        _ => panic!("{command}"),
    };
    let token = caller.obtain_token(partner, None).await;
    let request =
        caller.bare(method, &path).header("Authorization", format!("Bearer {token}")).body(body);
    let options = options.iter().filter(|option| *option != "-H").map(String::as_str);
    let headers = headers.into_iter().chain(options).map(|header| header.split_once(": ").unwrap());
    Reply::read(headers.fold(request, |request, (name, value)| request.header(name, value))).await
}

/// The words of a command; single quotes hold one together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in command.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Declares a test per code, named after it.
macro_rules! obtained {
    ($($test:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            obtain(stringify!($test).trim_start_matches("http_").to_uppercase().as_str()).await;
        }
    )+};
}

obtained! {
    cat001 cat002 cat003 cat004 cat005 cat006 cat007 cat008 cat009 cat010 cat011 cat012
    caf001 caf002 caf003 caf004 caf005 caf007 caf009 caf010 caf011 caf012 caf013 caf015 caf016 caf017 caf018 caf019 caf020
    caf021 caf022 caf023 caf024 caf025 caf026 caf027 caf028 caf029 caf030 caf031 caf032 caf033 caf034 caf035 caf036 caf037
    caf038 caf039 caf040 caf041
    http_400 http_401 http_403 http_406 http_408 http_429 http_500 http_503 http_509
}

/// Every way that the table prints.
fn ways() -> Vec<Way> {
    let way =
        |code, whose, command: &str| Way { code, about: None, whose, command: command.to_owned() };
    let naming =
        |code, label, whose, command: &str| Way { about: Some(label), ..way(code, whose, command) };
    // A scenario's number stands at the end of its SPI: CAT004 is 0004, 509 is 0509.
    let scenario = |code: &'static str| {
        let number: u64 = code.trim_start_matches("CAT").parse().unwrap();
        let spi = Spi::from_base(3_999_900_000 + number).unwrap();
        Way {
            command: CELINE.replace("3990000101192", spi.as_str()),
            ..way(code, "a scenario", "")
        }
    };
    let account = |bank: &str, branch: &str| {
        let iban =
            Iban::french(bank.parse().unwrap(), branch.parse().unwrap(), "09999999999").unwrap();
        format!(
            "ficoba editeur-demo numCpte 0020 '{{\"iban\":\"{iban}\",\"verificationCompte\":\"0\"}}'"
        )
    };
    let per_phy = |criteria: &str| format!("ficoba editeur-demo perPhy 0020 '{criteria}'");
    let savings = |criteria: &str| format!("ficoba banque-horizon multiDet 0021 '{criteria}'");
    let envelope = |envelope: &str| {
        format!(
            "demande editeur-demo spi '{{{envelope},\"justification\":\"essai\",\"criteresRecherche\":{{\"numeroSPI\":\"3990000101192\"}}}}'"
        )
    };
    vec![
        scenario("CAT001"),
        way("CAT002", "", "demande editeur-demo numCpte '{\"motif\":0020}'"),
        scenario("CAT003"),
        scenario("CAT004"),
        way("CAT004", "an ordered fault", &format!("panne '{{\"code\":\"CAT004\"}}' && {CELINE}")),
        way("CAT005", "an ordered fault", &format!("panne '{{\"code\":\"CAT005\"}}' && {CELINE}")),
        scenario("CAT006"),
        scenario("CAT007"),
        scenario("CAT008"),
        scenario("CAT009"),
        scenario("CAT010"),
        scenario("CAT011"),
        way("CAT012", "an ordered fault", &format!("panne '{{\"code\":\"CAT012\"}}' && {CELINE}")),
        naming(
            "CAF001",
            "Motif",
            "",
            &envelope(r#""dateDemande":"2026-11-20","siretDemandeur":"20999001900017""#),
        ),
        naming("CAF001", "Numéro SPI", "", "ficoba editeur-demo spi 0020 '{\"numeroSPI\":\"\"}'"),
        naming(
            "CAF002",
            "Mois de naissance",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985","moisNaissance":"13"}}"#,
            ),
        ),
        naming(
            "CAF002",
            "IBAN",
            "",
            r#"ficoba editeur-demo numCpte 0020 '{"iban":"FR0099010000010000010100185","verificationCompte":"0"}'"#,
        ),
        naming(
            "CAF002",
            "Identifiant de corrélation",
            "",
            &format!("(ids=(-H 'X-Correlation-ID: 1'); {CELINE})"),
        ),
        way("CAF003", "", &CELINE.replace("0020", "9999")),
        way("CAF004", "", "ficoba editeur-demo spi 0020 '{\"numeroSPI\":\"399000010119\"}'"),
        way("CAF005", "", "ficoba editeur-demo spi 0020 '{\"numeroSPI\":\"4990000101192\"}'"),
        way(
            "CAF007",
            "`sans-compte`",
            "ficoba editeur-demo spi 0020 '{\"numeroSPI\":\"3990000601181\"}'",
        ),
        way(
            "CAF009",
            "`societe-sans-compte`",
            "ficoba editeur-demo siretSiren 0020 '{\"siren\":\"209007012\"}'",
        ),
        way(
            "CAF010",
            "`sarl-simple`",
            "ficoba editeur-demo siretSiren 0020 '{\"siren\":\"209001015\",\"siret\":\"20900101500012\"}'",
        ),
        way("CAF011", "nobody's values", &account("99010", "00001")),
        way(
            "CAF012",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985","anneeNaissanceDebut":"1985","anneeNaissanceFin":"1985"}}"#,
            ),
        ),
        way(
            "CAF013",
            "`sans-compte`",
            &per_phy(
                r#"{"etatCivil":{"nom":"DESAUBRAC","prenoms":"IRENE","anneeNaissance":"1966"}}"#,
            ),
        ),
        way(
            "CAF015",
            "nobody's values",
            "ficoba editeur-demo perPro 0020 '{\"designation\":{\"raisonSociale\":\"AUCUNE SOCIETE\"}}'",
        ),
        way(
            "CAF016",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"domiciliation":{"codePays":"99109"}}"#,
            ),
        ),
        way(
            "CAF017",
            "`sarl-simple`",
            &savings(&saver(
                "101",
                "0",
                "0",
                "1",
                r#","criteresSiretSiren":{"siren":"209001015"}"#,
            )),
        ),
        way(
            "CAF018",
            "`sarl-simple`",
            &savings(&saver(
                "201",
                "1",
                "0",
                "1",
                r#","criteresSiretSiren":{"siren":"209001015"}"#,
            )),
        ),
        way(
            "CAF018",
            "`sarl-simple`",
            &savings(&saver(
                "201",
                "0",
                "0",
                "0",
                r#","criteresSiretSiren":{"siren":"209001015"}"#,
            )),
        ),
        way(
            "CAF019",
            "`sarl-simple`",
            &savings(&saver(
                "201",
                "1",
                "0",
                "0",
                r#","criteresSiretSiren":{"siren":"209001015"}"#,
            )),
        ),
        way(
            "CAF020",
            "`sarl-simple`",
            &savings(&saver(
                "201",
                "0",
                "0",
                "1",
                r#","criteresSiretSiren":{"siren":"209001015"}"#,
            )),
        ),
        way(
            "CAF021",
            "`comptes-clos`",
            r#"ficoba tresorerie-recouvrement perPhy 0001 '{"etatCivil":{"nom":"TOURNECOQ","anneeNaissance":"1951"}}'"#,
        ),
        way("CAF022", "nobody's values", &account("99999", "00001")),
        way("CAF023", "nobody's values", &account("99010", "99999")),
        way(
            "CAF024",
            "",
            &envelope(
                r#""dateDemande":"2099-01-01","motif":"0020","siretDemandeur":"20999001900017""#,
            ),
        ),
        way(
            "CAF025",
            "`celine-simple`",
            r#"ficoba caf-verification-iban verifIban 0100 '{"iban":"FR7699010000010000010100185","recherchePP":"1","recherchePM":"1","rechercheSirenSiret":"0"}'"#,
        ),
        way(
            "CAF026",
            "`compte-orphelin`",
            r#"ficoba editeur-demo numCpte 0020 '{"iban":"FR7699010000010000900100114","verificationCompte":"0"}'"#,
        ),
        way(
            "CAF027",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"lieuNaissance":{"codePaysNaissance":"99109","codeDepartementNaissance":"38"}}"#,
            ),
        ),
        way(
            "CAF028",
            "`adresse-differente`",
            &per_phy(
                r#"{"etatCivil":{"nom":"CASTAGNEDE","anneeNaissance":"1986"},"domiciliation":{"codePays":"99100","codeDepartement":"83"}}"#,
            ),
        ),
        way(
            "CAF029",
            "`adresse-differente`",
            &per_phy(
                r#"{"etatCivil":{"nom":"CASTAGNEDE","anneeNaissance":"1986"},"domiciliation":{"codePays":"99100","codeDepartement":"74"}}"#,
            ),
        ),
        way(
            "CAF030",
            "",
            &envelope(
                r#""dateDemande":"2026-11-20","motif":"0020","siretDemandeur":"20999002700010""#,
            ),
        ),
        way("CAF031", "", &CELINE.replace("0020", "0021")),
        way(
            "CAF032",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissanceDebut":"1984","anneeNaissanceFin":"1985"}}"#,
            ),
        ),
        way(
            "CAF033",
            "",
            &envelope(
                r#""dateDemande":"2010-01-01","motif":"0020","siretDemandeur":"20999001900017""#,
            ),
        ),
        way(
            "CAF034",
            "`sarl-simple`",
            &savings(&saver(
                "999",
                "0",
                "0",
                "1",
                r#","criteresSiretSiren":{"siren":"209001015"}"#,
            )),
        ),
        way(
            "CAF035",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"38"}}"#,
            ),
        ),
        way(
            "CAF036",
            "`trop-de-reponses`",
            &per_phy(r#"{"etatCivil":{"nom":"CASTELMORON","anneeNaissance":"1970"}}"#),
        ),
        way(
            "CAF037",
            "`paul-multicomptes`",
            r#"ficoba banque-horizon numCpte 0022 '{"iban":"FR7699020000010000020100286","verificationCompte":"0"}'"#,
        ),
        way(
            "CAF038",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"lieuNaissance":{"codePaysNaissance":"99999"}}"#,
            ),
        ),
        way(
            "CAF039",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"lieuNaissance":{"codePaysNaissance":"99100","codeDepartementNaissance":"38","codeCommuneNaissance":"999"}}"#,
            ),
        ),
        way(
            "CAF040",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"domiciliation":{"codePays":"99999"}}"#,
            ),
        ),
        way(
            "CAF041",
            "`celine-simple`",
            &per_phy(
                r#"{"etatCivil":{"nom":"VALBRUNE","anneeNaissance":"1985"},"domiciliation":{"codePays":"99100","codeDepartement":"38","codeCommune":"999"}}"#,
            ),
        ),
        ordered_status("400"),
        naming(
            "400",
            "Nombre incorrect de paramètres",
            "an ordered fault",
            &format!(
                r#"panne '{{"status":400,"message":"Nombre incorrect de paramètres"}}' && {CELINE}"#
            ),
        ),
        ordered_status("401"),
        ordered_status("403"),
        way("406", "`celine-simple`", &format!("{CELINE} -H 'Accept: application/xml'")),
        scenario("408"),
        ordered_status("429"),
        scenario("500"),
        scenario("503"),
        way("503", "an ordered fault", "panne '{\"code\":\"CAT001\"}' && sante editeur-demo"),
        scenario("509"),
    ]
}

/// An HTTP status of 18.1 that nothing here gives but an order.
fn ordered_status(status: &'static str) -> Way {
    let command = format!(r#"panne '{{"status":{status}}}' && {CELINE}"#);
    Way { code: status, about: None, whose: "an ordered fault", command }
}

/// The criteria of multiDet: a nature, the three indicators, and the rest.
fn saver(nature: &str, person: &str, company: &str, number: &str, rest: &str) -> String {
    format!(
        "{{\"accordClient\":\"1\",\"codeNatureCompte\":\"{nature}\",\"recherchePP\":\"{person}\",\"recherchePM\":\"{company}\",\
         \"rechercheSIRENSIRET\":\"{number}\"{rest}}}"
    )
}

const CELINE: &str = "ficoba editeur-demo spi 0020 '{\"numeroSPI\":\"3990000101192\"}'";
