//! A DNS server asked directly, over UDP and, where an answer does not fit, over TCP.

pub mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::Instant;

use self::wire::Answer;
use super::{Failure, Trace, Verdict, dial, elapsed_ms, encoding};
use crate::model::target::Question;

/// A lost packet is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// A question, and what its answer is compared with.
#[derive(Debug)]
pub(super) struct Check {
    pub question: Question,
    pub rcode: String,
    pub records: Option<Vec<String>>,
    pub contains: Option<String>,
}

/// A record as it is compared: in lower case, without the dot at the end of names.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.strip_suffix('.').unwrap_or(word)).collect();
    words.join(" ").to_lowercase()
}

impl Check {
    pub(super) async fn attempt(&self, trace: &mut Trace) -> Verdict {
        let server = &self.question.server;
        let addresses = dial::lookup(&server.host, server.port, trace).await?;
        let address = *addresses.first().ok_or_else(Failure::name_not_found)?;
        trace.address = Some(address);
        let start = Instant::now();
        let id = u16::from_be_bytes(encoding::random());
        let query = wire::query(id, &self.question.name, self.question.record);
        trace.protocol = Some("UDP");
        let mut answer = over_udp(address, &query).await?;
        if answer.is_truncated {
            trace.protocol = Some("TCP");
            answer = over_tcp(address, &query).await?;
        }
        trace.phases.first_byte_ms = Some(elapsed_ms(start));
        trace.code = Some(u16::from(answer.rcode));
        self.judge(&answer)
    }

    fn judge(&self, answer: &Answer) -> Verdict {
        let rcode = wire::rcode_word(answer.rcode);
        if rcode != self.rcode {
            return Err(Failure::new("dns", format!("dns: {rcode}")));
        }
        let mut found: Vec<String> = answer.records.iter().map(|record| plain(record)).collect();
        found.sort();
        found.dedup();
        if let Some(wanted) = &self.records {
            let mut wanted = wanted.clone();
            wanted.sort();
            wanted.dedup();
            if found != wanted {
                return Err(Failure::new("dns", "dns: the records are not the expected ones"));
            }
        } else if found.is_empty() && self.rcode == "NOERROR" {
            return Err(Failure::new("dns", "dns: there is no such record"));
        }
        if self
            .contains
            .as_ref()
            .is_some_and(|text| !found.iter().any(|record| record.contains(text)))
        {
            return Err(Failure::new("dns", "dns: the expected record is missing"));
        }
        Ok(None)
    }
}

fn not_valid() -> Failure {
    Failure::new("dns", "dns: not a valid answer")
}

async fn over_udp(server: SocketAddr, query: &[u8]) -> Result<Answer, Failure> {
    let failed = |error: std::io::Error| dial::of_connect(server, &error);
    let local: SocketAddr = match server {
        SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        SocketAddr::V6(_) => ([0_u16; 8], 0).into(),
    };
    let socket = UdpSocket::bind(local).await.map_err(failed)?;
    socket.connect(server).await.map_err(failed)?;
    let mut packet = vec![0; 65_535];
    loop {
        socket.send(query).await.map_err(failed)?;
        let heard = tokio::time::timeout(AGAIN, async {
            loop {
                let count = socket.recv(&mut packet).await.map_err(failed)?;
                // What answers another question was sent by somebody who guesses.
                if wire::answers(&packet[..count], query) {
                    return wire::parse(&packet[..count]).ok_or_else(not_valid);
                }
            }
        });
        if let Ok(answer) = heard.await {
            return answer;
        }
    }
}

async fn over_tcp(server: SocketAddr, query: &[u8]) -> Result<Answer, Failure> {
    let failed = |error: std::io::Error| dial::of_connect(server, &error);
    let mut stream = TcpStream::connect(server).await.map_err(failed)?;
    let length = u16::try_from(query.len()).unwrap_or(u16::MAX);
    let framed = [&length.to_be_bytes(), query].concat();
    stream.write_all(&framed).await.map_err(failed)?;
    let length = stream.read_u16().await.map_err(failed)?;
    let mut message = vec![0; usize::from(length)];
    stream.read_exact(&mut message).await.map_err(failed)?;
    if !wire::answers(&message, query) {
        return Err(not_valid());
    }
    wire::parse(&message).ok_or_else(not_valid)
}
