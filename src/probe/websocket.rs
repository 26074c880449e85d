//! WebSockets: the upgrade, and a conversation in text messages (RFC 6455).

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::header;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use ring::digest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::stream::{Step, not_as_expected, not_in_time};
use super::{Context, Failure, Trace, Verdict, elapsed_ms, encoding, http, tls};

/// HTTP/2 has no upgrade.
pub(super) const ALPN: tls::Alpn = &[b"http/1.1"];
const MESSAGE_LIMIT: usize = 64 * 1024;
/// What RFC 6455 puts behind the key before it is hashed.
const MAGIC: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A WebSocket and what is said on it.
#[derive(Debug)]
pub(super) struct Check {
    pub request: http::Request,
    pub steps: Vec<Step>,
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        let url = &self.request.url;
        let opened = http::open(&self.request, url, context, trace).await?;
        let concern = opened.concern.clone();
        let key = encoding::base64(&encoding::random::<16>());
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let cannot = |_| Failure::prober("the request cannot be made");
        let mut message = hyper::Request::builder()
            .uri(path)
            .header(header::HOST, http::authority(url))
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key)
            .body(Full::new(Bytes::new()))
            .map_err(cannot)?;
        for (name, value) in &self.request.headers {
            message.headers_mut().insert(name.clone(), value.clone());
        }
        let start = Instant::now();
        let io = TokioIo::new(opened.into_io());
        let (mut sender, driver) =
            http1::handshake(io).await.map_err(|error| http::of_hyper(&error))?;
        let mut connection = JoinSet::new();
        connection.spawn(async move {
            let _ = driver.with_upgrades().await;
        });
        let response =
            sender.send_request(message).await.map_err(|error| http::of_hyper(&error))?;
        trace.phases.first_byte_ms = Some(elapsed_ms(start));
        trace.code = Some(response.status().as_u16());
        trace.protocol = Some("WebSocket");
        if response.status() != hyper::StatusCode::SWITCHING_PROTOCOLS {
            let code = response.status().as_u16();
            return Err(Failure::new(
                "websocket",
                format!("websocket: refused with http status {code}"),
            ));
        }
        let proof =
            digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{MAGIC}").as_bytes());
        let accepted = response.headers().get(header::SEC_WEBSOCKET_ACCEPT);
        if accepted
            .is_none_or(|value| value.as_bytes() != encoding::base64(proof.as_ref()).as_bytes())
        {
            return Err(Failure::new("websocket", "websocket: the upgrade is not valid"));
        }
        let upgraded =
            hyper::upgrade::on(response).await.map_err(|error| http::of_hyper(&error))?;
        let mut io = TokioIo::new(upgraded);
        converse(&mut io, &self.steps, trace).await?;
        // Normal closure; all that was asked is known, so nobody waits for the answer.
        let _ = send(&mut io, CLOSE, &1000_u16.to_be_bytes()).await;
        Ok(concern)
    }
}

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

async fn converse(
    io: &mut TokioIo<Upgraded>,
    steps: &[Step],
    trace: &mut Trace,
) -> Result<(), Failure> {
    for step in steps {
        match step {
            Step::Send(text) => send(io, TEXT, text).await?,
            Step::Expect(pattern) => loop {
                let message = receive(io).await?;
                if pattern.is_match(&message) {
                    trace.on_timeout = None;
                    break;
                }
                trace.on_timeout = Some(not_in_time());
            },
        }
    }
    Ok(())
}

/// Sends one frame, masked as a client must.
async fn send(io: &mut TokioIo<Upgraded>, code: u8, payload: &[u8]) -> Result<(), Failure> {
    let mut frame = vec![0x80 | code];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    let mask = encoding::random::<4>();
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    let sent = async {
        io.write_all(&frame).await?;
        io.flush().await
    };
    sent.await.map_err(|error| Failure::of_io(&error))
}

/// The next whole message; pings are answered on the way.
async fn receive(io: &mut TokioIo<Upgraded>) -> Result<Vec<u8>, Failure> {
    let not_valid = || Failure::new("websocket", "websocket: not a valid frame");
    let mut message = Vec::new();
    let mut is_begun = false;
    loop {
        let read = |error: std::io::Error| Failure::of_io(&error);
        let (first, second) =
            (io.read_u8().await.map_err(read)?, io.read_u8().await.map_err(read)?);
        let (is_last, code) = (first & 0x80 != 0, first & 0x0f);
        // Extensions were not offered, and a server does not mask.
        if first & 0x70 != 0 || second & 0x80 != 0 {
            return Err(not_valid());
        }
        // A control frame is short and whole; a message begins once, and goes on until its end.
        let is_control = code & 8 != 0;
        let fits =
            if is_control { is_last && second <= 125 } else { (code == CONTINUATION) == is_begun };
        if !fits {
            return Err(not_valid());
        }
        let length = match second {
            126 => u64::from(io.read_u16().await.map_err(read)?),
            127 => io.read_u64().await.map_err(read)?,
            length => u64::from(length),
        };
        let length =
            usize::try_from(length).ok().filter(|length| *length <= MESSAGE_LIMIT - message.len());
        let mut payload = vec![0; length.ok_or_else(not_as_expected)?];
        io.read_exact(&mut payload).await.map_err(read)?;
        match code {
            CONTINUATION | TEXT | BINARY => {
                message.append(&mut payload);
                is_begun = true;
                if is_last {
                    return Ok(message);
                }
            }
            PING => send(io, PONG, &payload).await?,
            PONG => {}
            CLOSE => return Err(Failure::new("websocket", "websocket: closed by the server")),
            _ => return Err(not_valid()),
        }
    }
}
