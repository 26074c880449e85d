//! Bare connections, conversations on them, and mail servers that switch to TLS.

use std::io::{Read, Write};

use crate::servers::{Authority, accept, greets, line, serve, tls_config};
use crate::{probe_one, told, words};

#[test]
fn a_banner_tells_who_answers() {
    let ssh = greets("SSH-2.0-OpenSSH_9.6\r\n");
    let probe = |keys: &str| words(&probe_one(&format!("tcp://{ssh}"), keys));
    assert_eq!(probe(""), "up");
    assert_eq!(probe("banner: '^SSH-2'"), "up");
    assert_eq!(
        probe("banner: '^220 ', timeout: 300ms"),
        "down answer: what is expected did not come in time"
    );
    let mute = greets("");
    let finding = probe_one(&format!("tcp://{mute}"), "banner: '^220 ', timeout: 300ms");
    assert_eq!(told(&finding), ("down", None, "answer timeout after 300 ms"));
    let leaving = serve(|mut stream| drop(stream.write_all(b"nope\r\n")));
    let finding = probe_one(&format!("tcp://{leaving}"), "banner: '^220 '");
    assert_eq!(told(&finding), ("down", None, "answer: it is not as expected"));
    let chatty = serve(|mut stream| while stream.write_all(&[b'x'; 4096]).is_ok() {});
    let finding = probe_one(&format!("tcp://{chatty}"), "banner: '^220 '");
    assert_eq!(told(&finding), ("down", None, "answer: it is not as expected"));
}

#[test]
fn a_banner_has_lines_and_something_in_it() {
    let greeting = serve(|mut stream| {
        let _ = stream.write_all(b"SSH-2.0-x\r\n");
        while line(&mut stream) == "PING" {
            let _ = stream.write_all(b"+PONG\r\n");
        }
    });
    let both = r#"banner: "^SSH-2.0-", steps: [{ send: "PING\r\n" }, { expect: '^\+PONG$' }]"#;
    assert_eq!(words(&probe_one(&format!("tcp://{greeting}"), both)), "up");
    let mute = greets("");
    let finding = probe_one(&format!("tcp://{mute}"), "banner: '^', timeout: 300ms");
    assert_eq!(words(&finding), "down answer timeout after 300 ms");
}

fn redis(stream: &mut (impl Read + Write)) {
    loop {
        let answer: &[u8] = match line(stream).as_str() {
            "PING" => b"+PONG\r\n",
            "" => return,
            _ => b"-ERR\r\n",
        };
        if stream.write_all(answer).and_then(|()| stream.flush()).is_err() {
            return;
        }
    }
}

#[test]
fn a_conversation_goes_step_by_step() {
    let plain = serve(|mut stream| redis(&mut stream));
    let steps = r#"steps: [{ send: "PING\r\n" }, { expect: '^\+PONG' }, { send: "NO\r\n" }, { expect: -ERR }]"#;
    assert_eq!(words(&probe_one(&format!("tcp://{plain}"), steps)), "up");
    let ours = Authority::new("Ours");
    let config = tls_config(&ours.sign("localhost", (2090, 1, 1)), b"", None);
    let port = crate::servers::serve_tls(config, |mut stream| redis(&mut stream));
    let finding =
        probe_one(&format!("tls://localhost:{port}"), &format!("ca: '{}', {steps}", ours.path()));
    assert_eq!(words(&finding), "up");
    assert!(finding.attempts[0].phases.tls_ms.is_some());
    assert_eq!(finding.attempts[0].certificates[0].issuer, "CN=Ours");
}

/// A mail server that says `script`, a line for each line it hears, then switches to TLS.
fn mail(script: &'static [&'static str], authority: &Authority) -> u16 {
    let config = tls_config(&authority.sign("localhost", (2090, 1, 1)), b"", None);
    serve(move |mut stream| {
        for answer in script {
            let _ = stream.write_all(answer.as_bytes());
            if answer.ends_with("go\r\n") {
                let mut stream = accept(&config, stream);
                line(&mut stream);
                return;
            }
            line(&mut stream);
        }
    })
    .port()
}

#[test]
fn mail_servers_switch_to_tls() {
    let ours = Authority::new("Ours");
    let probe = |scheme: &str, script: &'static [&'static str]| {
        let port = mail(script, &ours);
        let keys = format!("ca: '{}', timeout: 3s", ours.path());
        words(&probe_one(&format!("{scheme}+starttls://localhost:{port}"), &keys))
    };
    assert_eq!(
        probe(
            "smtp",
            &[
                "220-hello\r\n220 mail\r\n",
                "250-mail\r\n250-SIZE\r\n250 STARTTLS\r\n",
                "220 go\r\n"
            ]
        ),
        "up"
    );
    assert_eq!(
        probe("smtp", &["220 mail\r\n", "250-mail\r\n250 SIZE\r\n", ""]),
        "down starttls: the server does not offer it"
    );
    assert_eq!(
        probe("smtp", &["554 go away\r\n"]),
        "down starttls: the server answers something else"
    );
    assert_eq!(
        probe("smtp", &["220 mail\r\n", "250 STARTTLS\r\n", "454 not now\r\n"]),
        "down starttls: the server answers something else"
    );
    assert_eq!(probe("imap", &["* OK hello\r\n", "* CAPABILITY X\r\na1 OK go\r\n"]), "up");
    assert_eq!(
        probe("imap", &["* OK hello\r\n", "a1 BAD what\r\n"]),
        "down starttls: the server does not offer it"
    );
    assert_eq!(probe("imap", &["* BYE\r\n"]), "down starttls: the server answers something else");
    assert_eq!(probe("pop3", &["+OK hello\r\n", "+OK go\r\n"]), "up");
    assert_eq!(
        probe("pop3", &["+OK hello\r\n", "-ERR no\r\n"]),
        "down starttls: the server does not offer it"
    );
}
