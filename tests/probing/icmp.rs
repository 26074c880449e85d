//! Echoes on the loopback.

use crate::{run, words};
use aboveboard::model::template::Variables;
use std::path::Path;

fn probe(probes: &[&str]) -> Vec<String> {
    let probes: Vec<String> =
        probes.iter().map(|url| format!("{{ url: '{url}', timeout: 400ms }}")).collect();
    run(Path::new("."), &Variables::new(), &probes, "").iter().map(words).collect()
}

#[test]
fn an_echo_comes_back_or_the_system_forbids_it() {
    let found = probe(&["icmp://127.0.0.1", "icmp://[::1]", "icmp://localhost"]);
    let forbidden = "unknown icmp: this system lets the prober send no echo";
    assert!(found.iter().all(|words| words == "up" || words == forbidden), "{found:?}");
    // As root, as in a container, it works.
    if rustix::process::geteuid().is_root() {
        assert!(found.iter().all(|words| words == "up"), "{found:?}");
    }
}
