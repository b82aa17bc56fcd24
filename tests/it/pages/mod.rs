//! The pages for people, read as a browser without script reads them.

mod attempt;
pub(crate) mod browser;
mod dataset;
mod explain;
mod forgery;
mod forms;
mod home;
mod incidents;
mod journal;
mod misnamed;
mod mistakes;
mod partners;
mod recette;
mod reference;
mod speed;
mod words;
