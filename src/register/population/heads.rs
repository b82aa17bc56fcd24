//! What the names of generated companies begin with: trades and their shops, and the other heads by style.

/// Activities of trading companies and sole traders, with the sector that their shops are of.
pub(super) const TRADES: [(&str, usize); 60] = [
    ("ABATTAGE", FOOD),
    ("ACCASTILLAGE", RETAIL),
    ("AGENCE", OFFICE),
    ("AMENAGEMENT", BUILDING),
    ("APICULTURE", FOOD),
    ("ARCHITECTURE", OFFICE),
    ("ATELIERS", INDUSTRY),
    ("AUTOMATISMES", INDUSTRY),
    ("BATIMENT", BUILDING),
    ("BLANCHISSERIE", RETAIL),
    ("BOULANGERIE", FOOD),
    ("BRASSERIE", GUESTS),
    ("CABINET", OFFICE),
    ("CARRELAGES", BUILDING),
    ("CHARPENTES", BUILDING),
    ("CHAUDRONNERIE", INDUSTRY),
    ("CLIMATISATION", BUILDING),
    ("CLINIQUE", HEALTH),
    ("CONSEIL", OFFICE),
    ("COUVERTURE", BUILDING),
    ("CYCLES", RETAIL),
    ("DECORATION", BUILDING),
    ("DOMAINE", FOOD),
    ("EBENISTERIE", BUILDING),
    ("ECOLE", OFFICE),
    ("EDITIONS", OFFICE),
    ("ELECTRICITE", BUILDING),
    ("ENERGIES", INDUSTRY),
    ("ETUDES", OFFICE),
    ("FERRONNERIE", BUILDING),
    ("FONDERIE", INDUSTRY),
    ("FORMATION", OFFICE),
    ("GARAGE", ROAD),
    ("HORLOGERIE", RETAIL),
    ("HOTEL", GUESTS),
    ("IMPRIMERIE", OFFICE),
    ("JARDINS", RETAIL),
    ("LABORATOIRE", HEALTH),
    ("LOGISTIQUE", ROAD),
    ("MACONNERIE", BUILDING),
    ("MARITIME", ROAD),
    ("MECANIQUE", ROAD),
    ("MENUISERIE", BUILDING),
    ("MINOTERIE", FOOD),
    ("NEGOCE", RETAIL),
    ("NETTOYAGE", OFFICE),
    ("OPTIQUE", HEALTH),
    ("PAPETERIE", RETAIL),
    ("PEINTURE", BUILDING),
    ("PEPINIERES", RETAIL),
    ("PHARMACIE", HEALTH),
    ("PLOMBERIE", BUILDING),
    ("PRESSING", RETAIL),
    ("PRODUCTIONS", OFFICE),
    ("ROBINETTERIE", INDUSTRY),
    ("SCIERIE", INDUSTRY),
    ("SERVICES", OFFICE),
    ("TRANSPORTS", ROAD),
    ("VERRERIE", INDUSTRY),
    ("VIGNOBLES", FOOD),
];

/// Shops, by sector.
pub(super) const SHOPS: [&[&str]; 8] = [
    &["AUX DELICES DE", "AU PANIER DE", "LA FERME", "LE FOURNIL"],
    &["COMPTOIR", "BOUTIQUE", "MAISON", "ESPACE"],
    &["STUDIO", "ESPACE CONSEIL", "AGENCE"],
    &["ATELIER", "LES COMPAGNONS DE", "AU FIL A PLOMB DE"],
    &["FABRIQUE", "MANUFACTURE", "USINE"],
    &["AUBERGE", "LE RELAIS DE", "AU REPOS DE"],
    &["ESPACE SANTE", "CENTRE DE SOINS", "OFFICINE"],
    &["AUTO", "RELAIS ROUTIER", "DEPOT"],
];

/// Property, civil companies, associations, co-ownerships, groupings, foreign companies, public bodies, social bodies.
pub(super) const HEADS: [&[&str]; 8] = [
    &["SCI", "SCI LES JARDINS DE", "IMMOBILIERE", "SCI DU MOULIN", "FONCIERE", "SCI LE CLOS"],
    &[
        "SOCIETE CIVILE",
        "EXPLOITATION AGRICOLE",
        "CABINET ASSOCIE",
        "COOPERATIVE",
        "GROUPEMENT FORESTIER",
    ],
    &[
        "ASSOCIATION SPORTIVE DE",
        "COMITE DES FETES DE",
        "LES AMIS DE",
        "AMICALE DES ANCIENS DE",
        "CLUB NAUTIQUE DE",
        "CHORALE DE",
        "FOYER RURAL DE",
        "UNION MUSICALE DE",
        "ECOLE DE DANSE DE",
        "THEATRE AMATEUR DE",
    ],
    &[
        "SYNDICAT DES COPROPRIETAIRES RESIDENCE",
        "SDC LE PARC DE",
        "SYNDICAT DES COPROPRIETAIRES LES TERRASSES DE",
        "SDC LE CLOS",
        "SDC LES BALCONS DE",
    ],
    &["INDIVISION", "SOCIETE DE FAIT", "GROUPEMENT", "PARTICIPATION"],
    &["COMPAGNIE", "HOLDING", "TRADING", "SHIPPING"],
    &[
        "COMMUNE DE",
        "REGIE DES EAUX DE",
        "SYNDICAT MIXTE DE",
        "OFFICE PUBLIC DE",
        "CENTRE HOSPITALIER DE",
        "COLLEGE",
    ],
    &[
        "MUTUELLE",
        "COMITE SOCIAL ET ECONOMIQUE",
        "CAISSE DE RETRAITE",
        "UNION SYNDICALE",
        "CAISSE DE PREVOYANCE",
    ],
];

const FOOD: usize = 0;
const RETAIL: usize = 1;
const OFFICE: usize = 2;
const BUILDING: usize = 3;
const INDUSTRY: usize = 4;
const GUESTS: usize = 5;
const HEALTH: usize = 6;
const ROAD: usize = 7;
