//! What servers answer: DNS messages and HTTP.
#![no_main]

use aboveboard::probe::{dns::wire, http};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(answer) = wire::parse(bytes) {
        assert!(answer.rcode < 16);
    }
    let query = wire::query(7, "a.example", aboveboard::model::target::RecordType::A);
    wire::answers(bytes, &query);
    if let Ok((status, body)) = http::read_answer(bytes) {
        assert!((100..=999).contains(&status));
        assert!(body.len() <= 1 << 20);
    }
});
