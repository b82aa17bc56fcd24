//! Every form of every page: none is taken without our mark, and script typed in any field stays text.

use std::collections::BTreeMap;

use reqwest::Method;

use super::browser::{Browser, Seen, unescaped};
use crate::harness::World;

/// Pages with forms of every kind.
const PAGES: [&str; 13] = [
    "/",
    "/partenaires/editeur-demo",
    "/donnees?q=valbrune",
    "/donnees/personas/celine-simple",
    "/donnees/fiches/FR7699010000010000010100185",
    "/journal",
    "/journal/vider",
    "/incidents",
    "/incidents/remise-a-zero",
    "/recette/editeur-demo",
    "/essai",
    "/jeton",
    "/api",
];

const SCRIPT: &str = "\"'></textarea><script>alert(1)</script><img src=x onerror=alert(1)>";

/// A form as its page writes it.
struct Form {
    action: String,
    posts: bool,
    /// Whether it carries our mark.
    marked: bool,
    /// Its fields, with the values that they have on the page; a button's first value.
    fields: BTreeMap<String, String>,
}

fn forms(page: &Seen) -> Vec<Form> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(unescaped(rest.split('"').next()?))
    };
    let form = |html: &str| {
        let (tag, _) = html.split_once('>').unwrap();
        let tag = format!(" {tag}");
        let body = html.split("</form>").next().unwrap();
        let tags = body.split('<').map(|piece| piece.split('>').next().unwrap());
        let mut fields = BTreeMap::new();
        for tag in tags.filter(|tag| {
            ["input ", "select ", "textarea ", "button "].iter().any(|one| tag.starts_with(one))
        }) {
            if let Some(name) = attribute(tag, "name") {
                fields.entry(name).or_insert(attribute(tag, "value").unwrap_or_default());
            }
        }
        let marked = fields.remove("jeton_formulaire").is_some();
        let posts = attribute(&tag, "method").as_deref() == Some("post");
        Form { action: attribute(&tag, "action").unwrap(), posts, marked, fields }
    };
    page.html.split("<form").skip(1).map(form).collect()
}

async fn world() -> (World, Browser) {
    let world = World::start().await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    let fault = [("effet", "statut"), ("statut", "503"), ("fois", "")];
    browser.submit("/incidents", "/incidents/commandes", &fault).await;
    (world, browser)
}

#[tokio::test]
async fn every_form_that_changes_something_carries_our_mark_and_is_refused_without_it() {
    let (_world, browser) = world().await;
    let mut seen = Vec::new();
    for path in PAGES {
        let page = browser.open(path).await;
        for form in forms(&page) {
            assert_eq!(form.marked, form.posts, "{path}: {}", form.action);
            if form.posts {
                let fields: Vec<_> = form
                    .fields
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                let refused = browser.post(&form.action, "forged", &fields).await;
                assert_eq!(refused.status, 403, "{path}: {}", form.action);
                seen.push(form.action);
            }
        }
    }
    for action in
        ["/essai", "/journal/vider", "/incidents/horloge", "/incidents/commandes/f1/retrait"]
    {
        assert!(seen.iter().any(|one| one == action), "{action} among {seen:?}");
    }
    assert!(seen.len() > 12, "{seen:?}");
    browser.open("/incidents").await.says(&["jusqu'au retrait"]); // nothing of it was done
}

#[tokio::test]
async fn script_in_any_field_of_any_form_stays_text() {
    let (_world, browser) = world().await;
    let mut tried = 0;
    for path in PAGES {
        for form in forms(&browser.open(path).await) {
            for name in form.fields.keys() {
                let fields = form
                    .fields
                    .iter()
                    .map(|(one, value)| (one, if one == name { SCRIPT } else { value }));
                let fields: Vec<_> = fields.map(|(name, value)| (name.as_str(), value)).collect();
                let answer = if form.posts {
                    let token = browser.open("/journal/vider").await.token();
                    browser.post(&form.action, &token, &fields).await
                } else {
                    browser.send(browser.request(Method::GET, &form.action).query(&fields)).await
                };
                assert!(
                    answer.status.as_u16() < 500,
                    "{path}: {} {name}: {}",
                    form.action,
                    answer.text()
                );
                let whole = format!("{:?}{}", answer.headers, answer.html);
                assert!(
                    !whole.contains("<script>alert") && !whole.contains("<img src=x"),
                    "{path}: {} {name}",
                    form.action
                );
                for page in [path, "/journal", "/incidents", "/"] {
                    let shown = browser.open(page).await;
                    assert!(
                        !shown.html.contains("<script>alert"),
                        "{page} after {} {name}",
                        form.action
                    );
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried} fields");
}
