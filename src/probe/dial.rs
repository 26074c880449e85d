//! Name lookup and TCP connection, each timed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::failure::Fault;
use super::{Failure, Trace, elapsed_ms};

/// How long one address may keep the next one waiting: RFC 8305 recommends 250 ms.
const STAGGER: Duration = Duration::from_millis(250);

/// Opens a fresh connection to whichever address of the host answers first.
pub async fn connect(host: &str, port: u16, trace: &mut Trace) -> Result<TcpStream, Failure> {
    let addresses = lookup(host, port, trace).await?;
    trace.part = "connect";
    let start = Instant::now();
    let stream = race(addresses).await?;
    trace.phases.connect_ms = Some(elapsed_ms(start));
    trace.address = stream.peer_addr().ok();
    trace.part = "answer";
    // A failure here costs only time: small packets may wait for each other.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The addresses of a host, those of both families in turn.
pub async fn lookup(host: &str, port: u16, trace: &mut Trace) -> Result<Vec<SocketAddr>, Failure> {
    trace.part = "dns";
    let start = Instant::now();
    if let Ok(address) = host.parse::<IpAddr>() {
        trace.part = "answer";
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let found = tokio::net::lookup_host((host, port)).await;
    let addresses = interleaved(found.map_err(|error| Failure::of_lookup(&error))?.collect());
    if addresses.is_empty() {
        return Err(Failure::name_not_found());
    }
    trace.phases.dns_ms = Some(elapsed_ms(start));
    trace.part = "answer";
    Ok(addresses)
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
    if let [only] = addresses.as_slice() {
        return open(*only).await;
    }
    let mut waiting = addresses.into_iter();
    let mut tries: JoinSet<Result<TcpStream, Failure>> = JoinSet::new();
    let mut failure: Option<Failure> = None;
    loop {
        if let Some(address) = waiting.next() {
            tries.spawn(open(address));
        }
        let done = if waiting.len() == 0 {
            tries.join_next().await
        } else {
            tokio::time::timeout(STAGGER, tries.join_next()).await.unwrap_or(None)
        };
        match done {
            Some(Ok(Ok(stream))) => return Ok(stream),
            // The first address is the one the resolver prefers; its failure tells most,
            // unless it says only that we cannot get there.
            Some(Ok(Err(error))) => {
                let first = failure.take().filter(|first| first.fault != Fault::Prober);
                failure = Some(first.unwrap_or(error));
            }
            Some(Err(_)) => {}
            None if tries.is_empty() && waiting.len() == 0 => {
                return Err(failure.unwrap_or_else(Failure::host_unreachable));
            }
            None => {}
        }
    }
}

async fn open(address: SocketAddr) -> Result<TcpStream, Failure> {
    TcpStream::connect(address).await.map_err(|error| of_connect(address, &error))
}

/// An unreachable network is either somewhere on the way, or we have no way at all. A
/// datagram socket tells which without sending anything.
pub fn of_connect(address: SocketAddr, error: &std::io::Error) -> Failure {
    let unspecified: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    use std::io::ErrorKind::{AddrNotAvailable, NetworkUnreachable};
    let has_route =
        || UdpSocket::bind((unspecified, 0)).and_then(|socket| socket.connect(address)).is_ok();
    if matches!(error.kind(), NetworkUnreachable | AddrNotAvailable) && !has_route() {
        return Failure::no_route();
    }
    // EAFNOSUPPORT: this machine does not know the address family.
    if error.raw_os_error() == Some(97) {
        return Failure::no_route();
    }
    Failure::of_io(error)
}
