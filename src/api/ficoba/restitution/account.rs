//! An account as an answer shows it: its characteristics, its bank, and those who have rights on it.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{
    Manner, Restitution, Searched, first_names, has_address,
    records::{
        self, AdresseGuichet, AyantDroit, Caracteristique, CaracteristiqueCompte, CompteMultiDet,
        Devise, EtablissementGestionnaire, Guichet, PersonneMorale, PersonnePhysique,
    },
    searched::{address, establishment},
    texts::{DatePart, Flag, FourDigits, Name, Shown, Words},
};
use crate::{
    api::ficoba::moment::Day,
    register::{
        Account, Address, Bank, Branch, Company, EstablishmentIndex, Party, Person, Right,
        nomenclature,
    },
    rights::ficoba::{DataScope, DataScopes},
};

/// An account of numCpte, spi, siretSiren, perPhy or perPro.
pub(in super::super) struct Compte {
    account: Arc<Account>,
    bank: Option<Bank>,
    branch: Option<Branch>,
    holders: Vec<Holder>,
    scopes: DataScopes,
    manner: Manner,
    /// Whether names are in plain capitals.
    plain: bool,
}

/// An account of multiDet.
pub(in super::super) struct Epargne {
    pub(super) account: Arc<Account>,
    pub(super) branch: Option<Branch>,
    pub(super) scopes: DataScopes,
}

/// A right that may be seen, and whose it is.
struct Holder {
    /// Its place among the account's rights.
    right: usize,
    who: Known,
    /// Whether it is the one who was searched, where somebody was.
    searched: Option<bool>,
}

enum Known {
    Person(Arc<Person>),
    Company(Arc<Company>, Option<EstablishmentIndex>),
}

impl Compte {
    /// The account with those of its rights.
    pub(super) fn new(
        restitution: &Restitution<'_>,
        account: Arc<Account>,
        rights: &[usize],
        searched: Option<Searched>,
    ) -> Self {
        let Restitution { register, scopes, manner, .. } = *restitution;
        let open = |scope| scopes.contains(scope);
        let named = open(DataScope::EtatCivilDenomination)
            || open(DataScope::Date)
            || open(DataScope::Adresse);
        let holder = |&right: &usize| {
            let party = account.rights[right].party;
            let who = match party {
                Party::Person(id) => Known::Person(register.person(id)),
                Party::Company(id, index) => Known::Company(register.company(id), index),
            };
            Holder { right, who, searched: searched.map(|searched| searched.is(party)) }
        };
        let holders = if named { rights.iter().map(holder).collect() } else { Vec::new() };
        let kept = open(DataScope::EtablissementBancaire);
        Self {
            bank: kept.then(|| register.bank(account.bank)).flatten(),
            branch: kept.then(|| register.branch(account.bank, account.branch)).flatten(),
            holders,
            scopes,
            manner,
            plain: restitution.is_plain(account.bank),
            account,
        }
    }

    /// Whether names are in plain capitals.
    pub(super) fn plain(&self) -> bool {
        self.plain
    }

    /// Whether there is a key to write; an account of which nothing may be seen is left out.
    pub(in super::super) fn is_seen(&self) -> bool {
        Self::may_be_seen(self.scopes)
    }

    /// Whether these scopes open a group of an account's keys.
    pub(super) fn may_be_seen(scopes: DataScopes) -> bool {
        let groups = [
            DataScope::Compte,
            DataScope::EtablissementBancaire,
            DataScope::EtatCivilDenomination,
            DataScope::Date,
            DataScope::Adresse,
        ];
        groups.into_iter().any(|scope| scopes.contains(scope))
    }

    fn bank(&self) -> EtablissementGestionnaire<'_> {
        let etablissement = records::Etablissement {
            numero_etablissement: Some(self.account.bank.as_str()),
            libelle_etablissement: self.bank.as_ref().map(|bank| bank.label.as_str()),
            bic_etablissement: self.bank.as_ref().map(|bank| bank.bic.as_str()),
        };
        let guichet = counter(&self.account, self.branch.as_ref());
        EtablissementGestionnaire { etablissement: Some(etablissement), guichet: Some(guichet) }
    }

    fn holders(&self) -> Option<Vec<AyantDroit<'_>>> {
        let open = |scope| self.scopes.contains(scope);
        let (named, dated, housed) = (
            open(DataScope::EtatCivilDenomination),
            open(DataScope::Date),
            open(DataScope::Adresse),
        );
        if !named && !dated && !housed {
            return None;
        }
        let seen = self.holders.iter().map(|holder| {
            let right = &self.account.rights[holder.right];
            let adresse = (housed && has_address(right))
                .then(|| address(holder.address(right), self.manner.extended));
            let mut shown = AyantDroit { adresse, ..AyantDroit::default() };
            match &holder.who {
                Known::Person(person) if named || dated => {
                    shown.personne_physique =
                        Some(self.person(holder, right, person, (named, dated)));
                }
                Known::Company(company, index) if named || dated => {
                    shown.personne_morale =
                        Some(self.company(holder, right, (company, *index), (named, dated)));
                }
                Known::Person(_) | Known::Company(..) => {}
            }
            shown
        });
        Some(seen.filter(AyantDroit::says_something).collect())
    }
}

impl Serialize for Compte {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let open = |scope| self.scopes.contains(scope);
        records::Compte {
            caracteristique_compte: open(DataScope::Compte).then(|| characteristics(&self.account)),
            etablissement_gestionnaire: open(DataScope::EtablissementBancaire).then(|| self.bank()),
            ayants_droits: self.holders(),
        }
        .serialize(serializer)
    }
}

impl Serialize for Epargne {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { account, branch, scopes } = self;
        let open = |scope| scopes.contains(scope).then_some(());
        // The nature tells which of two natures was found: it goes with the account's number (decision).
        let number = open(DataScope::Iban);
        let opened = open(DataScope::DateOuverture);
        let reason = open(DataScope::MotifOuverture);
        let bank = open(DataScope::EtablissementBancaire);
        CompteMultiDet {
            iban: number.map(|()| account.iban.as_str()),
            nature: number.map(|()| Shown(account.nature)),
            date_ouverture: opened.map(|()| Day(Some(account.opened))),
            date_fiscale: opened.map(|()| Day(account.fiscal_date)),
            code_motif_ouverture: reason.map(|()| Shown(account.opening_reason)),
            libelle_motif_ouverture: reason.map(|()| opening_reason(account)),
            code_etab: bank.map(|()| account.bank.as_str()),
            guichet: bank.map(|()| counter(account, branch.as_ref())),
        }
        .serialize(serializer)
    }
}

impl Holder {
    fn address<'a>(&'a self, right: &'a Right) -> &'a Address {
        let declared = right.declared.as_ref().and_then(|declared| declared.address.as_ref());
        declared.unwrap_or_else(|| match &self.who {
            Known::Person(person) => &person.address,
            Known::Company(company, index) => &establishment(company, *index).address,
        })
    }
}

impl Compte {
    fn name<'a>(&self, text: &'a str) -> Name<'a> {
        Name { text, plain: self.plain }
    }

    fn person<'a>(
        &self,
        holder: &Holder,
        right: &'a Right,
        person: &'a Person,
        (named, dated): (bool, bool),
    ) -> PersonnePhysique<'a> {
        let mut record = PersonnePhysique {
            personne_recherchee: holder.searched.map(Flag),
            ..PersonnePhysique::default()
        };
        if dated {
            record.droit_sur_compte = Some(right.kind.label());
            record.date_debut_droit = Some(Day(Some(right.begins)));
            record.date_fin_droit = Some(Day(right.ends));
            record.date_maj = Some(Day(Some(right.updated)));
        }
        if named {
            let declared =
                right.declared.as_ref().and_then(|declared| declared.birth_name.as_deref());
            record.nom_naissance = Some(self.name(declared.unwrap_or(&person.birth_name)));
            record.prenoms = Some(Words { list: first_names(right, person), plain: self.plain });
            record.annee_naissance = Some(Shown(person.birth.year()));
            let unknown = self.manner.partial_dates;
            record.mois_naissance = DatePart::new(person.birth.month(), unknown);
            record.jour_naissance = DatePart::new(person.birth.day(), unknown);
            record.sexe = Some(Shown(person.sex.code()));
            let country = &person.birthplace.country;
            record.code_pays_naissance = Some(country.as_str());
            record.libelle_pays_naissance =
                nomenclature::country(country.as_str()).map(|country| country.label);
            if let Some(commune) = &person.birthplace.commune {
                let known = nomenclature::commune(commune.as_str());
                record.code_departement_naissance = known.map(|known| known.department);
                record.code_commune_naissance = Some(commune.ficoba_commune());
                record.libelle_departement_naissance = known.map(|known| known.department().label);
                record.libelle_commune_naissance = known.map(|known| known.label);
            }
        }
        record
    }

    fn company<'a>(
        &self,
        holder: &Holder,
        right: &'a Right,
        (company, index): (&'a Company, Option<EstablishmentIndex>),
        (named, dated): (bool, bool),
    ) -> PersonneMorale<'a> {
        let mut record = PersonneMorale {
            personne_recherchee: holder.searched.map(Flag),
            ..PersonneMorale::default()
        };
        if dated {
            record.droit_sur_compte = Some(right.kind.label());
            record.date_debut_droit = Some(Day(Some(right.begins)));
            record.date_fin_droit = Some(Day(right.ends));
            record.date_maj = Some(Day(Some(right.updated)));
        }
        if named {
            let declared = right.declared.as_ref().and_then(|declared| declared.name.as_deref());
            let here = establishment(company, index);
            record.raison_sociale = Some(self.name(declared.unwrap_or(&company.name)));
            record.sigle = company.sigle.as_deref().map(|text| self.name(text));
            record.enseigne = here.enseigne.as_deref().map(|text| self.name(text));
            record.categorie_juridique = Some(FourDigits(company.legal_category));
            record.type_repertoire =
                self.manner.extended.then(|| directory(company, here.siret.is_some()));
            record.siret = here.siret.as_ref().map(|siret| siret.as_str());
            record.numero_copro = company.copro.as_deref();
            record.numero_rna = company.rna.as_deref();
            record.numero_lei = company.lei.as_deref();
        }
        record
    }
}

impl AyantDroit<'_> {
    fn says_something(&self) -> bool {
        self.personne_physique.is_some() || self.personne_morale.is_some() || self.adresse.is_some()
    }
}

fn characteristics(account: &Account) -> CaracteristiqueCompte<'_> {
    CaracteristiqueCompte {
        iban: Some(account.iban.as_str()),
        date_ouverture: Some(Day(Some(account.opened))),
        date_fiscale: Some(Day(account.fiscal_date)),
        code_motif_ouverture: Some(Shown(account.opening_reason)),
        libelle_motif_ouverture: Some(opening_reason(account)),
        date_cloture: Some(Day(account.closed)),
        nature: Some(records::Nature {
            code_nature: Some(account.nature),
            libelle_nature: nomenclature::nature(account.nature).map(|nature| nature.label),
        }),
        kind: Some(records::Type {
            code_type: Some(account.kind),
            libelle_type: nomenclature::account_type(account.kind).map(|kind| kind.label),
        }),
        format_compte: Some("IBAN"),
        caracteristique: Some(Caracteristique {
            code_caracteristique: Some(account.characteristic),
            libelle_caracteristique: nomenclature::characteristic(account.characteristic)
                .map(|one| one.label),
        }),
        succession: Some(Flag(account.succession)),
        resident: Some(Flag(account.non_resident)),
        devise: Some(Devise { code_devise: Some(account.currency.as_str()) }),
    }
}

/// The branch that manages the account.
fn counter<'a>(account: &'a Account, branch: Option<&'a Branch>) -> Guichet<'a> {
    Guichet {
        numero_guichet: Some(account.branch.as_str()),
        libelle_guichet: branch.map(|branch| branch.label.as_str()),
        adresse: branch.map(|branch| {
            let [complement, street, post_box, town] =
                branch.address.each_ref().map(Option::as_deref);
            AdresseGuichet { complement, street, post_box, town }
        }),
    }
}

fn opening_reason(account: &Account) -> &'static str {
    nomenclature::opening_reason(account.opening_reason).map_or("", |reason| reason.label)
}

/// The directory that a legal person is in (`typeRepertoire`, of which no text says the values: decision).
fn directory(company: &Company, has_siret: bool) -> &'static str {
    match (has_siret, &company.copro, &company.rna) {
        (true, ..) => "SIRENE",
        (false, Some(_), _) => "RNC",
        (false, None, Some(_)) => "RNA",
        (false, None, None) => "AUTRE",
    }
}
