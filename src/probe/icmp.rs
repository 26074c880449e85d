//! Echo requests, as `ping` sends them, without privileges where the system allows it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::time::Instant;

use super::failure::Fault;
use super::{Failure, Trace, Verdict, dial, elapsed_ms, encoding};

/// A lost packet is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// A host.
#[derive(Debug)]
pub struct Check {
    pub host: String,
}

/// Nobody knows whether the host is silent or the network swallows echoes.
fn silence() -> Failure {
    Failure::new("icmp", "icmp: no echo came back").by(Fault::Echo)
}

impl Check {
    pub(super) async fn attempt(&self, trace: &mut Trace) -> Verdict {
        let addresses = dial::lookup(&self.host, 0, trace).await?;
        let address = *addresses.first().ok_or_else(Failure::name_not_found)?;
        trace.address = Some(address);
        trace.on_timeout = Some(silence());
        let (socket, is_raw) = open(address)?;
        let failed = |error: std::io::Error| dial::of_connect(address, &error);
        socket.set_nonblocking(true).map_err(failed)?;
        socket.connect(&address.into()).map_err(failed)?;
        // To the runtime, one socket for datagrams is like another.
        let socket = UdpSocket::from_std(socket.into()).map_err(failed)?;
        let token = encoding::random::<16>();
        let start = Instant::now();
        let mut number = 0_u16;
        loop {
            number = number.wrapping_add(1);
            let packet = request(address.ip(), number, &token);
            socket.send(&packet).await.map_err(failed)?;
            let answered = tokio::time::timeout(AGAIN, answer(&socket, is_raw, &token)).await;
            if let Ok(result) = answered {
                result.map_err(failed)?;
                trace.phases.first_byte_ms = Some(elapsed_ms(start));
                return Ok(None);
            }
        }
    }
}

/// A socket for echoes, and whether its answers carry more than the echo.
fn open(address: SocketAddr) -> Result<(Socket, bool), Failure> {
    let (domain, protocol) = match address {
        SocketAddr::V4(_) => (Domain::IPV4, Protocol::ICMPV4),
        SocketAddr::V6(_) => (Domain::IPV6, Protocol::ICMPV6),
    };
    if let Ok(socket) = Socket::new(domain, Type::DGRAM, Some(protocol)) {
        return Ok((socket, false));
    }
    Socket::new(domain, Type::RAW, Some(protocol)).map(|socket| (socket, true)).map_err(|error| {
        if error.kind() == std::io::ErrorKind::PermissionDenied {
            Failure::prober("icmp: this system lets the prober send no echo")
        } else {
            dial::of_connect(address, &error)
        }
    })
}

/// Type 8 (or 128 for IPv6), code 0, checksum, identifier, number, and a token that nobody guesses.
fn request(to: IpAddr, number: u16, token: &[u8]) -> Vec<u8> {
    let kind = if to.is_ipv4() { 8 } else { 128 };
    let mut packet = vec![kind, 0, 0, 0, token[0], token[1]];
    packet.extend(number.to_be_bytes());
    packet.extend(token);
    if to.is_ipv4() {
        // The system fills in the one of IPv6.
        let sum = checksum(&packet);
        packet[2..4].copy_from_slice(&sum.to_be_bytes());
    }
    packet
}

fn checksum(bytes: &[u8]) -> u16 {
    let sum: u32 = bytes
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0)))
        .sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !((folded & 0xffff) + (folded >> 16)) as u16
}

/// Waits for the echo of the token.
async fn answer(socket: &UdpSocket, is_raw: bool, token: &[u8]) -> std::io::Result<()> {
    let mut packet = [0; 256];
    loop {
        let count = socket.recv(&mut packet).await?;
        if is_echo(&packet[..count], is_raw, token) {
            return Ok(());
        }
    }
}

fn is_echo(packet: &[u8], is_raw: bool, token: &[u8]) -> bool {
    // A raw IPv4 socket hands out the header of the packet too.
    let skip = match packet.first() {
        Some(first) if is_raw && first >> 4 == 4 => usize::from(first & 15) * 4,
        _ => 0,
    };
    let Some(echo) = packet.get(skip..) else { return false };
    matches!(echo.first(), Some(0 | 129)) && echo.get(8..) == Some(token)
}
