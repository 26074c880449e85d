//! Echoes on the loopback.

use crate::servers::{can_ping, has_ipv6};
use crate::{run, words};
use aboveboard::model::template::Variables;
use std::path::Path;

#[test]
fn an_echo_comes_back_where_the_system_lets_us_send_one() {
    let mut hosts = vec!["127.0.0.1", "localhost"];
    if has_ipv6() {
        hosts.push("[::1]");
    }
    let probes: Vec<String> =
        hosts.iter().map(|host| format!("{{ url: 'icmp://{host}', timeout: 2s }}")).collect();
    let found: Vec<String> =
        run(Path::new("."), &Variables::new(), &probes, "").iter().map(words).collect();
    let want =
        if can_ping() { "up" } else { "unknown icmp: this system lets the prober send no echo" };
    assert!(found.iter().all(|words| words == want), "{found:?}");
}
