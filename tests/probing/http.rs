//! HTTP: what is judged, and every way in which a server can misbehave.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aboveboard::model::Outcome;
use aboveboard::model::template::Variables;

use crate::servers::{answers, closed, greets, ok, request, reset, serve};
use crate::{probe_all, probe_in, probe_one, told};

type Told = (&'static str, Option<u16>, &'static str);

fn with_headers(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

#[test]
fn answers_are_judged() {
    let json = ok(r#"{"db":{"status":"up","lag":12.5},"queue":[3,250],"ok":true,"none":null}"#);
    let typed =
        with_headers("Content-Type: application/json; charset=utf-8\r\nX-Env: live\r\n", "{}");
    let cases: Vec<(Vec<u8>, &str, Told)> = vec![
        (ok("fine").into(), "", ("up", Some(200), "")),
        (ok("fine").into(), "expect: { body_contains: fine }", ("up", Some(200), "")),
        (
            ok("fine").into(),
            "expect: { body_contains: bad }",
            ("down", Some(200), "body: expected text is missing"),
        ),
        (
            ok("fine").into(),
            "expect: { body_not_contains: fin }",
            ("down", Some(200), "body: unwanted text is present"),
        ),
        (ok("v1.2.3").into(), r"expect: { body_matches: '^v\d+\.\d+' }", ("up", Some(200), "")),
        (
            ok("build 7").into(),
            r"expect: { body_matches: '^v\d+' }",
            ("down", Some(200), "body: it does not match"),
        ),
        (
            json.clone().into(),
            "expect: { json: { $.db.status: up, $.db.lag: '< 20', '$.queue[1]': '>= 250', $.ok: true, $.none: absent, $.db: exists } }",
            ("up", Some(200), ""),
        ),
        (
            json.clone().into(),
            "expect: { json: { '$.queue[1]': '< 250' } }",
            ("down", Some(200), "body: `$.queue[1]` is not as expected"),
        ),
        (
            json.into(),
            "expect: { json: { $.cache.status: up } }",
            ("down", Some(200), "body: `$.cache.status` is not as expected"),
        ),
        (
            ok("<html>").into(),
            "expect: { json: { $.ok: true } }",
            ("down", Some(200), "body: it is not JSON"),
        ),
        (
            typed.clone().into(),
            "expect: { header: { content-type: application/json, X-Env: live } }",
            ("up", Some(200), ""),
        ),
        (
            typed.into(),
            "expect: { header: { content-type: text/html } }",
            ("down", Some(200), "header: `content-type` is not as expected"),
        ),
        ("HTTP/1.1 204 No Content\r\n\r\n".into(), "", ("up", Some(204), "")),
        ("HTTP/1.1 304 Not Modified\r\n\r\n".into(), "", ("down", Some(304), "http status 304")),
        (
            "HTTP/1.1 304 Not Modified\r\n\r\n".into(),
            "expect: { status: [2xx, 304] }",
            ("up", Some(304), ""),
        ),
        (
            "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n".into(),
            "",
            ("down", Some(500), "http status 500"),
        ),
        ("SSH-2.0-OpenSSH_9.6\r\n".into(), "", ("down", None, "http: not a valid answer")),
        ("".into(), "", ("down", None, "connection closed too early")),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".into(),
            "",
            ("down", Some(200), "connection closed too early"),
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".into(),
            "",
            ("down", Some(200), "http: not a valid answer"),
        ),
        (
            format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(1 << 20)).into(),
            "",
            ("down", None, "http: not a valid answer"),
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: gopher://x/\r\ncontent-length: 0\r\n\r\n".into(),
            "",
            ("down", Some(302), "redirect: it leads nowhere"),
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n".into(),
            "",
            ("down", Some(302), "redirect: too many"),
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n".into(),
            "follow_redirects: false, expect: { status: 302 }",
            ("up", Some(302), ""),
        ),
    ];
    for (answer, keys, want) in cases {
        let finding = probe_one(&format!("http://{}/", answers(answer)), keys);
        assert_eq!(told(&finding), want, "{keys}");
        assert!(finding.attempts[0].phases.connect_ms.is_some());
    }
}

#[test]
fn silence_and_refusal_are_told_apart_in_bounded_time() {
    let mute = serve(|stream| {
        std::thread::sleep(Duration::from_secs(3));
        drop(stream);
    });
    let slow_head = serve(|mut stream| {
        request(&mut stream);
        for byte in b"HTTP/1.1 200 OK\r\nx: y\r\n".iter().cycle() {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let dripping = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while stream.write_all(b".").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let half = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
        let _ = stream.shutdown(std::net::Shutdown::Write);
        std::thread::sleep(Duration::from_secs(3));
    });
    let torn = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
        std::thread::sleep(Duration::from_millis(50));
        // Closing without a linger is a reset.
        let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    });
    // A listener whose queue is full takes no connection and refuses none.
    let full = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket2::SockRef::from(&full).listen(0).unwrap();
    let black_hole = full.local_addr().unwrap();
    let _in_the_queue: Vec<_> = (0..2)
        .map(|_| {
            std::thread::spawn(move || {
                std::net::TcpStream::connect_timeout(&black_hole, Duration::from_secs(3))
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(100));
    let closed = closed();
    let of = |url: String| format!("{{ url: \"{url}\", timeout: 400ms }}");
    let start = Instant::now();
    let findings = probe_all(
        &[
            of(format!("http://{mute}/")),
            of(format!("http://{slow_head}/")),
            of(format!("http://{dripping}/")),
            of(format!("http://{half}/")),
            of(format!("http://{black_hole}/")),
            of(format!("tcp://{closed}")),
            of(format!("http://{closed}/")),
            of(format!("https://{mute}/")),
            of(format!("http://{}/", serve(reset))),
            of(format!("http://{torn}/")),
        ],
        "",
    );
    let words: Vec<_> = findings.iter().map(told).collect();
    assert_eq!(
        words,
        [
            ("down", None, "answer timeout after 400 ms"),
            ("down", None, "answer timeout after 400 ms"),
            ("down", Some(200), "answer timeout after 400 ms"),
            ("down", Some(200), "connection closed too early"),
            ("down", None, "connect timeout after 400 ms"),
            ("down", None, "connection refused"),
            ("down", None, "connection refused"),
            ("down", None, "tls timeout after 400 ms"),
            ("down", None, "connection reset"),
            ("down", Some(200), "connection reset"),
        ]
    );
    let classes: Vec<_> = findings.iter().map(|finding| finding.class().unwrap()).collect();
    assert_eq!(
        classes,
        [
            "timeout",
            "timeout",
            "timeout",
            "reset",
            "connect timeout",
            "connect refused",
            "connect refused",
            "tls",
            "reset",
            "reset",
        ]
    );
    // So many timeouts one after another would take longer than all of them at once.
    assert!(start.elapsed() < Duration::from_millis(1900), "{:?}", start.elapsed());
}

#[test]
fn an_endless_body_is_read_to_its_limit_only() {
    let endless = serve(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nstart");
        while stream.write_all(&[b'x'; 65536]).is_ok() {}
    });
    for keys in ["expect: { body_contains: start }", ""] {
        let finding = probe_one(&format!("http://{endless}/"), keys);
        assert_eq!(told(&finding), ("up", Some(200), ""));
    }
}

#[test]
fn what_stands_behind_the_limit_is_not_guessed() {
    let body = format!("start{}Traceback", "a".repeat(1 << 20));
    let probe = |keys: &str| {
        let server = answers(ok(&body));
        crate::words(&probe_one(&format!("http://{server}/"), &format!("expect: {{ {keys} }}")))
    };
    assert_eq!(probe("body_contains: start"), "up");
    assert_eq!(
        probe("body_contains: Traceback"),
        "down body: expected text is missing in its first MiB"
    );
    assert_eq!(
        probe("body_not_contains: Traceback"),
        "degraded body: only its first MiB was looked through"
    );
    assert_eq!(probe("json: { $.x: 1 }"), "down body: it is too large to be read as JSON");
}

#[test]
fn a_redirect_to_nowhere_is_the_fault_of_who_sends_us_there() {
    let to = |location: &str| {
        let answer =
            format!("HTTP/1.1 302 Go\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let probe = format!("{{ url: 'http://{}/' }}", answers(answer));
        let found = crate::run(std::path::Path::new("."), &Variables::new(), &[probe], "");
        crate::words(&found[0])
    };
    assert!(to("http://name.invalid/").starts_with("down dns: "));
    assert!(to("http://[2001:db8::1]/").starts_with("down "));
}

#[test]
fn a_slow_answer_is_degraded() {
    let slow = serve(|mut stream| {
        request(&mut stream);
        std::thread::sleep(Duration::from_millis(120));
        let _ = stream.write_all(ok("").as_bytes());
    });
    let finding = probe_one(&format!("http://{slow}/"), "degraded_after: 100ms");
    assert_eq!(finding.sample.outcome, Outcome::Degraded);
    let ms = finding.sample.latency_ms.unwrap();
    assert!(ms >= 120, "{ms}");
    assert_eq!(*finding.sample.detail, *format!("slow: {ms} ms, the limit is 100 ms"));
    assert!(finding.attempts[0].phases.first_byte_ms.unwrap() >= 119);
}

#[test]
fn a_failed_attempt_is_told_even_when_a_later_one_succeeds() {
    let count = Arc::new(Mutex::new(0));
    let flaky = serve(move |mut stream| {
        request(&mut stream);
        let mut count = count.lock().unwrap();
        *count += 1;
        let answer = if *count < 3 {
            "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n".to_owned()
        } else {
            ok("")
        };
        let _ = stream.write_all(answer.as_bytes());
    });
    let finding = probe_one(&format!("http://{flaky}/"), "retries: 2");
    assert_eq!(told(&finding), ("up", Some(200), "2 of 3 attempts failed: http status 503"));
    let codes: Vec<_> = finding.attempts.iter().map(|attempt| attempt.code).collect();
    assert_eq!(codes, [Some(503), Some(503), Some(200)]);
    let dead = answers("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
    let finding = probe_one(&format!("http://{dead}/"), "retries: 1");
    assert_eq!(told(&finding), ("down", Some(503), "http status 503 (2 of 2 attempts)"));
}

/// Two servers that keep what they are asked; the first sends everybody to the second.
fn redirecting(status: u16) -> (std::net::SocketAddr, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let other = serve(move |mut stream| {
        let head = request(&mut stream);
        log.lock().unwrap().push(head);
        let _ = stream.write_all(ok("").as_bytes());
    });
    let log = Arc::clone(&seen);
    let own = serve(move |mut stream| {
        let head = request(&mut stream);
        log.lock().unwrap().push(head);
        let answer = format!(
            "HTTP/1.1 {status} Go\r\nlocation: http://{other}/landed?x=1\r\ncontent-length: 0\r\n\r\n"
        );
        let _ = stream.write_all(answer.as_bytes());
    });
    (own, seen)
}

#[test]
fn headers_go_to_the_own_origin_and_not_along_a_redirect() {
    let (own, seen) = redirecting(302);
    let variables = Variables::from([("TOKEN".to_owned(), "geheim".to_owned())]);
    let keys = format!(
        "{{ url: \"http://user:pass@{own}/start?q=1\", method: POST, body: hello, headers: {{ X-Token: \"${{TOKEN}}\" }} }}"
    );
    let finding = probe_in(std::path::Path::new("."), &variables, &[keys], "").remove(0);
    assert_eq!(told(&finding), ("up", Some(200), ""));
    let redirects = &finding.attempts[0].redirects;
    assert!(redirects.len() == 1 && redirects[0].ends_with("/landed"), "{redirects:?}");
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("POST /start?q=1 HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(
        seen[0].contains("x-token: geheim\r\n")
            && seen[0].contains("authorization: Basic dXNlcjpwYXNz\r\n"),
        "{}",
        seen[0]
    );
    assert!(seen[1].starts_with("GET /landed?x=1 HTTP/1.1\r\n"), "{}", seen[1]);
    assert!(!seen[1].contains("geheim") && !seen[1].contains("authorization"), "{}", seen[1]);
}

#[test]
fn a_redirect_keeps_or_drops_the_method_as_its_status_says() {
    for (status, method, want) in [
        (301, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (302, "HEAD", "HEAD"),
    ] {
        let (own, seen) = redirecting(status);
        probe_one(&format!("http://{own}/"), &format!("method: {method}"));
        let seen = seen.lock().unwrap();
        assert!(seen[1].starts_with(&format!("{want} ")), "{status} {method}: {}", seen[1]);
    }
}

#[test]
fn credentials_are_sent_as_the_configuration_says() {
    for (url_part, keys, want) in [
        ("", "auth: { user: a, password: 'b:c' }", "authorization: Basic YTpiOmM="),
        ("", "auth: { bearer: t0ken }", "authorization: Bearer t0ken"),
        ("me:p%40ss@", "", "authorization: Basic bWU6cEBzcw=="),
        ("me:pass@", "headers: { Authorization: Own }", "authorization: Own"),
    ] {
        let seen = Arc::new(Mutex::new(String::new()));
        let log = Arc::clone(&seen);
        let server = serve(move |mut stream| {
            *log.lock().unwrap() = request(&mut stream);
            let _ = stream.write_all(ok("").as_bytes());
        });
        probe_one(&format!("http://{url_part}{server}/"), keys);
        let seen = seen.lock().unwrap();
        assert!(seen.contains(&format!("{want}\r\n")), "{keys}: {seen}");
        assert_eq!(seen.matches("authorization").count(), 1);
    }
}

#[test]
fn a_proxy_of_the_environment_carries_requests() {
    let target = answers(ok("target"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let proxy = serve(move |mut stream| {
        let head = request(&mut stream);
        let is_tunnel = head.starts_with("CONNECT ");
        log.lock().unwrap().push(head);
        if is_tunnel {
            let _ = stream.write_all(b"HTTP/1.1 502 No\r\n\r\n");
            return;
        }
        let mut onward = std::net::TcpStream::connect(target).unwrap();
        onward.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let _ = std::io::copy(&mut onward, &mut stream);
    });
    let run = |proxy: &str, url: &str| {
        let variables = Variables::from([("ALL_PROXY".to_owned(), proxy.to_owned())]);
        let probes = [format!("{{ url: \"{url}\", expect: {{ body_contains: target }} }}")];
        probe_in(std::path::Path::new("."), &variables, &probes, "").remove(0)
    };
    let through = format!("http://u:p@{proxy}");
    let finding = run(&through, "http://inside.invalid/x?y");
    assert_eq!(told(&finding), ("up", Some(200), ""));
    let finding = run(&through, "https://inside.invalid/");
    assert_eq!(told(&finding), ("down", None, "proxy: it cannot reach the target"));
    {
        let seen = seen.lock().unwrap();
        assert!(seen[0].starts_with("GET http://inside.invalid/x?y HTTP/1.1\r\n"), "{}", seen[0]);
        assert!(seen[0].contains("proxy-authorization: Basic dTpw\r\n"), "{}", seen[0]);
        assert!(seen[1].starts_with("CONNECT inside.invalid:443 HTTP/1.1\r\n"), "{}", seen[1]);
    }
    // A proxy that is gone says nothing about the target.
    let finding = run(&format!("http://{}", closed()), "https://inside.invalid/");
    assert_eq!(told(&finding), ("unknown", None, "proxy: it cannot be reached"));
    let finding =
        run(&format!("http://{}", greets("HTTP/1.1 407 Who\r\n\r\n")), "https://a.invalid/");
    assert_eq!(told(&finding), ("unknown", None, "proxy: it refused"));
}

#[test]
fn a_name_that_does_not_exist_is_told_as_dns() {
    let finding = probe_one("http://name.invalid/", "timeout: 5s");
    assert_eq!(finding.sample.outcome, Outcome::Down);
    assert!(finding.sample.detail.starts_with("dns: "), "{}", finding.sample.detail);
    assert_eq!(finding.class(), Some("dns"));
}

#[test]
fn an_address_that_nobody_here_can_reach_is_not_called_down() {
    let finding = probe_one("http://[2001:db8::1]/", "timeout: 1s");
    let socket = std::net::UdpSocket::bind("[::]:0");
    let has_route = socket.is_ok_and(|socket| socket.connect("[2001:db8::1]:80").is_ok());
    if has_route {
        assert_eq!(finding.sample.outcome, Outcome::Down);
    } else {
        let want = ("unknown", None, "no route to this address from the prober");
        assert_eq!(told(&finding), want);
    }
}

#[test]
fn an_ipv6_address_stands_for_a_name() {
    if !crate::servers::has_ipv6() {
        let finding = probe_one("http://[::1]:9/", "");
        assert_eq!(told(&finding), ("unknown", None, "no route to this address from the prober"));
        return;
    }
    let listener = std::net::TcpListener::bind("[::1]:0").unwrap();
    let address = listener.local_addr().unwrap();
    let host = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&host);
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        *log.lock().unwrap() = request(&mut stream);
        let _ = stream.write_all(ok("").as_bytes());
    });
    let finding = probe_one(&format!("http://{address}/"), "");
    assert_eq!(told(&finding), ("up", Some(200), ""));
    let finding = probe_one("tcp://[::1]:9", "");
    assert_eq!(told(&finding), ("down", None, "connection refused"));
    let host = host.lock().unwrap();
    assert!(host.contains(&format!("host: {address}\r\n")), "{host}");
}
