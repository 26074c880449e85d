//! DNS servers that misbehave.

use std::net::UdpSocket;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{probe_one, words};

/// Answers each packet with what `handle` makes of the query and its number; nothing is silence.
fn udp(handle: impl Fn(&[u8], usize) -> Vec<Vec<u8>> + Send + 'static) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let count = AtomicUsize::new(0);
    std::thread::spawn(move || {
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            for answer in handle(&packet[..length], count.fetch_add(1, Ordering::Relaxed)) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    port
}

/// An answer with this code and no records.
fn answer(query: &[u8], code: u8) -> Vec<u8> {
    let mut answer = query.to_vec();
    answer[2] = 0x81;
    answer[3] = code;
    answer
}

/// An answer with the address 192.0.2.1.
fn address(query: &[u8]) -> Vec<u8> {
    let mut answer = answer(query, 0);
    answer[7] = 1;
    answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
    answer
}

#[test]
fn a_server_that_misbehaves_is_told() {
    let probe = |port: u16, keys: &str| {
        words(&probe_one(&format!("dns://127.0.0.1:{port}/a.example"), keys))
    };
    assert_eq!(probe(udp(|query, _| vec![address(query)]), "expect: { records: 192.0.2.1 }"), "up");
    assert_eq!(probe(udp(|query, _| vec![answer(query, 2)]), ""), "down dns: SERVFAIL");
    assert_eq!(probe(udp(|query, _| vec![answer(query, 3)]), ""), "down dns: NXDOMAIN");
    assert_eq!(probe(udp(|_, _| vec![]), "timeout: 300ms"), "down answer timeout after 300 ms");
    // One lost packet is asked again within the attempt.
    assert_eq!(
        probe(udp(|query, count| if count == 0 { vec![] } else { vec![address(query)] }), ""),
        "up"
    );
    // Answers that somebody else made up are passed over.
    let forged = udp(|query, _| {
        let mut other_id = address(query);
        other_id[0] ^= 0xff;
        let mut other_name = address(query);
        other_name[13] ^= 1;
        vec![other_id, other_name, b"garbage".to_vec(), address(query)]
    });
    assert_eq!(probe(forged, ""), "up");
    let broken = udp(|query, _| {
        let mut broken = address(query);
        broken.truncate(broken.len() - 2);
        vec![broken]
    });
    assert_eq!(probe(broken, ""), "down dns: not a valid answer");
    // Truncated, and nobody answers over TCP.
    let truncated = udp(|query, _| {
        let mut truncated = answer(query, 0);
        truncated[2] |= 2;
        vec![truncated]
    });
    assert_eq!(probe(truncated, ""), "down connection refused");
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(probe(nobody, "timeout: 2s"), "down connection refused");
}
