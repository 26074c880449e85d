//! Aboveboard, the honest status page.
//!
//! Readers turn the world into a model, the site turns the model into files, and few
//! doors lead to the world. `docs/ARCHITECTURE.md` has the picture; `tests/architecture.rs`
//! keeps it.

pub mod alerts;
pub mod cli;
pub mod commands;
pub mod config;
pub mod content;
pub mod disk;
pub mod files;
pub mod git;
pub mod model;
pub mod probe;
pub mod problem;
pub mod published;
mod schema;
pub mod serve;
pub mod site;
pub mod store;
pub mod theme;
mod yaml;
