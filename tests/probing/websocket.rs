//! WebSocket servers that misbehave.

use std::io::Write;

use ring::digest;

use crate::servers::{answers, ok, request, serve};
use crate::{probe_one, words};

/// A server that upgrades rightly, then sends these bytes.
fn upgrades(frames: &'static [u8]) -> std::net::SocketAddr {
    serve(move |mut stream| {
        let head = request(&mut stream);
        let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap();
        let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let proof = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        let proof = base64(proof.as_ref());
        let answer = format!(
            "HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: {proof}\r\n\r\n"
        );
        let _ = stream.write_all(&[answer.as_bytes(), frames].concat());
        std::thread::sleep(std::time::Duration::from_millis(500));
    })
}

/// By the bit string, as RFC 4648 describes it.
fn base64(bytes: &[u8]) -> String {
    let set: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let mut text: String = (0..bits.len())
        .step_by(6)
        .map(|at| {
            let six = format!("{:0<6}", &bits[at..(at + 6).min(bits.len())]);
            set[usize::from_str_radix(&six, 2).unwrap()]
        })
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[test]
fn a_server_that_misbehaves_is_told() {
    let probe = |address: std::net::SocketAddr, keys: &str| {
        words(&probe_one(&format!("ws://{address}/"), keys))
    };
    let expect = "timeout: 400ms, steps: [{ expect: '^hello$' }]";
    assert_eq!(probe(upgrades(b""), ""), "up");
    assert_eq!(probe(upgrades(b"\x81\x05hello"), expect), "up");
    // A ping in between, and a message in two parts.
    assert_eq!(probe(upgrades(b"\x89\x01x\x01\x03hel\x80\x02lo"), expect), "up");
    assert_eq!(
        probe(upgrades(b"\x81\x05other"), expect),
        "down answer: what is expected did not come in time"
    );
    assert_eq!(
        probe(upgrades(b"\x88\x02\x03\xe8"), expect),
        "down websocket: closed by the server"
    );
    assert_eq!(probe(upgrades(b"\xf1\x05hello"), expect), "down websocket: not a valid frame");
    assert_eq!(probe(upgrades(b"\x81\x85abcdhello"), expect), "down websocket: not a valid frame");
    let huge = b"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff";
    assert_eq!(probe(upgrades(huge), expect), "down answer: it is not as expected");
    // A sum that does not fit into a number.
    let wrapping = b"\x01\x01a\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff";
    assert_eq!(probe(upgrades(wrapping), expect), "down answer: it is not as expected");
    for broken in [&b"\x80\x05hello"[..], b"\x01\x01a\x81\x01b", b"\x09\x01x", b"\x89\x7e\x00\x7ex"]
    {
        assert_eq!(probe(upgrades(broken), expect), "down websocket: not a valid frame");
    }
    assert_eq!(probe(answers(ok("")), ""), "down websocket: refused with http status 200");
    assert_eq!(
        probe(answers("HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n"), ""),
        "down websocket: refused with http status 403"
    );
    let liar = "HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: bGllcw==\r\n\r\n";
    assert_eq!(probe(answers(liar), ""), "down websocket: the upgrade is not valid");
}
