//! A person or a company, as people read them.

use crate::{
    console::pages::{show, words},
    domain::{CommuneCode, CountryCode},
    register::{
        Address, Company, Establishment, Party, Person, PersonId, Register, nomenclature,
        view::TaxView,
    },
};

/// Somebody in a list.
pub(super) struct Line {
    pub(super) name: String,
    /// Their sheet: the persona's, or that of their number, or of the register's own key where they have none.
    pub(super) href: String,
    /// What tells them from others of their name.
    pub(super) detail: String,
}

/// A person or a company in full.
pub(super) struct Record {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) related: Option<Line>,
}

/// Somebody in one line.
pub(super) fn line(register: &Register, party: Party) -> Line {
    let persona =
        register.persona_of(party).map(|persona| format!("/donnees/personas/{}", persona.id));
    let sheet = |number: String| format!("/donnees/fiches/{number}");
    match party {
        Party::Person(id) => {
            let person = register.person(id);
            let number = person.spi.map(|spi| spi.to_string());
            let detail = match &number {
                Some(spi) => format!("SPI {spi}, naissance {}", birth(&person)),
                None => format!("sans SPI, naissance {}", birth(&person)),
            };
            let href = persona.unwrap_or_else(|| sheet(number.unwrap_or_else(|| id.key())));
            Line { name: full_name(&person), href, detail }
        }
        Party::Company(id, at) => {
            let company = register.company(id);
            let siret = company.establishment(at).and_then(|establishment| establishment.siret);
            let number = match at {
                Some(_) => siret.map(|siret| siret.to_string()),
                None => company.siren.map(|siren| siren.to_string()),
            };
            let detail = match (&number, at) {
                (Some(siret), Some(_)) => format!("SIRET {siret}"),
                (Some(siren), None) => format!("SIREN {siren}"),
                (None, _) => company
                    .rna
                    .as_ref()
                    .map_or_else(|| "sans SIREN".to_owned(), |rna| format!("RNA {rna}")),
            };
            let href = persona.unwrap_or_else(|| sheet(number.unwrap_or_else(|| id.key())));
            Line { name: company.name.clone(), href, detail }
        }
    }
}

/// All that the register knows of them, but their accounts.
pub(super) fn record(register: &Register, party: Party) -> Record {
    match party {
        Party::Person(id) => of_person(register, id),
        Party::Company(id, at) => {
            let company = register.company(id);
            let shown = at.and_then(|at| company.establishment(Some(at)));
            of_company(register, &company, shown)
        }
    }
}

/// `CÉLINE VALBRUNE`.
pub(super) fn full_name(person: &Person) -> String {
    format!("{} {}", person.first_names.join(" "), person.birth_name)
}

fn of_person(register: &Register, id: PersonId) -> Record {
    let person = &*register.person(id);
    let facts = [
        (
            "Numéro fiscal (SPI)",
            Some(person.spi.map_or_else(|| "aucun".to_owned(), |spi| spi.to_string())),
        ),
        ("Nom de naissance", Some(person.birth_name.clone())),
        ("Nom d'usage", person.usage_name.clone()),
        ("Prénoms", Some(person.first_names.join(", "))),
        ("Sexe", Some(words::sex(person.sex).to_owned())),
        ("Naissance", Some(format!("{}, {}", birth(person), birthplace(person)))),
        ("Décès", person.death.map(|day| day.strftime("%d/%m/%Y").to_string())),
        ("Adresse", Some(address(&person.address))),
        ("Impôt sur le revenu", TaxView::find(register, id).map(|tax| income_tax(&tax))),
        ("Dossier", (!person.communicable).then(|| "non communicable".to_owned())),
    ];
    let related = person.business.map(|business| line(register, Party::Company(business, None)));
    Record { name: full_name(person), kind: "Personne physique", facts: given(facts), related }
}

fn of_company(register: &Register, company: &Company, shown: Option<&Establishment>) -> Record {
    let establishment = shown.unwrap_or_else(|| company.head_office());
    let category = format!("{:04}", company.legal_category);
    let label = nomenclature::legal_category(&category).map_or("", |category| category.label);
    let sirets: Vec<_> = company
        .establishments
        .iter()
        .filter_map(|one| one.siret)
        .map(|siret| siret.to_string())
        .collect();
    let facts = [
        (
            "SIREN",
            Some(company.siren.map_or_else(|| "aucun".to_owned(), |siren| siren.to_string())),
        ),
        ("SIRET", shown.and_then(|one| one.siret).map(|siret| siret.to_string())),
        ("Raison sociale", Some(company.name.clone())),
        ("Sigle", company.sigle.clone()),
        ("Enseigne", establishment.enseigne.clone()),
        ("Catégorie juridique", Some(format!("{category} {label}"))),
        ("Établissements", Some(sirets.join(", ")).filter(|sirets| !sirets.is_empty())),
        ("Adresse", Some(address(&establishment.address))),
        ("RNA", company.rna.clone()),
        ("LEI", company.lei.clone()),
        ("Immatriculation de copropriété", company.copro.clone()),
    ];
    let related = company.owner.map(|owner| line(register, Party::Person(owner)));
    Record { name: company.name.clone(), kind: "Personne morale", facts: given(facts), related }
}

fn given<const N: usize>(
    facts: [(&'static str, Option<String>); N],
) -> Vec<(&'static str, String)> {
    facts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
}

/// `revenus de 2025 : déclarant 1, situation C, 1 part, revenu fiscal de référence 15 400 €, plafond du LEP 23 028 €`.
fn income_tax(tax: &TaxView) -> String {
    let quality = match tax.qualite {
        "declarant1" => "déclarant 1",
        "declarant2" => "déclarant 2",
        _ => "à la charge du déclarant",
    };
    let shares = tax.nombre_parts.replace('.', ",");
    let plural = if ["1", "1.5"].contains(&tax.nombre_parts.as_str()) { "" } else { "s" };
    format!(
        "revenus de {} : {quality}, situation {}, {shares} part{plural}, revenu fiscal de référence {} €, plafond du LEP {} €",
        tax.annee_revenus,
        tax.situation_famille,
        show::number(tax.revenu_fiscal_reference.into()),
        show::number(tax.plafond_lep.into()),
    )
}

/// `le 12/04/1985`, `en 04/1985`, `en 1985`.
fn birth(person: &Person) -> String {
    let born = person.birth;
    match (born.month(), born.day()) {
        (Some(month), Some(day)) => format!("le {day:02}/{month:02}/{}", born.year()),
        (Some(month), None) => format!("en {month:02}/{}", born.year()),
        (None, _) => format!("en {}", born.year()),
    }
}

fn birthplace(person: &Person) -> String {
    let place = &person.birthplace;
    place.commune.map_or_else(|| country(&place.country), |commune| format!("à {}", town(commune)))
}

/// `7 B QUAI DES CHARBONNIERS, 44000 NANTES (44109)`.
pub(super) fn address(address: &Address) -> String {
    let repetition = address.repetition.map(|letter| letter.to_string());
    let street = [&address.number, &repetition, &address.street_type, &address.street];
    let street: Vec<_> = street.into_iter().flatten().map(String::as_str).collect();
    let town = address.commune.map(town);
    let place: Vec<_> =
        [&address.postal_code, &town].into_iter().flatten().map(String::as_str).collect();
    let abroad = (!address.country.is_france()).then(|| country(&address.country));
    let parts = [Some(street.join(" ")), address.complement.clone(), Some(place.join(" ")), abroad];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A commune with its INSEE code.
fn town(commune: CommuneCode) -> String {
    let code = commune.to_string();
    nomenclature::commune(&code)
        .map_or_else(|| code.clone(), |commune| format!("{} ({code})", commune.label))
}

fn country(code: &CountryCode) -> String {
    nomenclature::country(code.as_str())
        .map_or_else(|| code.to_string(), |country| format!("{} ({code})", country.label))
}
