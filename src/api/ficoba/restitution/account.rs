//! An account as an answer shows it: its characteristics, its bank, and those who have rights on it.

use std::{borrow::Cow, sync::Arc};

use super::{
    Manner, Restitution, Searched, first_names, has_address,
    keys::key,
    place::{address, establishment},
    texts::{self, flag, name},
};
use crate::{
    json::Writer,
    register::{
        Account, Address, Bank, Branch, Company, EstablishmentIndex, Party, Person, Right,
        nomenclature,
    },
    rights::ficoba::{DataScope, DataScopes},
};

/// An account of numCpte, spi, siretSiren, perPhy or perPro.
pub(in super::super) struct Compte<'r> {
    account: Arc<Account>,
    bank: Option<&'r Bank>,
    branch: Option<Cow<'r, Branch>>,
    holders: Vec<Holder>,
    scopes: DataScopes,
    manner: Manner,
    /// Whether names are in plain capitals.
    plain: bool,
}

/// An account of multiDet.
pub(in super::super) struct Epargne<'r> {
    pub(super) account: Arc<Account>,
    pub(super) branch: Option<Cow<'r, Branch>>,
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

impl<'r> Compte<'r> {
    /// The account with those of its rights.
    pub(super) fn new(
        restitution: &Restitution<'r>,
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

    /// Writes its members.
    pub(in super::super) fn write(&self, to: &mut Writer) {
        if self.opens(DataScope::Compte) {
            to.object(key!("caracteristiqueCompte"), |to| characteristics(to, &self.account));
        }
        if self.opens(DataScope::EtablissementBancaire) {
            to.object(key!("etablissementGestionnaire"), |to| self.bank(to));
        }
        let (named, dated, housed) = (
            self.opens(DataScope::EtatCivilDenomination),
            self.opens(DataScope::Date),
            self.opens(DataScope::Adresse),
        );
        if named || dated || housed {
            // Of some there would be nothing to say.
            let said = self
                .holders
                .iter()
                .filter(|holder| named || dated || has_address(&self.account.rights[holder.right]));
            to.list(key!("ayantsDroits"), said, |to, holder| {
                self.holder(to, holder, (named, dated, housed));
            });
        }
    }

    fn opens(&self, scope: DataScope) -> bool {
        self.scopes.contains(scope)
    }

    fn bank(&self, to: &mut Writer) {
        let bank = self.bank;
        to.object(key!("etablissement"), |to| {
            to.plain(key!("numeroEtablissement"), self.account.bank.as_bytes());
            to.text_if(key!("libelleEtablissement"), bank.map(|bank| bank.label.as_str()));
            to.text_if(key!("bicEtablissement"), bank.map(|bank| bank.bic.as_str()));
        });
        to.object(key!("guichet"), |to| counter(to, &self.account, self.branch.as_deref()));
    }

    /// One of `ayantsDroits`: a natural or a legal person, and their address.
    fn holder(&self, to: &mut Writer, holder: &Holder, (named, dated, housed): (bool, bool, bool)) {
        let right = &self.account.rights[holder.right];
        if named || dated {
            let about = match holder.who {
                Known::Person(_) => key!("personnePhysique"),
                Known::Company(..) => key!("personneMorale"),
            };
            to.object(about, |to| {
                if let Some(searched) = holder.searched {
                    flag(to, key!("personneRecherchee"), searched);
                }
                if dated {
                    to.plain(key!("droitSurCompte"), right.kind.label());
                    texts::day(to, key!("dateDebutDroit"), Some(right.begins));
                    texts::day(to, key!("dateFinDroit"), right.ends);
                    texts::day(to, key!("dateMaj"), Some(right.updated));
                }
                match &holder.who {
                    Known::Person(person) if named => self.person(to, right, person),
                    Known::Company(company, index) if named => {
                        self.company(to, right, (company, *index));
                    }
                    Known::Person(_) | Known::Company(..) => {}
                }
            });
        }
        if housed && has_address(right) {
            let extended = self.manner.extended;
            to.object(key!("adresse"), |to| address(to, holder.address(right), extended));
        }
    }

    fn person(&self, to: &mut Writer, right: &Right, person: &Person) {
        let declared = right.declared.as_ref().and_then(|declared| declared.birth_name.as_deref());
        name(to, key!("nomNaissance"), declared.unwrap_or(&person.birth_name), self.plain);
        texts::first_names(to, key!("prenoms"), first_names(right, person), self.plain);
        to.digits(key!("anneNaissance"), person.birth.year().into(), 1);
        let unknown = self.manner.partial_dates;
        texts::date_part(to, key!("moisNaissance"), person.birth.month(), unknown);
        texts::date_part(to, key!("jourNaissance"), person.birth.day(), unknown);
        to.digits(key!("sexe"), person.sex.code().into(), 1);
        let country = person.birthplace.country;
        let commune = person.birthplace.commune.as_ref();
        let known = commune.and_then(|commune| nomenclature::commune(commune.as_str()));
        to.plain(key!("codePaysNaissance"), country.as_bytes());
        to.plain_if(key!("codeDepartementNaissance"), known.map(|known| known.department));
        to.plain_if(key!("codeCommuneNaissance"), commune.map(|code| code.ficoba_commune()));
        let label = nomenclature::country(country.as_str()).map(|country| country.label);
        to.plain_if(key!("libellePaysNaissance"), label);
        let department = known.map(|known| known.department().label);
        to.plain_if(key!("libelleDepartementNaissance"), department);
        to.plain_if(key!("libelleCommuneNaissance"), known.map(|known| known.label));
    }

    fn company(
        &self,
        to: &mut Writer,
        right: &Right,
        (company, index): (&Company, Option<EstablishmentIndex>),
    ) {
        let declared = right.declared.as_ref().and_then(|declared| declared.name.as_deref());
        let here = establishment(company, index);
        name(to, key!("raisonSociale"), declared.unwrap_or(&company.name), self.plain);
        if let Some(sigle) = &company.sigle {
            name(to, key!("sigle"), sigle, self.plain);
        }
        if let Some(enseigne) = &here.enseigne {
            name(to, key!("enseigne"), enseigne, self.plain);
        }
        to.digits(key!("categorieJuridique"), company.legal_category.into(), 4);
        if self.manner.extended {
            to.plain(key!("typeRepertoire"), directory(company, here.siret.is_some()));
        }
        to.plain_if(key!("siret"), here.siret.as_ref().map(|siret| siret.as_str()));
        to.text_if(key!("numeroCopro"), company.copro.as_deref());
        to.text_if(key!("numeroRna"), company.rna.as_deref());
        to.text_if(key!("numeroLei"), company.lei.as_deref());
    }
}

impl Epargne<'_> {
    /// Writes its members.
    pub(in super::super) fn write(&self, to: &mut Writer) {
        let Self { account, branch, scopes } = self;
        // The nature tells which of two natures was found: it goes with the account's number (decision).
        if scopes.contains(DataScope::Iban) {
            to.plain(key!("iban"), account.iban.as_bytes());
            to.digits(key!("nature"), account.nature.into(), 1);
        }
        if scopes.contains(DataScope::DateOuverture) {
            texts::day(to, key!("dateOuverture"), Some(account.opened));
            texts::day(to, key!("dateFiscale"), account.fiscal_date);
        }
        if scopes.contains(DataScope::MotifOuverture) {
            to.digits(key!("codeMotifOuverture"), account.opening_reason.into(), 1);
            to.plain(key!("libelleMotifOuverture"), opening_reason(account));
        }
        if scopes.contains(DataScope::EtablissementBancaire) {
            to.plain(key!("codeEtab"), account.bank.as_bytes());
            to.object(key!("guichet"), |to| counter(to, account, branch.as_deref()));
        }
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

/// `caracteristiqueCompte`.
fn characteristics(to: &mut Writer, account: &Account) {
    to.plain(key!("iban"), account.iban.as_bytes());
    texts::day(to, key!("dateOuverture"), Some(account.opened));
    texts::day(to, key!("dateFiscale"), account.fiscal_date);
    to.digits(key!("codeMotifOuverture"), account.opening_reason.into(), 1);
    to.plain(key!("libelleMotifOuverture"), opening_reason(account));
    texts::day(to, key!("dateCloture"), account.closed);
    to.object(key!("nature"), |to| {
        to.number(key!("codeNature"), account.nature.into());
        let label = nomenclature::nature(account.nature).map(|nature| nature.label);
        to.plain_if(key!("libelleNature"), label);
    });
    to.object(key!("type"), |to| {
        to.number(key!("codeType"), account.kind.into());
        let label = nomenclature::account_type(account.kind).map(|kind| kind.label);
        to.plain_if(key!("libelleType"), label);
    });
    to.plain(key!("formatCompte"), "IBAN");
    to.object(key!("caracteristique"), |to| {
        to.number(key!("codeCaracteristique"), account.characteristic.into());
        let label = nomenclature::characteristic(account.characteristic).map(|one| one.label);
        to.plain_if(key!("libelleCaracteristique"), label);
    });
    flag(to, key!("succession"), account.succession);
    flag(to, key!("resident"), account.non_resident);
    to.object(key!("devise"), |to| to.text(key!("codeDevise"), account.currency.as_str()));
}

/// The branch that manages the account: its address is inside.
fn counter(to: &mut Writer, account: &Account, branch: Option<&Branch>) {
    to.plain(key!("numeroGuichet"), account.branch.as_bytes());
    let Some(branch) = branch else { return };
    to.text(key!("libelleGuichet"), &branch.label);
    to.object(key!("adresse"), |to| {
        let [complement, street, post_box, town] = branch.address.each_ref().map(Option::as_deref);
        to.text_if(key!("libAdr1"), complement);
        to.text_if(key!("libAdr2"), street);
        to.text_if(key!("libAdr3"), post_box);
        to.text_if(key!("libAdr4"), town);
    });
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
