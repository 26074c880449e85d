//! The configuration: any text gives settings or mistakes, and each mistake can be printed.
#![no_main]

use std::collections::BTreeMap;
use std::path::Path;

use aboveboard::config;
use aboveboard::model::Source;
use aboveboard::probe::{Job, Surroundings};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (settings, problems) = config::parse(&Source::new("probes.yaml", bytes));
    for problem in &problems {
        let text = problem.render();
        assert!(text.contains("probes.yaml"), "{text}");
    }
    let Some(settings) = settings else {
        assert!(!problems.is_empty(), "neither settings nor a mistake");
        return;
    };
    let variables = BTreeMap::new();
    let surroundings =
        Surroundings { variables: &variables, folder: Path::new("/nonexistent"), allow_exec: true };
    for probe in settings.probes() {
        let _ = Job::resolve(probe, &surroundings);
    }
});
