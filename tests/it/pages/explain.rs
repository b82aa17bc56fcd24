//! A token explained: what it says, what each control would say of it, and that nobody keeps it.

use reqwest::Method;

use super::browser::Browser;
use crate::harness::World;

#[tokio::test]
async fn a_token_is_explained_control_by_control_and_kept_nowhere() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let token = partner.obtain_token("editeur-demo", None).await;
    let narrow = partner.obtain_token("editeur-demo", Some("dgfip_ficoba_iban")).await;
    let browser = Browser::on(&world);
    let form = browser.open("/jeton").await.token();
    let before = world.last_entry().await["sequence"].clone();
    let explain = async |token: &str, api: &str| {
        browser.post("/jeton", &form, &[("jeton", token), ("api", api)]).await
    };
    let good = explain(&format!("Bearer {token}"), "ficoba").await;
    assert_eq!(good.status, 200);
    good.says(&[
        "accepté",
        "Application de editeur-demo",
        "Identité accord",
        "Droits accord",
        "dans la minute en cours",
        "fin de validité",
        "client_id",
    ]);
    assert!(!good.html.contains(&token) && !good.html.contains(token.rsplit('.').next().unwrap()));
    good.says(&[
        "La passerelle accepte ce jeton pour un appel à FICOBA.",
        "Restitution : tout ce que",
    ]);
    explain(&token, "sfip").await.says(&[
        "refusé",
        "Le jeton est valable, mais un appel à SFiP serait refusé par le contrôle « Droits »",
    ]);
    explain(&narrow, "ficoba").await.says(&[
        "Restitution réduite par les scopes du jeton : multi-détention : IBAN, et rien d'autre",
    ]);
    let forged = format!("{}x", &token[..token.len() - 4]);
    explain(&forged, "ficoba").await.says(&["refusé", "Identifiant technique refus", "client_id"]);
    explain("opaque", "r2p").await.says(&["refusé", "n'est pas un JWT lisible"]);
    explain("<script>alert(1)</script>", "x").await.says(&["refusé"]);
    assert_eq!(explain("  ", "ficoba").await.status, 422);
    world
        .console(
            Method::PATCH,
            "/admin/v1/conventions/editeur-demo",
            Some(serde_json::json!({ "state": "suspended" })),
        )
        .await;
    explain(&token, "ficoba").await.says(&[
        "un appel à FICOBA serait refusé par le contrôle « Identité »",
        "Identité refus",
        "Droits sans verdict",
    ]);
    assert_eq!(world.last_entry().await["sequence"], before, "nothing is journalled");
}
