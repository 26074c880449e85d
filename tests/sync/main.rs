//! `aboveboard incident sync`: what the checks raise, update and resolve by themselves, and how it gives
//! way to people.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod any_order;
mod named;
mod site;
