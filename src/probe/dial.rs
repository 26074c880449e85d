//! Name lookup and TCP connection, each timed.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{Failure, Trace, elapsed_ms};

/// How long one address may keep the next one waiting: RFC 8305 recommends 250 ms.
const STAGGER: Duration = Duration::from_millis(250);

/// Opens a fresh connection to whichever address of the host answers first.
pub async fn connect(host: &str, port: u16, trace: &mut Trace) -> Result<TcpStream, Failure> {
    let start = Instant::now();
    let addresses = lookup(host, port).await?;
    trace.phases.dns_ms = Some(elapsed_ms(start));
    let start = Instant::now();
    let stream = race(addresses).await?;
    trace.phases.connect_ms = Some(elapsed_ms(start));
    // A failure here costs only time: small packets may wait for each other.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn lookup(host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let found = tokio::net::lookup_host((host, port)).await;
    let addresses: Vec<SocketAddr> = found.map_err(|error| Failure::of_lookup(&error))?.collect();
    if addresses.is_empty() { Err(Failure::NameNotFound) } else { Ok(interleaved(addresses)) }
}

/// Alternates between the address families, so that a broken one costs one step only.
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (same, other): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut mixed = Vec::with_capacity(same.len() + other.len());
    let (mut same, mut other) = (same.into_iter(), other.into_iter());
    loop {
        let pair = (same.next(), other.next());
        if pair == (None, None) {
            return mixed;
        }
        mixed.extend(pair.0.into_iter().chain(pair.1));
    }
}

async fn race(addresses: Vec<SocketAddr>) -> Result<TcpStream, Failure> {
    let mut waiting = addresses.into_iter();
    let mut tries: JoinSet<std::io::Result<TcpStream>> = JoinSet::new();
    let mut failure = None;
    loop {
        if let Some(address) = waiting.next() {
            tries.spawn(TcpStream::connect(address));
        }
        let done = if waiting.len() == 0 {
            tries.join_next().await
        } else {
            tokio::time::timeout(STAGGER, tries.join_next()).await.unwrap_or(None)
        };
        match done {
            Some(Ok(Ok(stream))) => return Ok(stream),
            // The first address is the one the resolver prefers; its failure tells most.
            Some(Ok(Err(error))) => failure = failure.or(Some(Failure::of_io(&error))),
            Some(Err(_)) => {}
            None if tries.is_empty() && waiting.len() == 0 => {
                return Err(failure.unwrap_or(Failure::HostUnreachable));
            }
            None => {}
        }
    }
}
