//! The French that people read: on every page that a visitor can reach, and in reports, no English word, no space that lets a
//! line begin with a sign, no number that disagrees with its noun.

use std::collections::{BTreeSet, VecDeque};

use reqwest::Method;
use serde_json::json;

use super::browser::{Browser, unescaped};
use crate::{
    console::HEALTH,
    harness::{Partner, World},
};

/// Pages and reports of a world in which one of everything happened, then two of most things.
#[tokio::test(flavor = "multi_thread")]
async fn pages_and_reports_are_written_in_french() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let mut found = BTreeSet::new();
    once(&world, &partner).await;
    let browser = Browser::on(&world);
    for path in ["/", "/journal", "/incidents", "/recette", "/recette/editeur-demo", "/partenaires"]
    {
        found.extend(faults(path, &browser.open(path).await.html));
    }
    found.extend(reports(&world).await);
    once(&world, &partner).await;
    mistakes(&world, &partner).await;
    found.extend(crawl(&browser).await);
    found.extend(reports(&world).await);
    let told: Vec<_> = found.into_iter().collect();
    assert!(told.is_empty(), "{} faults:\n{}", told.len(), told.join("\n"));
}

/// A call, an order that strikes once, and one that stands.
async fn once(world: &World, partner: &Partner) {
    partner.get(HEALTH).await;
    for outcome in [json!({ "code": "CAT004" }), json!({ "status": 503, "retry_after": 1 })] {
        world.order(Method::POST, "faults", Some(json!({ "times": 1, "outcome": outcome }))).await;
        partner.get(HEALTH).await;
    }
    let standing = json!({ "match": { "partner": "commune-valmont" }, "times": 1, "outcome": { "html": true } });
    world.order(Method::POST, "faults", Some(standing)).await;
}

/// Calls that the gateway, the token endpoint and the APIs refuse.
async fn mistakes(world: &World, partner: &Partner) {
    let stranger = world.caller("editeur-demo");
    for path in ["/", "/rien", "/fcb-masrestit/api/v2/rien", HEALTH] {
        stranger.get(path).await;
        partner.get(path).await;
    }
    for body in [json!({}), json!({ "motif": "9999" }), json!([])] {
        partner
            .request(Method::POST, "/fcb-masrestit/api/v2/comptes/numCpte")
            .json(&body)
            .send()
            .await
            .unwrap();
    }
    for partner in ["commune-valmont", "cellule-fraude"] {
        world.partner(partner).await.get(HEALTH).await;
    }
}

/// What is wrong on the pages that links lead to, from the first one on.
async fn crawl(browser: &Browser) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut queue = VecDeque::from(["/".to_owned()]);
    for more in [
        "/journal/vider",
        "/incidents/remise-a-zero",
        "/rien",
        "/incidents/horloge",
        "/donnees?q=zzz",
        "/journal?status=x",
    ] {
        queue.push_back(more.to_owned());
    }
    while let Some(path) = queue.pop_front() {
        let page = browser.visit(&path).await;
        if !page.html.starts_with("<!doctype html>") {
            continue;
        }
        found.extend(faults(&path, &page.html));
        for link in links(&page.html) {
            if seen.len() < MOST_PAGES && seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    assert!(seen.len() > 150, "{} pages", seen.len());
    found
}

async fn reports(world: &World) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for partner in ["editeur-demo", "commune-valmont", "cellule-fraude"] {
        for format in ["html", "markdown"] {
            let path = format!("/admin/v1/recette/report?partner={partner}&format={format}");
            let text = world.console(Method::GET, &path, None).await.text;
            let html = match format {
                "html" => text,
                _ => markdown(&text),
            };
            found.extend(faults(&format!("{partner}.{format}"), &html));
        }
    }
    found
}

/// Markdown as the little HTML that the checks read: its code is code, its lines are paragraphs; its spaces are not typeset.
fn markdown(text: &str) -> String {
    let line = |line: &str| {
        let mut html = String::new();
        for (at, piece) in line.split('`').enumerate() {
            let tag = if at % 2 == 1 { ["<code>", "</code>"] } else { ["", ""] };
            html.push_str(
                &[tag[0], &piece.replace('|', "<p>").replace(['*', '#'], ""), tag[1]].concat(),
            );
        }
        format!("<p>{}</p>", bacasable::domain::typography::unbroken_html(&html))
    };
    text.lines().map(line).collect()
}

fn links(html: &str) -> Vec<String> {
    let all = html.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
    let path = |link: &str| format!("/{}", unescaped(link).split('#').next().unwrap_or_default());
    let elsewhere = ["/admin/", "/assets/", "/certs/", "/openapi/", "/fragments/", "/incidents?"];
    let is_page = |path: &String| {
        !path.contains(".csv") && !elsewhere.iter().any(|one| path.starts_with(one))
    };
    all.map(path).filter(is_page).collect()
}

/// What is wrong with the French of a page.
fn faults(path: &str, html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in prose(html) {
        let own = unquoted(&text);
        let wrong = [english(&own), spaces(&own), numbers(&text)].into_iter().flatten();
        found.extend(wrong.map(|why| format!("{path}: {why}: {text}")));
    }
    found
}

/// The texts of a page, block by block: what is code or said to be of another language stands as `•`.
fn prose(html: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block = String::new();
    let mut skipped: Option<(String, usize)> = None;
    let html = html.split_once("<body").map_or(html, |(_, body)| body);
    for piece in html.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        let closes = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        match &mut skipped {
            Some((skipping, depth)) if skipping == name => {
                *depth = if closes { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    skipped = None;
                    block.push_str(&unescaped(text));
                }
                continue;
            }
            Some(_) => continue,
            None => {}
        }
        if !INLINE.contains(&name) {
            blocks.push(std::mem::take(&mut block));
        }
        let is_other = VERBATIM.contains(&name) || tag.contains("lang=\"en\"");
        if is_other && !closes && !VOID.contains(&name) {
            skipped = Some((name.to_owned(), 1));
            block.push('•');
        } else {
            block.push_str(&unescaped(text));
        }
        for attribute in ["aria-label", "title", "placeholder", "alt"] {
            if let Some((_, rest)) = tag.split_once(&format!(" {attribute}=\"")) {
                let said = unescaped(rest.split('"').next().unwrap_or_default());
                blocks.push(bacasable::domain::typography::unbroken(&said));
            }
        }
    }
    blocks.push(block);
    let tidy = |text: String| {
        text.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    blocks.into_iter().map(tidy).filter(|text| !text.is_empty()).collect()
}

/// A text without what it quotes: headers and messages as they are on the wire.
fn unquoted(text: &str) -> String {
    let mut own = String::new();
    for (at, piece) in text.split('«').enumerate() {
        match piece.split_once('»') {
            Some((quoted, rest)) if at > 0 => {
                let ends = |wanted: Option<char>| wanted.filter(|c| " \u{a0}\u{202f}".contains(*c));
                own.push('«');
                own.extend(ends(quoted.chars().next()));
                own.push('•');
                own.extend(ends(quoted.chars().next_back()));
                own.push('»');
                own.push_str(rest);
            }
            _ => own.push_str(piece),
        }
    }
    own
}

/// An English word.
fn english(text: &str) -> Option<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || "'-_./".contains(c)));
    let found = words.into_iter().find(|word| ENGLISH.contains(&word.to_lowercase().as_str()))?;
    Some(format!("« {found} » is English"))
}

/// A sign that a line may begin with, or that stands without its space.
fn spaces(text: &str) -> Option<String> {
    let all: Vec<char> = text.chars().collect();
    for (at, &sign) in all.iter().enumerate() {
        let (before, after) = (at.checked_sub(1).map(|at| all[at]), all.get(at + 1).copied());
        let ends = after.is_none_or(|after| after == ' ');
        let wrong = match sign {
            '»' | '?' | '!' | ';' | '%' => {
                before == Some(' ') || (ends && before.is_some_and(char::is_alphanumeric))
            }
            ':' => before == Some(' ') || (ends && before.is_some_and(char::is_alphanumeric)),
            '«' => !matches!(after, None | Some('\u{a0}' | '\u{202f}')),
            _ => false,
        };
        if wrong {
            return Some(format!("the space at « {sign} »"));
        }
    }
    None
}

/// A number and a noun that do not agree: 0 and 1 are singular.
fn numbers(text: &str) -> Option<String> {
    let words: Vec<_> = text.split([' ', '\u{a0}', '\u{202f}']).collect();
    for (at, pair) in words.windows(2).enumerate() {
        let Ok(number) = pair[0].trim_start_matches('(').parse::<u64>() else { continue };
        let before = at.checked_sub(1).map(|at| words[at].trim_start_matches('('));
        if pair[0].len() == 3 && before.is_some_and(|before| before.parse::<u64>().is_ok()) {
            continue; // the end of a number of thousands
        }
        let noun: String = pair[1].chars().take_while(|c| c.is_alphabetic()).collect();
        let is_plural = noun.ends_with('s') && !INVARIABLE.contains(&noun.as_str());
        let is_singular = NOUNS.contains(&noun.as_str());
        if (number < 2 && is_plural && noun.len() > 2) || (number >= 2 && is_singular) {
            return Some(format!("« {} {noun} »", pair[0]));
        }
    }
    None
}

#[test]
fn the_checks_find_what_they_are_for() {
    let wrong = |html: &str| !faults("x", &format!("<body><p>{html}</p>")).is_empty();
    for html in [
        "expected a number",
        "Quota : <strong>1</strong> appels",
        "0 entrées",
        "2 appel par minute",
        "Où ?",
        "Où?",
        "fin :",
        "«\u{a0}mot »",
        "<span title=\"unknown partner\">x</span>",
    ] {
        assert!(wrong(html), "{html}");
    }
    for html in [
        "1 appel, 2 appels, 1 fois, 0 refus",
        "Où\u{a0}?",
        "10:30, <code>a: the b</code>",
        "<q lang=\"en\">Invalid Credentials of <b>the</b> caller</q>\u{a0}: refusé",
        "«\u{a0}mot\u{a0}»",
    ] {
        assert!(!wrong(html), "{html}");
    }
}

const INLINE: [&str; 14] = [
    "a", "abbr", "b", "code", "em", "i", "q", "samp", "small", "span", "strong", "sub", "sup",
    "time",
];
const VERBATIM: [&str; 7] = ["code", "pre", "script", "style", "textarea", "samp", "option"];
const VOID: [&str; 4] = ["input", "br", "img", "hr"];

/// Words of English that are none of French, nor of the protocols' names that French texts use.
const ENGLISH: [&str; 57] = [
    "the", "of", "is", "are", "was", "were", "be", "been", "has", "have", "had", "with", "without",
    "and", "not", "this", "that", "these", "which", "from", "for", "must", "should", "when",
    "where", "expected", "unknown", "missing", "wrong", "error", "failure", "invalid", "call",
    "calls", "answer", "fault", "faults", "delayed", "dropped", "by", "at", "it", "to", "no",
    "yes", "or-else", "found", "cannot", "does", "only", "other", "first", "last", "name", "key",
    "value", "in",
];

/// Nouns that are counted, in the singular.
const NOUNS: [&str; 34] = [
    "appel",
    "adresse",
    "caractère",
    "certificat",
    "compte",
    "connexion",
    "contrôle",
    "convention",
    "critère",
    "demande",
    "décision",
    "entrée",
    "heure",
    "incident",
    "jeton",
    "jour",
    "minute",
    "motif",
    "octet",
    "partenaire",
    "personne",
    "persona",
    "point",
    "question",
    "requête",
    "règle",
    "réponse",
    "scope",
    "seconde",
    "société",
    "valeur",
    "conforme",
    "titulaire",
    "page",
];

/// Words in -s that are singular too.
const INVARIABLE: [&str; 11] =
    ["accès", "cas", "dans", "depuis", "fois", "mois", "pas", "plus", "refus", "sans", "sous"];

/// Pages that are read.
const MOST_PAGES: usize = 400;

/// One rule for every hour that a page shows: that of Paris, with UTC in its title.
#[test]
fn every_hour_of_a_page_is_that_of_paris_and_its_title_says_utc() {
    fn templates(folder: &std::path::Path, all: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                templates(&path, all);
            } else if !path.ends_with("recette/report.html") {
                all.push(path); // the report is no page: it is printed, and says that its hours are those of Paris
            }
        }
    }
    let (mut all, mut hours) = (Vec::new(), 0);
    templates(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut all);
    for path in all {
        let (shown, text) = (path.display(), std::fs::read_to_string(&path).unwrap());
        assert!(!text.contains("UTC"), "{shown} says UTC: a title says it, by `utc()`");
        for time in text.split("<time ").skip(1) {
            let tag = time.split("\">").next().unwrap();
            assert!(tag.contains("datetime=") && tag.contains(".utc()"), "{shown}: {tag}");
            hours += 1;
        }
    }
    assert!(hours > 8, "{hours}");
}
