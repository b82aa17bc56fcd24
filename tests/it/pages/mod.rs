//! The pages for people, read as a browser without script reads them.

mod browser;
mod dataset;
mod forgery;
mod home;
mod journal;
mod partners;
