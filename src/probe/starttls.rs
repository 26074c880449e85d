//! Mail servers that begin in the clear and switch to TLS: SMTP, IMAP and POP3.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{Context, Failure, Trace, Verdict, dial, elapsed_ms, tls};
use crate::model::target::{Mail, Peer};

/// RFC 5321 allows 512 bytes; some greet longer.
const LINE_LIMIT: usize = 4096;
const LINES_LIMIT: usize = 100;

/// A mail server.
#[derive(Debug)]
pub struct Check {
    pub mail: Mail,
    pub peer: Peer,
    pub tls: tls::Options,
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        let mut stream = dial::connect(&self.peer.host, self.peer.port, trace).await?;
        match self.mail {
            Mail::Smtp => smtp(&mut stream, trace).await?,
            Mail::Imap => imap(&mut stream, trace).await?,
            Mail::Pop3 => pop3(&mut stream, trace).await?,
        }
        let (mut stream, concern) =
            tls::handshake(stream, &self.peer.host, &[], &self.tls, context, trace).await?;
        let farewell: &[u8] = match self.mail {
            Mail::Smtp | Mail::Pop3 => b"QUIT\r\n",
            Mail::Imap => b"a2 LOGOUT\r\n",
        };
        // All that was asked is known; a server that hangs up first is free to.
        let _ = stream.write_all(farewell).await;
        Ok(concern)
    }
}

fn unexpected() -> Failure {
    Failure::new("starttls", "starttls: the server answers something else")
}

fn not_offered() -> Failure {
    Failure::new("starttls", "starttls: the server does not offer it")
}

async fn smtp(stream: &mut TcpStream, trace: &mut Trace) -> Result<(), Failure> {
    let start = Instant::now();
    reply(stream, trace, 220).await?;
    trace.phases.first_byte_ms = Some(elapsed_ms(start));
    say(stream, "EHLO aboveboard.invalid\r\n").await?;
    let lines = reply(stream, trace, 250).await?;
    if !lines
        .iter()
        .any(|line| line.get(4..).is_some_and(|word| word.eq_ignore_ascii_case("STARTTLS")))
    {
        return Err(not_offered());
    }
    say(stream, "STARTTLS\r\n").await?;
    reply(stream, trace, 220).await.map(drop)
}

/// The lines of an SMTP reply with the wanted code.
async fn reply(
    stream: &mut TcpStream,
    trace: &mut Trace,
    wanted: u16,
) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    while lines.len() < LINES_LIMIT {
        let line = line(stream).await?;
        let code =
            line.get(..3).and_then(|code| code.parse::<u16>().ok()).ok_or_else(unexpected)?;
        trace.code = Some(code);
        let goes_on = line.as_bytes().get(3) == Some(&b'-');
        lines.push(line);
        if !goes_on {
            return if code == wanted { Ok(lines) } else { Err(unexpected()) };
        }
    }
    Err(unexpected())
}

async fn imap(stream: &mut TcpStream, trace: &mut Trace) -> Result<(), Failure> {
    let start = Instant::now();
    if !line(stream).await?.starts_with("* OK") {
        return Err(unexpected());
    }
    trace.phases.first_byte_ms = Some(elapsed_ms(start));
    say(stream, "a1 STARTTLS\r\n").await?;
    for _ in 0..LINES_LIMIT {
        let line = line(stream).await?;
        if let Some(answer) = line.strip_prefix("a1 ") {
            return if answer.starts_with("OK") { Ok(()) } else { Err(not_offered()) };
        }
    }
    Err(unexpected())
}

async fn pop3(stream: &mut TcpStream, trace: &mut Trace) -> Result<(), Failure> {
    let start = Instant::now();
    if !line(stream).await?.starts_with("+OK") {
        return Err(unexpected());
    }
    trace.phases.first_byte_ms = Some(elapsed_ms(start));
    say(stream, "STLS\r\n").await?;
    if line(stream).await?.starts_with("+OK") { Ok(()) } else { Err(not_offered()) }
}

async fn say(stream: &mut TcpStream, text: &str) -> Result<(), Failure> {
    stream.write_all(text.as_bytes()).await.map_err(|error| Failure::of_io(&error))
}

/// One line, read byte by byte: what follows the last one belongs to TLS.
async fn line(stream: &mut TcpStream) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\n") {
        if bytes.len() == LINE_LIMIT {
            return Err(unexpected());
        }
        bytes.push(stream.read_u8().await.map_err(|error| Failure::of_io(&error))?);
    }
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}
