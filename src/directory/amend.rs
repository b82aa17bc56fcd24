//! Changing a convention at run time: a merge patch (RFC 7396) on what its file says, judged as a whole by the rules of
//! the file.
//!
//! Three members stand beside the file's own: `state` imposes one whatever the dates say (null: the dates decide again), and
//! those of [`spread`].

use serde_json::{Map, Value, json};

use super::{
    Convention, Directory, State, file,
    rivals::{self, Rivalry},
    spread,
    written::File,
};
use crate::{
    fixtures::{self, Wrong},
    rights::ApiId,
};

impl Directory {
    /// The same directory, in which the convention of this id is changed as the patch says; nothing when there is none.
    /// `written` has the conventions as their files do.
    ///
    /// # Errors
    /// Everything wrong with the patch.
    pub fn amended(
        &self,
        id: &str,
        patch: Map<String, Value>,
        written: &Self,
    ) -> Option<Result<Self, Vec<Wrong>>> {
        let convention = self.convention(id)?;
        let written = written.convention(id).map(AsRef::as_ref);
        Some(amended(convention, patch, written).and_then(|amended| {
            // Behind the others, so that what it shares with one of them is its own fault.
            let others = self.iter().filter(|one| one.id != id).map(AsRef::as_ref);
            let all: Vec<&Convention> = others.chain([&amended]).collect();
            let wrong: Vec<_> = rivals::among(&all).into_iter().map(Wrong::from).collect();
            if wrong.is_empty() { Ok(self.with(amended)) } else { Err(wrong) }
        }))
    }
}

impl From<Rivalry> for Wrong {
    fn from(rivalry: Rivalry) -> Self {
        let Rivalry { key, message, .. } = rivalry;
        Self::at(format!("/{}", key.replace('.', "/")), message)
    }
}

impl Convention {
    /// What its file would say, without the secret of its application.
    pub fn described(&self) -> Value {
        let mut described = serde_json::to_value(File::new(self))
            .expect("a file is made of texts, numbers and lists");
        if let Some(application) = described["application"].as_object_mut() {
            application.remove("secret");
        }
        described
    }
}

fn amended(
    convention: &Convention,
    mut patch: Map<String, Value>,
    written: Option<&Convention>,
) -> Result<Convention, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut imposed = convention.life.imposed;
    if let Some(state) = patch.remove("state") {
        match serde_json::from_value::<Option<State>>(state) {
            Ok(state) => imposed = state,
            Err(error) => wrong.push(Wrong::at("/state", error.to_string())),
        }
    }
    if patch.get("id").is_some_and(|id| *id != convention.id) {
        wrong.push(Wrong::at("/id", "the id of a convention cannot be changed"));
    }
    let of_file = |api: ApiId| {
        let none = || format!("the convention's file has no quota of {api}: {}", spread::QUOTA);
        written.and_then(|written| written.quota(api)).map(Value::from).ok_or_else(none)
    };
    spread::quotas(convention, &mut patch, of_file, &mut wrong);
    spread::restored_quotas(&mut patch, of_file, &mut wrong);
    spread::scopes(convention, &mut patch, &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut written = serde_json::to_value(File::new(convention))
        .expect("a file is made of texts, numbers and lists");
    merge(&mut written, Value::Object(patch));
    let file: File = fixtures::from_value(written).map_err(|wrong| vec![wrong])?;
    let at = |(key, message): (String, String)| {
        Wrong::at(format!("/{}", key.replace('.', "/")), message)
    };
    let mut amended =
        file::check(file).map_err(|all| all.into_iter().map(at).collect::<Vec<_>>())?;
    amended.life.imposed = imposed;
    Ok(amended)
}

/// RFC 7396: members are merged, null removes, anything else replaces.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Some(members) = target.as_object_mut() else { return };
    for (name, value) in patch {
        if value.is_null() {
            if members.remove(&name).is_none() {
                members.insert(name, Value::Null); // whoever reads it knows whether there is such a member
            }
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        Directory::load(None).unwrap()
    }

    fn amend(id: &str, patch: Value) -> Result<Convention, Vec<Wrong>> {
        let Value::Object(patch) = patch else { panic!("an object") };
        let directory = directory();
        directory
            .amended(id, patch, &directory)
            .unwrap()
            .map(|amended| amended.convention(id).unwrap().as_ref().clone())
    }

    fn now() -> jiff::Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_convention_written_as_a_file_reads_as_itself() {
        for convention in directory().iter() {
            let again = amended(convention, Map::new(), None).unwrap();
            assert_eq!(format!("{again:?}"), format!("{convention:?}"));
            assert_eq!(again.application.secret, convention.application.secret);
            assert!(
                !convention.described().to_string().contains("secret"),
                "{}",
                convention.described()
            );
        }
    }

    #[test]
    fn the_days_of_a_certificate_outlive_a_change_of_something_else() {
        let rule = json!({"common_name": "x", "from": "2026-01-01", "until": "2026-03-29"});
        let once = amend("editeur-demo", json!({"certificates": [rule]})).unwrap();
        assert_eq!(once.described()["certificates"], json!([rule]));
        let twice =
            amended(&once, Map::from_iter([("title".to_owned(), json!("t"))]), None).unwrap();
        assert_eq!(twice.certificates, once.certificates);
    }

    #[test]
    fn the_keys_of_each_table_are_those_that_the_plug_of_the_api_declares() {
        for convention in directory().iter() {
            for (api, _) in convention.grants.iter() {
                let wrong = amend(&convention.id, json!({ api.as_str(): {"x": 1} })).unwrap_err();
                // "unknown field `x`, expected one of `quota`, ..."
                let expected: Vec<_> = wrong[0].message.split('`').skip(3).step_by(2).collect();
                let keys = api.plug().keys();
                let declared = keys.iter().map(|key| key.name);
                assert_eq!(expected, ["quota"].into_iter().chain(declared).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_state_is_imposed_and_taken_back() {
        let suspended = amend("editeur-demo", json!({"state": "suspended"})).unwrap();
        assert_eq!(suspended.life.state(now()), State::Suspended);
        let lapsed =
            amend("editeur-demo", json!({"life": {"homologation_until": "2026-06-30"}})).unwrap();
        assert_eq!(lapsed.life.state(now()), State::Suspended);
        assert!(
            lapsed.life.explain(now()).contains("homologation"),
            "{}",
            lapsed.life.explain(now())
        );
        let back = amend("partenaire-suspendu", json!({"state": "in-force"})).unwrap();
        assert_eq!(back.life.state(now()), State::InForce);
        assert_eq!(
            amended(&back, Map::from_iter([("state".to_owned(), Value::Null)]), None)
                .unwrap()
                .life
                .imposed,
            None
        );
    }

    #[test]
    fn null_for_what_is_absent_changes_nothing_and_for_what_nobody_knows_is_refused() {
        let before = directory().convention("commune-valmont").unwrap().described();
        for absent in [
            json!({ "ficoba": null }),
            json!({ "life": { "ended_on": null } }),
            json!({ "application": { "id_teleservice": null } }),
        ] {
            assert_eq!(
                amend("commune-valmont", absent.clone()).unwrap().described(),
                before,
                "{absent}"
            );
        }
        for (unknown, place) in [
            (json!({ "x": null }), "/x"),
            (json!({ "": null }), "/"),
            (json!({ "r2p": { "x": null } }), "/r2p/x"),
        ] {
            let wrong = amend("commune-valmont", unknown.clone()).unwrap_err();
            assert_eq!(wrong[0].pointer, place, "{unknown}");
        }
    }

    #[test]
    fn quotas_scopes_networks_and_tables_are_changed_as_one() {
        let patch = json!({
            "quotas": {"ficoba": 5, "r2p": 6},
            "scopes": ["dgfip_ficoba_iban", "api_r2p_resolution_spi"],
            "networks": ["192.0.2.7"],
            "ficoba": {"motifs": ["0020"]},
            "r2p": {"legal_basis": "autre", "modes": ["etat-civil-complet"]},
        });
        let amended = amend("editeur-demo", patch).unwrap();
        assert_eq!([ApiId::Ficoba, ApiId::R2p].map(|api| amended.quota(api)), [Some(5), Some(6)]);
        assert_eq!(amended.scopes(), ["api_r2p_resolution_spi", "dgfip_ficoba_iban"]);
        assert_eq!(amended.networks, ["192.0.2.7/32".parse().unwrap()]);
        assert_eq!(amended.grants.ficoba.unwrap().motifs.len(), 1);
        assert_eq!(
            amend("editeur-demo", json!({"ficoba": null})).unwrap().quota(ApiId::Ficoba),
            None
        );
    }

    #[test]
    fn a_quota_that_is_null_is_that_of_the_file_again() {
        let written = directory();
        let changed = json!({ "quotas": { "ficoba": 5, "r2p": 6 } });
        let patched = |directory: &Directory, patch: &Value| {
            directory.amended("editeur-demo", patch.as_object().unwrap().clone(), &written).unwrap()
        };
        let changed = patched(&written, &changed).unwrap();
        for (patch, quotas) in [
            (json!({ "quotas": null }), [Some(750), Some(1000)]),
            (json!({ "quotas": { "r2p": null } }), [Some(5), Some(1000)]),
            (json!({ "quotas": { "r2p": null, "ficoba": 7 } }), [Some(7), Some(1000)]),
            (json!({ "quotas": { "sfip": null } }), [Some(5), Some(6)]),
            (json!({ "ficoba": { "quota": null } }), [Some(750), Some(6)]),
        ] {
            let patched = patched(&changed, &patch).unwrap();
            let convention = patched.convention("editeur-demo").unwrap();
            assert_eq!(
                [ApiId::Ficoba, ApiId::R2p].map(|api| convention.quota(api)),
                quotas,
                "{patch}"
            );
        }
        let sfip = written.convention("banque-lep").unwrap().described()["sfip"].clone();
        let opened = patched(&changed, &json!({ "sfip": sfip })).unwrap();
        for (patch, place) in [
            (json!({ "quotas": { "sfip": null } }), "/quotas/sfip"),
            (json!({ "quotas": null }), "/quotas"),
            (json!({ "sfip": { "quota": null } }), "/sfip/quota"),
            (json!({ "quotas": { "x": null } }), "/quotas/x"),
        ] {
            let wrong = patched(&opened, &patch).unwrap_err();
            assert_eq!(wrong[0].pointer, place, "{patch}: {wrong:?}");
        }
        let wrong = patched(&opened, &json!({ "quotas": null })).unwrap_err();
        assert!(wrong[0].message.contains("file has no quota of sfip"), "{wrong:?}");
    }

    #[test]
    fn what_the_file_could_not_say_is_refused_with_its_place() {
        for (patch, pointers) in [
            (json!({"quota": 5}), vec!["/quota"]),
            (json!({"state": "closed"}), vec!["/state"]),
            (json!({"id": "other"}), vec!["/id"]),
            (json!({"siret": "123"}), vec!["/siret"]),
            (
                json!({"networks": ["300.0.0.1"], "application": {"key": "a:b"}}),
                vec!["/networks", "/application/key"],
            ),
            (json!({"networks": "127.0.0.1"}), vec!["/networks"]),
            (json!({"quotas": {"ficoba": 0}}), vec!["/quotas/ficoba"]),
            (json!({"quotas": {"sfip": 5}}), vec!["/quotas/sfip"]),
            (json!({"quotas": {"ficoba": 5}, "ficoba": {"quota": 6}}), vec!["/quotas/ficoba"]),
            (json!({"quotas": 5}), vec!["/quotas"]),
            (json!({"scopes": ["openid"]}), vec!["/scopes/0"]),
            (json!({"ficoba": {"motifs": ["abc"]}}), vec!["/ficoba/motifs"]),
            (json!({"ficoba": {"modalities": ["iban", "phone"]}}), vec!["/ficoba/modalities/1"]),
            (json!({"ficoba": ["x"]}), vec!["/ficoba"]),
            (json!({"r2p": {"legal_basis": "autre"}}), vec!["/r2p/modes", "/r2p/modes"]),
            (json!({"life": {"notice_on": "2026-02-30"}}), vec!["/life/notice_on"]),
            (json!({"life": {"begun": "2026-02-20"}}), vec!["/life/begun"]),
            (json!({"application": {"key": "cellule-fraude"}}), vec!["/application/key"]),
            (json!({"certificates": [{"common_name": "cellule-fraude"}]}), vec!["/certificates"]),
            (
                json!({"certificates": [{"common_name": "x"}, {"subject": "CN=cellule-fraude,O=x"}]}),
                vec!["/certificates"],
            ),
            (json!({"organisation": ""}), vec!["/organisation"]),
            (json!({"organisation": " \t"}), vec!["/organisation"]),
            (json!({"organisation": "a\u{0}b"}), vec!["/organisation"]),
            (json!({"organisation": "a\nrm -rf b"}), vec!["/organisation"]),
            (json!({"organisation": "a\u{202e}b"}), vec!["/organisation"]),
            (json!({"organisation": "x".repeat(900_000)}), vec!["/organisation"]),
            (json!({"title": ""}), vec!["/title"]),
            (json!({"title": "a\u{1b}[2J"}), vec!["/title"]),
            (json!({"application": {"secret": ""}}), vec!["/application/secret"]),
            (json!({"application": {"secret": "é"}}), vec!["/application/secret"]),
            (json!({"application": {"key": "x".repeat(900_000)}}), vec!["/application/key"]),
            (json!({"application": {"name": "\r"}}), vec!["/application/name"]),
            (
                json!({"application": {"id_teleservice": "a\r\nb"}}),
                vec!["/application/id_teleservice"],
            ),
            (json!({"certificates": [{"common_name": ""}]}), vec!["/certificates/0/common_name"]),
            (
                json!({"certificates": [{"common_name": "x", "issuer": "a\nb"}]}),
                vec!["/certificates/0/issuer"],
            ),
            (json!({"certificates": [{"common_name": "x"}, {}]}), vec!["/certificates/1"]),
            (json!({"networks": vec!["192.0.2.7"; 2000]}), vec!["/networks"]),
        ] {
            let wrong = amend("editeur-demo", patch.clone()).unwrap_err();
            let seen: Vec<_> = wrong.iter().map(|wrong| wrong.pointer.as_str()).collect();
            assert_eq!(seen, pointers, "{patch}: {wrong:?}");
        }
        assert!(directory().amended("nobody", Map::new(), &directory()).is_none());
    }
}
