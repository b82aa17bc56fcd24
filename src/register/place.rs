//! Places and streets drawn at random, for homes, establishments and branches.

use crate::{
    domain::{CommuneCode, CountryCode},
    register::{address::Address, draw::Draw, nomenclature},
};

/// A commune of today, each as often as it has inhabitants.
pub(super) fn commune(draw: &mut Draw) -> CommuneCode {
    code(&nomenclature::commune_by_weight(draw.next()))
}

/// An address in France, each commune as often as it has inhabitants.
pub(super) fn in_france(draw: &mut Draw) -> Address {
    let commune = nomenclature::commune_by_weight(draw.next());
    varied(&commune, draw)
}

/// An address in the département of this commune: half of the time in the commune itself.
pub(super) fn near(commune: CommuneCode, draw: &mut Draw) -> Address {
    let (stays, number) = (draw.chance(500), draw.next());
    let same = nomenclature::commune(commune.as_str())
        .filter(|same| stays && same.kind != nomenclature::CommuneKind::Former);
    let found = same
        .or_else(|| nomenclature::commune_near(commune.as_str(), number))
        .unwrap_or_else(|| nomenclature::commune_by_weight(number));
    varied(&found, draw)
}

/// An address in France with a number in a street, as a shop has it.
pub(super) fn in_a_street(draw: &mut Draw) -> Address {
    let commune = nomenclature::commune_by_weight(draw.next());
    street(&commune, draw)
}

/// Gives the address the type of annexe 7 of this rank.
pub(super) fn rare_street_type(address: &mut Address, rank: u64) {
    let types = nomenclature::street_types();
    address.street_type = Some(types[(rank % types.len() as u64) as usize].code.to_owned());
}

/// Mostly a number in a street; else a hamlet, a residence, a house without number, a flat in a building.
fn varied(commune: &nomenclature::Commune, draw: &mut Draw) -> Address {
    let mut address = street(commune, draw);
    match draw.below(100) {
        0..5 => {
            address.number = None;
            address.repetition = None;
            address.street_type = Some("LD".to_owned());
            address.street = Some((*draw.pick(&HAMLETS)).to_owned());
        }
        5..8 => {
            address.street_type = Some("RES".to_owned());
            address.street = Some((*draw.pick(&RESIDENCES)).to_owned());
            address.repetition = None;
            address.complement = Some(flat(draw));
        }
        8..12 => {
            address.number = None;
            address.repetition = None;
        }
        12..20 => address.complement = Some(flat(draw)),
        _ => {}
    }
    address
}

fn flat(draw: &mut Draw) -> String {
    let number = 1 + draw.below(60);
    match draw.below(4) {
        0 => format!("BAT {}", char::from(b'A' + (number % 6) as u8)),
        1 => format!("APT {number}"),
        2 => format!("BAT {} APT {number}", char::from(b'A' + (number % 6) as u8)),
        _ => format!("ETAGE {}", 1 + number % 9),
    }
}

fn street(commune: &nomenclature::Commune, draw: &mut Draw) -> Address {
    let postcodes: Vec<_> = commune.postcodes().collect();
    let postal_code =
        if postcodes.is_empty() { None } else { Some(draw.pick(&postcodes).as_str().to_owned()) };
    let (street_type, street) = (*draw.weighted(&STREET_TYPES), *draw.pick(&STREETS));
    Address {
        country: CountryCode::FRANCE,
        commune: Some(code(commune)),
        postal_code,
        number: Some((1 + draw.below(199)).to_string()),
        repetition: draw.chance(40).then(|| *draw.weighted(&[(6, 'B'), (3, 'T'), (1, 'Q')])),
        street_type: Some(street_type.to_owned()),
        street: Some(street.to_owned()),
        complement: None,
    }
}

fn code(commune: &nomenclature::Commune) -> CommuneCode {
    commune.insee().as_str().parse().expect("a commune of the nomenclature has an INSEE code")
}

const STREET_TYPES: [(u32, &str); 12] = [
    (60, "RUE"),
    (12, "AV"),
    (6, "BD"),
    (6, "CHE"),
    (5, "IMP"),
    (5, "ALL"),
    (5, "RTE"),
    (3, "PL"),
    (2, "SQ"),
    (2, "PAS"),
    (1, "QUAI"),
    (1, "COTE"),
];

const HAMLETS: [&str; 12] = [
    "LA BERGERIE",
    "LES BORIES",
    "LA CROIX ROUSSE",
    "LES GRANDES VIGNES",
    "LE HAMEAU BLANC",
    "LES HAUTS CHAMPS",
    "LA METAIRIE",
    "LE MOULIN NEUF",
    "LA NOUE",
    "LES QUATRE CHEMINS",
    "LA TUILERIE",
    "LE VIEUX CHENE",
];

const RESIDENCES: [&str; 8] = [
    "LES CEDRES",
    "LES GLYCINES",
    "LE GRAND LARGE",
    "LES HORIZONS",
    "LE MAIL",
    "LE PARC",
    "LES TERRASSES",
    "LE VERGER",
];

const STREETS: [&str; 72] = [
    "DES ABEILLES",
    "DES ACACIAS",
    "DE L'AMANDIER",
    "DES ARCHERS",
    "DE L'ARGILE",
    "DE L'AUBEPINE",
    "DES AULNES",
    "DU BARRAGE",
    "DES BATELIERS",
    "DU BEAU SITE",
    "DU BELVEDERE",
    "DU BOIS JOLI",
    "DES BOULEAUX",
    "DES BRUYERES",
    "DES CARRIERES",
    "DES CERISIERS",
    "DU CHAMP DE FOIRE",
    "DES CHARDONNERETS",
    "DU CHATEAU D'EAU",
    "DU CHEMIN VERT",
    "DES CHENES",
    "DE LA CLAIRIERE",
    "DES COQUELICOTS",
    "DE LA CROIX BLANCHE",
    "DES ECOLES",
    "DE L'ECLUSE",
    "DE L'EGLISE",
    "DES EGLANTINES",
    "DE L'ETANG",
    "DE LA FONTAINE",
    "DE LA FORGE",
    "DES FOUGERES",
    "DES FRENES",
    "DE LA GARE",
    "DES GENETS",
    "DES GLYCINES",
    "DU GRAND PRE",
    "DU GUE",
    "DES HETRES",
    "DES HIRONDELLES",
    "DES IRIS",
    "DES JARDINS",
    "DES JONQUILLES",
    "DU LAVOIR",
    "DES LILAS",
    "DU LEVANT",
    "DE LA LIBERTE",
    "DES MARRONNIERS",
    "DES MERISIERS",
    "DES MESANGES",
    "DU MOULIN",
    "DES NOISETIERS",
    "DES ORMES",
    "DE LA PAIX",
    "DES PEUPLIERS",
    "DES PINSONS",
    "DU PONT NEUF",
    "DU PORT",
    "DU PRESSOIR",
    "DES PRIMEVERES",
    "DE LA PRAIRIE",
    "DES ROSIERS",
    "DU RUISSEAU",
    "DES SAULES",
    "DE LA SCIERIE",
    "DU SOLEIL LEVANT",
    "DU STADE",
    "DES TILLEULS",
    "DU VALLON",
    "DES VERGERS",
    "DES VIGNES",
    "DES VIOLETTES",
];
