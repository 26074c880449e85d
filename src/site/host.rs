//! What hosts and crawlers read: headers, site map, robots.

use super::plan::Site;
use crate::files::Files;

/// Headers for hosts that read `_headers`: machines may read everything from anywhere, pages and
/// data stay fresh, and what carries a hash in its name stays for ever.
///
/// A path has its own lines only where the answer to `*` would be wrong; `!` takes back what `*`
/// said before.
const HEADERS: &str = "/*
  Cache-Control: public, max-age=30, stale-while-revalidate=60
  X-Content-Type-Options: nosniff
  Referrer-Policy: strict-origin-when-cross-origin
  Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'
/assets/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
  Access-Control-Allow-Origin: *
/status.json
  Access-Control-Allow-Origin: *
/inputs.json
  Access-Control-Allow-Origin: *
/api/*
  Access-Control-Allow-Origin: *
/data/*
  Access-Control-Allow-Origin: *
/embed/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
/badges/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  ! Content-Security-Policy
  Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'
/maintenance.ics
  Access-Control-Allow-Origin: *
  Content-Type: text/calendar; charset=utf-8
/components/:component/maintenance.ics
  Access-Control-Allow-Origin: *
  Content-Type: text/calendar; charset=utf-8
";

/// The feeds. Their own types, such as `application/atom+xml`, are shown as source by browsers that
/// would show them with their style sheet otherwise; readers take both.
const FEEDS: &[(&str, &str)] = &[
    ("feed.atom", "application/xml; charset=utf-8"),
    ("feed.rss", "application/xml; charset=utf-8"),
    ("feed.json", "application/feed+json; charset=utf-8"),
    ("history.atom", "application/xml; charset=utf-8"),
    ("history.rss", "application/xml; charset=utf-8"),
    ("components/:component/feed.atom", "application/xml; charset=utf-8"),
    ("components/:component/feed.rss", "application/xml; charset=utf-8"),
    ("components/:component/feed.json", "application/feed+json; charset=utf-8"),
];

fn headers() -> String {
    let mut text = HEADERS.to_owned();
    for (path, kind) in FEEDS {
        text.push_str(&format!(
            "/{path}\n  Access-Control-Allow-Origin: *\n  Content-Type: {kind}\n"
        ));
    }
    text
}

/// Adds the files.
pub fn render(site: &Site<'_>, files: &mut Files) {
    let settings = site.inputs.settings;
    let pages: Vec<String> = files
        .iter()
        .filter_map(|(path, _)| path.strip_suffix("index.html"))
        .map(|folder| settings.absolute(folder))
        .collect();
    files.text("sitemap.xml", sitemap(&pages));
    files.text(
        "robots.txt",
        format!("User-agent: *\nAllow: /\nSitemap: {}\n", settings.absolute("sitemap.xml")),
    );
    files.text("_headers", headers());
    files.text(".nojekyll", "");
}

fn sitemap(pages: &[String]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for page in pages {
        // Addresses are of letters, digits and `-_./`; the site's own may hold an ampersand.
        let page = page.replace('&', "&amp;").replace('\'', "&apos;");
        text.push_str(&format!("<url><loc>{page}</loc></url>\n"));
    }
    text.push_str("</urlset>\n");
    text
}
