//! The sample services of the demo, all on loopback.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hyper::StatusCode;
use tokio::net::TcpListener;

use crate::serve;

/// Where the services listen.
pub struct Services {
    /// Always answers at once.
    pub healthy: SocketAddr,
    /// Answers after most of a second.
    pub slow: SocketAddr,
    /// Fails for 12 seconds of every 60.
    pub flapping: SocketAddr,
    /// Accepts connections.
    pub tcp: SocketAddr,
    /// Fails after `/break`, until `/heal`.
    pub breakable: SocketAddr,
}

impl Services {
    /// Starts all of them; the links of the breakable one lead back to `page`.
    pub async fn start(page: &str) -> std::io::Result<Self> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let [healthy, slow, flapping, tcp, breakable] = [
            TcpListener::bind(any).await?,
            TcpListener::bind(any).await?,
            TcpListener::bind(any).await?,
            TcpListener::bind(any).await?,
            TcpListener::bind(any).await?,
        ];
        let services = Self {
            healthy: healthy.local_addr()?,
            slow: slow.local_addr()?,
            flapping: flapping.local_addr()?,
            tcp: tcp.local_addr()?,
            breakable: breakable.local_addr()?,
        };
        tokio::spawn(serve::answer(healthy, |_| async { serve::text(StatusCode::OK, "ok") }));
        tokio::spawn(serve::answer(slow, |_| async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            serve::text(StatusCode::OK, "ok, at last")
        }));
        let start = Instant::now();
        tokio::spawn(serve::answer(flapping, move |_| async move {
            match start.elapsed().as_secs() % 60 {
                30..42 => serve::text(StatusCode::SERVICE_UNAVAILABLE, "not now"),
                _ => serve::text(StatusCode::OK, "ok"),
            }
        }));
        tokio::spawn(async move {
            loop {
                // Each connection is taken and closed: that is all a TCP check wants to see.
                let _ = tcp.accept().await;
            }
        });
        let broken = Arc::new(AtomicBool::new(false));
        let page = page.to_owned();
        tokio::spawn(serve::answer(breakable, move |request| {
            let (broken, page) = (Arc::clone(&broken), page.clone());
            async move {
                match request.uri().path() {
                    "/break" | "/heal" => {
                        broken.store(request.uri().path() == "/break", Ordering::Relaxed);
                        serve::redirect(&page)
                    }
                    _ if broken.load(Ordering::Relaxed) => {
                        serve::text(StatusCode::INTERNAL_SERVER_ERROR, "broken on purpose")
                    }
                    _ => serve::text(StatusCode::OK, "ok"),
                }
            }
        }));
        Ok(services)
    }

    /// Opening it breaks the breakable service.
    pub fn break_link(&self) -> String {
        format!("http://{}/break", self.breakable)
    }

    /// Opening it heals the breakable service.
    pub fn heal_link(&self) -> String {
        format!("http://{}/heal", self.breakable)
    }
}
