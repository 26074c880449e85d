//! `aboveboard schema NAME`: prints the JSON Schema by which editors complete and check a file.
//!
//! Reads no site: the schema is of the program, and the same everywhere.

use super::print_text;
use crate::cli::SchemaOf;
use crate::{config, content};

/// Prints the schema of one kind of file.
pub fn run(of: SchemaOf) {
    let schema = match of {
        SchemaOf::Probes => config::schema::probes(),
        SchemaOf::Incident => content::schema::incident(),
        SchemaOf::Maintenance => content::schema::maintenance(),
        SchemaOf::Correction => content::schema::correction(),
        SchemaOf::Page => content::schema::page(),
    };
    print_text(&format!("{schema:#}\n"));
}
