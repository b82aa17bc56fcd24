//! bacasable: an offline emulator of the DGFiP's API gateway, with the FICOBA and R2P APIs behind it.
//!
//! # The way of a request
//!
//! ```text
//! tls ──> Peer ──> gateway ──> admission ──> api ──> register
//!                     │        1 certificate   │        │
//!                     │        2 address       │     restitution
//!                     │        (resource: 404, 405)     │
//!                     │        3 technical-id  │        v
//!                     │        4 identity      └───> answer
//!                     │        5 rights                 │
//!                     │        6 quota                  │
//!                     └──────────> journal <────────────┘
//! ```
//!
//! # The layers
//!
//! A module uses only what stands to its right (`tests/layers.rs` refuses the rest):
//!
//! ```text
//! cli -> server -> { client, gateway, console } -> replicas -> { recette, parity } -> api -> sandbox -> metrics -> journal -> { faults, availability }
//!     -> admission -> { tokens, register } -> directory -> rights -> tls -> { pki, peer, state } -> { config, fixtures } -> product -> domain
//!     -> { clock, entropy, chance, escape, files, hex, json, outbox }
//! ```
//!
//! # Words
//!
//! | here | in the DGFiP's documents |
//! |---|---|
//! | `Partner` | partenaire conventionné, consommateur de l'API, fournisseur de service |
//! | `Convention` | convention, contractualisation, habilitation DataPass |
//! | `Grant` | what a convention opens of one API: droits, scopes, modalités |
//! | `Plug` | what everybody but the API itself knows of an API; `rights` says how to add one |
//! | `Motif` | motif d'interrogation |
//! | `Restitution` | restitution, filtre |
//! | `Anomaly` | anomalie: a CAT or CAF code |
//! | `Refusal` | a control of the gateway that says no |
//! | `Journal`, `Entry` | journal, traçabilité |

pub mod admission;
pub mod api;
pub mod availability;
pub mod chance;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod console;
pub mod directory;
pub mod domain;
pub mod entropy;
pub mod escape;
pub mod faults;
pub mod files;
pub mod fixtures;
pub mod gateway;
pub mod hex;
pub mod journal;
pub mod json;
pub mod metrics;
pub mod outbox;
pub mod parity;
pub mod peer;
pub mod pki;
pub mod product;
pub mod recette;
pub mod register;
#[cfg(feature = "replicas")]
pub mod replicas;
#[cfg(not(feature = "replicas"))]
#[path = "replicas/absent.rs"]
pub mod replicas;
pub mod rights;
pub mod sandbox;
pub mod server;
#[cfg(feature = "replicas")]
pub mod state;
#[cfg(not(feature = "replicas"))]
#[path = "state/absent.rs"]
pub mod state;
pub mod tls;
pub mod tokens;
