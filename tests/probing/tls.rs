//! TLS: whose certificates are taken, and how a handshake can fail.

use std::io::Write;

use crate::servers::{
    Authority, answers, greets, https, https2, ok, request, self_signed, serve_tls, tls_config,
};
use crate::{probe_one, told, words};

fn date_in_days(days: i64) -> (i32, u8, u8) {
    use chrono::Datelike;
    let seconds = 1_795_000_000 + days * 86_400;
    let date = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
    (date.year(), date.month() as u8, date.day() as u8)
}

#[test]
fn certificates_are_verified() {
    let (ours, strangers) = (Authority::new("Ours"), Authority::new("Strangers"));
    let probe = |port: u16, keys: &str| {
        let finding = probe_one(
            &format!("https://localhost:{port}/"),
            &format!("ca: '{}', expect: {{ body_contains: ok }}, {keys}", ours.path()),
        );
        let protocol = finding.attempts[0].protocol.unwrap_or("nothing");
        format!("{}, {protocol}", words(&finding))
    };
    let far = (2090, 1, 1);
    assert_eq!(probe(https(&ours.sign("localhost", far)), ""), "up, HTTP/1.1");
    assert_eq!(probe(https2(&ours.sign("localhost", far)), ""), "up, HTTP/2");
    assert_eq!(probe(https(&ours.sign_indirectly("localhost", far)), ""), "up, HTTP/1.1");
    assert_eq!(
        probe(https(&ours.sign("localhost", (2021, 1, 1))), ""),
        "down tls: certificate expired, nothing"
    );
    assert_eq!(
        probe(https(&ours.sign_indirectly("localhost", (2021, 1, 1))), ""),
        "down tls: certificate expired, nothing"
    );
    assert_eq!(
        probe(https(&ours.sign("a.example", far)), ""),
        "down tls: certificate is for another name, nothing"
    );
    assert_eq!(
        probe(https(&strangers.sign("localhost", far)), ""),
        "down tls: certificate not trusted, nothing"
    );
    assert_eq!(
        probe(https(&self_signed("localhost")), ""),
        "down tls: certificate not trusted, nothing"
    );
    let mut without_intermediate = ours.sign_indirectly("localhost", far);
    without_intermediate.chain.truncate(1);
    assert_eq!(
        probe(https(&without_intermediate), ""),
        "down tls: certificate not trusted, nothing"
    );
}

#[test]
fn a_certificate_that_ends_soon_is_degraded_if_asked() {
    let ours = Authority::new("Ours");
    let probe = |port: u16, keys: &str| {
        let finding = probe_one(
            &format!("tls://localhost:{port}"),
            &format!("ca: '{}', {keys}", ours.path()),
        );
        words(&finding)
    };
    // The clock of these tests stands on 2026-11-18; the certificates end at midnight.
    let soon = https(&ours.sign("localhost", date_in_days(900)));
    assert_eq!(probe(soon, "cert_warn: 899d"), "up");
    assert_eq!(probe(soon, "cert_warn: 901d"), "degraded certificate expires in 899 days");
    assert_eq!(probe(soon, ""), "up");
    // The chain ends with its first member.
    let above = https(&ours.sign_indirectly("localhost", date_in_days(900)));
    assert_eq!(probe(above, "cert_warn: 901d"), "degraded certificate expires in 899 days");
    // An authority that nobody needs any more, as servers send along for old clients.
    let mut beside = ours.sign("localhost", (2090, 1, 1));
    beside.chain.push(Authority::new("Old").sign("Older", date_in_days(900)).chain.remove(0));
    assert_eq!(probe(https(&beside), "cert_warn: 901d"), "up");
}

#[test]
fn a_handshake_fails_in_words() {
    let server_hello_of_tls_1_0 = {
        let mut hello = vec![2, 0, 0, 38, 3, 1];
        hello.extend([7; 32]);
        hello.extend([0, 0xc0, 0x13, 0]);
        let mut record = vec![22, 3, 1, 0, hello.len() as u8];
        record.extend(hello);
        record
    };
    for (answer, want) in [
        (b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), "down tls: the answer is not TLS"),
        (vec![21, 3, 1, 0, 2, 2, 70], "down tls: the server refused the handshake"),
        (server_hello_of_tls_1_0, "down tls: no version or cipher in common"),
        (vec![], "down tls timeout after 300 ms"),
    ] {
        let port = greets(answer).port();
        let finding = probe_one(&format!("tls://127.0.0.1:{port}"), "timeout: 300ms");
        assert_eq!(words(&finding), want);
        assert_eq!(finding.class(), Some("tls"));
    }
    let finding = probe_one(&format!("https://{}/", answers(ok(""))), "timeout: 2s");
    assert_eq!(finding.sample.outcome.word(), "down");
}

#[test]
fn any_certificate_will_do_only_where_the_site_says_so() {
    let port = https(&self_signed("somebody.else"));
    let finding = probe_one(&format!("https://localhost:{port}/"), "insecure: true");
    assert_eq!(told(&finding), ("up", Some(200), ""));
    assert_eq!(finding.attempts[0].certificates[0].names, ["somebody.else"]);
    let ended = https(&Authority::new("Ours").sign("localhost", (2021, 1, 1)));
    let finding =
        probe_one(&format!("https://localhost:{ended}/"), "insecure: true, cert_warn: 1d");
    assert_eq!(words(&finding), "degraded certificate expired");
}

#[test]
fn a_client_shows_its_certificate() {
    let ours = Authority::new("Ours");
    let config = tls_config(&ours.sign("localhost", (2090, 1, 1)), b"http/1.1", Some(&ours));
    let port = serve_tls(config, |mut stream| {
        request(&mut stream);
        let _ = stream.write_all(ok("").as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    let (certificate, key) = ours.write(&ours.sign("prober", (2090, 1, 1)));
    let probe = |keys: &str| {
        let keys = format!("ca: '{}', {keys}", ours.path());
        words(&probe_one(&format!("https://localhost:{port}/"), &keys))
    };
    assert_eq!(probe(&format!("client_cert: '{certificate}', client_key: '{key}'")), "up");
    assert_eq!(probe(""), "down tls: the server refused the handshake");
}

#[test]
fn a_server_that_says_goodbye_over_http_2_is_down() {
    let ours = Authority::new("Ours");
    let config = tls_config(&ours.sign("localhost", (2090, 1, 1)), b"h2", None);
    let port = serve_tls(config, |mut stream| {
        // SETTINGS, then GOAWAY with the code ENHANCE_YOUR_CALM.
        let _ = stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]);
        let _ = stream.write_all(&[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11]);
        let _ = stream.flush();
        std::thread::sleep(std::time::Duration::from_millis(300));
    });
    let finding = probe_one(
        &format!("https://localhost:{port}/"),
        &format!("ca: '{}', timeout: 3s", ours.path()),
    );
    assert_eq!(words(&finding), "down http: not a valid answer");
}
