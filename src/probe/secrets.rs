//! What must never be shown: values of variables, and credentials of addresses.

use percent_encoding::percent_decode_str;
use url::Url;

use super::encoding::base64;

/// The secrets of one probe.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Remembers a secret, in the forms in which it travels.
    pub fn add(&mut self, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        for line in value.lines().map(str::trim).filter(|line| line.len() >= 4 && *line != value) {
            self.0.push(line.to_lowercase());
        }
        // Base64 of a text inside a longer one starts at one of three offsets; its inner
        // part is the same whatever stands around it.
        for skip in 0..3.min(value.len()) {
            let inner = &value.as_bytes()[skip..];
            let whole = base64(&inner[..inner.len() / 3 * 3]);
            if whole.len() >= 8 {
                self.0.push(whole.to_lowercase());
            }
        }
        self.0.push(value.to_lowercase());
    }

    /// Remembers the user and the password of an address.
    pub fn add_credentials(&mut self, url: &Url) {
        for part in [url.username(), url.password().unwrap_or_default()] {
            self.add(part);
            self.add(&percent_decode_str(part).decode_utf8_lossy());
        }
    }

    /// The text, or a mark in its place when a secret is in it.
    pub fn hide(&self, text: &str) -> String {
        if self.are_in(text) {
            return "[hidden]".to_owned();
        }
        // What a server or a program says must not steer a terminal either.
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// Whether a secret is in a text, in any of its forms.
    pub fn are_in(&self, text: &str) -> bool {
        let plain = text.to_lowercase();
        let url_safe = plain.replace('-', "+").replace('_', "/");
        let decoded = percent_decode_str(&plain).decode_utf8_lossy().to_lowercase();
        let shows = |secret: &String| {
            [&plain, &decoded, &url_safe].iter().any(|form| form.contains(secret.as_str()))
        };
        self.0.iter().any(shows)
    }

    /// An address without its credentials, query and fragment, as far as it may be shown.
    pub fn hide_url(&self, url: &Url) -> String {
        let mut shown = url.clone();
        // Both fail only for addresses that cannot have credentials.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        shown.set_query(None);
        shown.set_fragment(None);
        self.hide(shown.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_hidden_in_every_form_it_travels_in() {
        let mut secrets = Secrets::default();
        secrets.add("Pa55 wörd/x");
        for text in [
            "https://a.example/pa55%20w%C3%B6rd%2Fx/",
            "seen: Pa55 wörd/x.",
            &format!("auth {}", base64("user:Pa55 wörd/x".as_bytes())),
            &format!("auth {}", base64("me:Pa55 wörd/x!".as_bytes())),
            &format!("auth {}", base64("Pa55 wörd/x".as_bytes())),
        ] {
            assert_eq!(secrets.hide(text), "[hidden]", "{text}");
        }
        assert_eq!(secrets.hide("https://a.example/ok"), "https://a.example/ok");
        let url = Url::parse("https://u:p@a.example/x?token=1#y").expect("valid");
        assert_eq!(secrets.hide_url(&url), "https://a.example/x");
    }
}
