//! Other people's status pages.

use crate::servers::{answers, closed, ok, request, serve};
use crate::{probe_subject, words};
use std::io::Write;
use std::sync::{Arc, Mutex};

const SUMMARY: &str = r#"{"status":{"indicator":"minor","description":"Partially Degraded Service"},
"components":[{"id":"8l4ygp009s5s","name":"Git Operations","status":"operational"},
{"id":"brv1bkgrwx7q","name":"API Requests","status":"partial_outage"},
{"id":"vg70hn9s2tyj","name":"Pages","status":"major_outage"},
{"id":"x","name":"Odd","status":"sideways"}]}"#;

fn probe(address: std::net::SocketAddr, keys: &str) -> String {
    words(&probe_subject(&format!("statuspage: {{ url: 'http://{address}', {keys} }}")))
}

#[test]
fn a_vendor_is_as_good_as_it_says_and_no_better() {
    let page = answers(ok(SUMMARY));
    assert_eq!(probe(page, ""), "degraded the vendor says: minor outage");
    assert_eq!(probe(page, "component: Git Operations"), "up");
    assert_eq!(probe(page, "component: brv1bkgrwx7q"), "degraded the vendor says: partial outage");
    assert_eq!(probe(page, "component: Pages"), "down the vendor says: major outage");
    for (indicator, want) in [
        ("none", "up"),
        ("major", "down the vendor says: major outage"),
        ("critical", "down the vendor says: critical outage"),
        ("maintenance", "degraded the vendor says: under maintenance"),
    ] {
        let summary = ok(&SUMMARY.replace("minor", indicator));
        assert_eq!(probe(answers(summary), ""), want);
    }
}

#[test]
fn a_page_that_cannot_be_read_says_nothing() {
    let cannot = "unknown statuspage: it cannot be read: ";
    let page = answers(ok(SUMMARY));
    assert_eq!(probe(page, "component: Nobody"), format!("{cannot}there is no such component"));
    assert_eq!(probe(page, "component: Odd"), format!("{cannot}it is not a summary"));
    assert_eq!(probe(closed(), ""), format!("{cannot}connection refused"));
    let mute = crate::servers::greets("");
    let finding = probe_subject(&format!("statuspage: 'http://{mute}', timeout: 300ms"));
    assert_eq!(words(&finding), format!("{cannot}it takes too long"));
    assert_eq!(probe(answers(ok("<html>")), ""), format!("{cannot}it is not JSON"));
    let gone = answers("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(probe(gone, ""), format!("{cannot}http status 503"));
}

#[test]
fn the_summary_is_asked_below_the_address() {
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    let page = serve(move |mut stream| {
        *log.lock().unwrap() = request(&mut stream);
        let _ = stream.write_all(ok(SUMMARY).as_bytes());
    });
    probe_subject(&format!("statuspage: 'http://{page}/status/'"));
    let seen = seen.lock().unwrap();
    assert!(seen.starts_with("GET /status/api/v2/summary.json HTTP/1.1\r\n"), "{seen}");
}
