//! A bare connection, in the clear or over TLS, and a conversation on it.

use regex::bytes::Regex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::http::Io;
use super::{Context, Failure, Trace, Verdict, dial, elapsed_ms, tls};
use crate::model::target::Peer;

/// More than this is not heard between two steps.
const HEARD_LIMIT: usize = 64 * 1024;

/// One step of a conversation.
#[derive(Debug)]
pub enum Step {
    /// This is sent.
    Send(Vec<u8>),
    /// What is heard must match this.
    Expect(Regex),
}

/// A peer and what is said to it.
#[derive(Debug)]
pub struct Check {
    pub peer: Peer,
    pub tls: Option<tls::Options>,
    pub steps: Vec<Step>,
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        let stream = dial::connect(&self.peer.host, self.peer.port, trace).await?;
        match &self.tls {
            None => {
                converse(stream, &self.steps, trace).await?;
                Ok(None)
            }
            Some(options) => {
                let (stream, concern) =
                    tls::handshake(stream, &self.peer.host, &[], options, context, trace).await?;
                converse(stream, &self.steps, trace).await?;
                Ok(concern)
            }
        }
    }
}

/// Why an answer is not the expected one.
pub fn not_as_expected() -> Failure {
    Failure::new("answer", "answer: it is not as expected")
}

/// Why an answer was waited for in vain, though something came.
pub fn not_in_time() -> Failure {
    Failure::new("timeout", "answer: what is expected did not come in time")
}

async fn converse(mut io: impl Io, steps: &[Step], trace: &mut Trace) -> Result<(), Failure> {
    let start = Instant::now();
    let mut heard = Vec::new();
    for step in steps {
        match step {
            Step::Send(bytes) => {
                let sent = async {
                    io.write_all(bytes).await?;
                    io.flush().await
                };
                sent.await.map_err(|error| Failure::of_io(&error))?;
                heard.clear();
            }
            Step::Expect(pattern) => loop {
                if let Some(found) = pattern.find(&heard).filter(|_| !heard.is_empty()) {
                    let end = found.end();
                    heard.drain(..end);
                    trace.on_timeout = None;
                    break;
                }
                if heard.len() >= HEARD_LIMIT {
                    return Err(not_as_expected());
                }
                if !heard.is_empty() {
                    trace.on_timeout = Some(not_in_time());
                }
                let count =
                    io.read_buf(&mut heard).await.map_err(|error| Failure::of_io(&error))?;
                trace.phases.first_byte_ms.get_or_insert_with(|| elapsed_ms(start));
                if count == 0 {
                    return Err(if heard.is_empty() {
                        Failure::closed()
                    } else {
                        not_as_expected()
                    });
                }
            },
        }
    }
    Ok(())
}
