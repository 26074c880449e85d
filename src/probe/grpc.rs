//! gRPC: the standard health service, `grpc.health.v1.Health/Check`.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::HeaderMap;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::http::Io;
use super::{Context, Failure, Trace, Verdict, dial, elapsed_ms, http, tls};
use crate::model::target::Peer;

const BODY_LIMIT: usize = 64 * 1024;

/// A server, and one of its services.
#[derive(Debug)]
pub(super) struct Check {
    pub peer: Peer,
    pub tls: Option<tls::Options>,
    pub service: String,
    pub headers: HeaderMap,
}

impl Check {
    pub(super) async fn attempt(&self, context: &Context, trace: &mut Trace) -> Verdict {
        let stream = dial::connect(&self.peer.host, self.peer.port, trace).await?;
        let (io, concern): (Box<dyn Io>, _) = match &self.tls {
            None => (Box::new(stream), None),
            Some(options) => {
                let (stream, concern) =
                    tls::handshake(stream, &self.peer.host, &[b"h2"], options, context, trace)
                        .await?;
                (Box::new(stream), concern)
            }
        };
        self.ask(io, trace).await?;
        Ok(concern)
    }

    async fn ask(&self, io: Box<dyn Io>, trace: &mut Trace) -> Result<(), Failure> {
        let start = Instant::now();
        trace.protocol = Some("gRPC");
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let host = &self.peer.host;
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let mut message = hyper::Request::builder()
            .method("POST")
            .uri(format!("{scheme}://{host}:{}/grpc.health.v1.Health/Check", self.peer.port))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::new(Bytes::from(frame(&self.service))))
            .map_err(|_| Failure::prober("the request cannot be made"))?;
        for (name, value) in &self.headers {
            message.headers_mut().insert(name.clone(), value.clone());
        }
        let (mut sender, driver) = http2::handshake(TokioExecutor::new(), TokioIo::new(io))
            .await
            .map_err(|error| http::of_hyper(&error))?;
        let mut connection = JoinSet::new();
        connection.spawn(async move {
            let _ = driver.await;
        });
        let response =
            sender.send_request(message).await.map_err(|error| http::of_hyper(&error))?;
        trace.phases.first_byte_ms = Some(elapsed_ms(start));
        if response.status() != hyper::StatusCode::OK {
            trace.code = Some(response.status().as_u16());
            return Err(Failure::new("grpc", "grpc: the server does not speak it"));
        }
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|error| {
            match error.downcast_ref::<hyper::Error>() {
                Some(error) => http::of_hyper(error),
                None => Failure::new("grpc", "grpc: not a valid answer"),
            }
        })?;
        let status = body
            .trailers()
            .and_then(|trailers| trailers.get("grpc-status"))
            .or(parts.headers.get("grpc-status"))
            .and_then(|value| value.to_str().ok()?.parse::<u16>().ok());
        trace.code = status;
        match status {
            Some(0) => judge(&body.to_bytes()),
            Some(5) => Err(Failure::new("grpc", "grpc: the service is not known")),
            Some(12) => Err(Failure::new("grpc", "grpc: there is no health service")),
            Some(code) => Err(Failure::new("grpc", format!("grpc: status {code}"))),
            None => Err(Failure::new("grpc", "grpc: not a valid answer")),
        }
    }
}

/// A `HealthCheckRequest` in its frame: not compressed, four bytes of length, field 1.
fn frame(service: &str) -> Vec<u8> {
    let mut message = Vec::new();
    if !service.is_empty() {
        message.push(0x0a);
        let mut length = service.len();
        while length >= 0x80 {
            message.push(length as u8 | 0x80);
            length >>= 7;
        }
        message.push(length as u8);
        message.extend(service.as_bytes());
    }
    let mut frame = vec![0];
    frame.extend((message.len() as u32).to_be_bytes());
    frame.extend(message);
    frame
}

/// What a `HealthCheckResponse` says; an absent status is the number 0.
fn judge(body: &[u8]) -> Result<(), Failure> {
    match body.get(5..) {
        Some([0x08, 1, ..]) => Ok(()),
        Some([0x08, 2, ..]) => Err(Failure::new("grpc", "grpc: not serving")),
        Some([0x08, 3, ..]) => Err(Failure::new("grpc", "grpc: the service is not known")),
        Some(_) => Err(Failure::new("grpc", "grpc: the status of the service is unknown")),
        None => Err(Failure::new("grpc", "grpc: not a valid answer")),
    }
}
