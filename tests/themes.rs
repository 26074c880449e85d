//! Themes and languages: what templates may use is documented, files can be ejected and changed,
//! and a site in several languages has every page in each.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;

use aboveboard::theme::built_in;
use support::{aboveboard, said, write};

/// The structs of `src/site/view/` with their comments, as the documentation has them.
fn contract() -> String {
    let mut out = String::new();
    for file in ["frame", "pages", "component", "declared", "past"] {
        let path = format!("src/site/view/{file}.rs");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = fs::read_to_string(path).unwrap();
        let mut comment: Vec<&str> = Vec::new();
        let mut fields = 0;
        for line in text.lines() {
            let line = line.trim();
            if let Some(said) = line.strip_prefix("/// ") {
                comment.push(said);
            } else if let Some(rest) = line.strip_prefix("pub struct ") {
                let name = rest.split([' ', '{']).next().unwrap();
                let what =
                    comment.join(" ").replace("[`", "`").replace("`]", "`").replace("super::", "");
                out.push_str(&format!("\n#### {name}\n\n{what}\n"));
                if !rest.ends_with("{}") {
                    out.push_str("\n| field | type | what |\n|---|---|---|\n");
                }
                comment.clear();
            } else if let Some(rest) = line.strip_prefix("pub ") {
                if let Some((name, kind)) = rest.trim_end_matches(',').split_once(": ") {
                    let what = comment.join(" ").replace("[`", "`").replace("`]", "`");
                    let kind = kind
                        .replace("&'static str", "text")
                        .replace("String", "text")
                        .replace("usize", "number")
                        .replace("bool", "yes or no")
                        .replace("Vec<", "list of ")
                        .replace("Option<", "optional ")
                        .replace(['>'], "");
                    let kind = kind.split(' ').map(|word| match word {
                        "i64" | "u64" | "u32" => "number",
                        word => word,
                    });
                    let kind = kind.collect::<Vec<_>>().join(" ");
                    out.push_str(&format!(
                        "| `{name}` | {kind} | {} |\n",
                        what.replace('|', "\\|")
                    ));
                    fields += 1;
                }
                comment.clear();
            } else if !line.starts_with("#[") {
                comment.clear();
            }
        }
        assert!(!out.contains("\n\n\n"), "a struct without a comment");
        assert!(fields > 5, "{file}: {fields} fields");
    }
    out
}

#[test]
fn every_field_that_templates_see_is_documented() {
    const MARK: &str = "<!-- Written by `ABOVEBOARD_BLESS=1 cargo test --test themes`. -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/themes.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, after) = text.split_once(MARK).unwrap();
    let contract = contract();
    if std::env::var_os("ABOVEBOARD_BLESS").is_some() {
        fs::write(&path, format!("{before}{MARK}{contract}")).unwrap();
        return;
    }
    assert!(after == contract, "docs/themes.md differs from src/site/view/");
    // Every file of the theme is named too.
    for name in built_in().keys().filter(|name| !name.starts_with("i18n/")) {
        let told = name.strip_prefix("parts/").unwrap_or(name);
        assert!(before.contains(&format!("`{told}`")), "docs/themes.md does not name `{name}`");
    }
}

const NOW: [&str; 2] = ["--now", "2026-11-22T10:00:00Z"];

fn site(folder: &Path, config: &str) {
    let incident = "---\ntitle: Gone\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-22 09:00 UTC\nSee [the log](/data/) and <b>wait</b>.\n";
    write(folder, &[("probes.yaml", config), ("content/incidents/gone.md", incident)]);
}

#[test]
fn files_are_ejected_once_and_then_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path(), support::CONFIG);
    let eject = |file: &[&str]| {
        aboveboard(folder.path()).args(["theme", "eject"]).args(file).output().unwrap()
    };
    let one = eject(&["home.html"]);
    assert!(one.status.success());
    assert!(said(&one).starts_with("wrote themes/default/home.html\n"), "{}", said(&one));
    let path = folder.path().join("themes/default/home.html");
    assert_eq!(fs::read_to_string(&path).unwrap(), built_in()["home.html"]);
    fs::write(&path, "{% extends \"base.html\" %}{% block main %}<h1>Mine</h1>{% endblock main %}")
        .unwrap();
    let all = eject(&[]);
    assert!(said(&all).contains("kept  themes/default/home.html, which was there already"));
    assert!(said(&all).contains("wrote themes/default/i18n/pl.yaml"));
    assert!(folder.path().join("themes/default/parts/timeline.html").exists());
    // The site is as before, but for what was changed.
    let built = aboveboard(folder.path()).args(["build", "--strict"]).args(NOW).output().unwrap();
    assert!(built.status.success(), "{}", said(&built));
    let home = fs::read_to_string(folder.path().join("public/index.html")).unwrap();
    assert!(home.contains("<h1>Mine</h1>"));
    let wrong = eject(&["hmoe.html"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("no theme has a file `hmoe.html`; did you mean `home.html`?"));
}

#[test]
fn a_site_in_two_languages_has_every_page_in_both() {
    let folder = tempfile::tempdir().unwrap();
    let config = support::CONFIG.replace("site: {", "site: { languages: [en, de],");
    site(folder.path(), &config);
    write(folder.path(), &[("content/pages/about.md", "---\ntitle: About\n---\n[Home](/)\n")]);
    let built = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert!(built.status.success(), "{}", said(&built));
    let public = folder.path().join("public");
    let pages: Vec<String> = support::tree(&public)
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with("index.html"))
        .collect();
    let (german, english): (Vec<_>, Vec<_>) =
        pages.iter().partition(|path| path.starts_with("de/"));
    let german: Vec<&str> = german.iter().map(|path| &path[3..]).collect();
    assert_eq!(german, english);
    assert!(german.len() > 8, "{german:?}");
    let read = |path: &str| fs::read_to_string(public.join(path)).unwrap();
    let page = read("de/incidents/gone/index.html");
    // Texts of authors link to what is there once, and the page to its own language.
    assert!(page.contains("<a href=\"../../../data/\">the log</a>"), "{page}");
    assert!(page.contains("<a href=\"../../../de/history/\">"), "{page}");
    assert!(page.contains("hreflang=\"en\" href=\"https://status.acme.example/incidents/gone/\""));
    assert!(page.contains("<html lang=\"de\" dir=\"ltr\">"));
    // What was written in English says so there, and needs not in English.
    assert!(page.contains("<h1 dir=\"auto\" lang=\"en\">Gone</h1>"), "{page}");
    assert!(read("incidents/gone/index.html").contains("<h1 dir=\"auto\">Gone</h1>"));
    assert!(read("sitemap.xml").contains("https://status.acme.example/de/about/"));
    // What is for machines is in the main language, and what a terminal says in English.
    let sentence = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        json["status"]["sentence"].as_str().unwrap().to_owned()
    };
    assert_eq!(sentence(&read("status.json")), "Incident: Gone, since 09:00 UTC");
    site(folder.path(), &config.replace("[en, de]", "[de, en]"));
    let built = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert!(said(&built).starts_with("Incident: Gone, since 09:00 UTC\n"), "{}", said(&built));
    assert_eq!(sentence(&read("status.json")), "Vorfall: Gone, seit 09:00 UTC");
    assert!(read("index.html").contains("<html lang=\"de\""));
    let status = aboveboard(folder.path()).args(["status", "--json"]).args(NOW).output().unwrap();
    assert_eq!(sentence(&said(&status)), "Vorfall: Gone, seit 09:00 UTC");
    let verified = aboveboard(folder.path()).arg("verify").output().unwrap();
    assert!(said(&verified).starts_with("agrees: "), "{}", said(&verified));
}

#[test]
fn a_language_or_logo_that_nobody_brought_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let look = "site: { languages: [en, sv], theme: { name: acme, logo: logo.svg },";
    site(folder.path(), &support::CONFIG.replace("site: {", look));
    write(folder.path(), &[("themes/acme/style.css", "a {}\n")]);
    let built = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert_eq!(built.status.code(), Some(1));
    let text = said(&built);
    assert!(text.contains("error: there are no words of the language `sv`"), "{text}");
    assert!(
        text.contains("write them into `themes/<name>/i18n/sv.yaml`, or use one of ar, de, en, es")
    );
    assert!(text.contains("error: there is no logo `logo.svg`"), "{text}");
    // Two words are enough for a language to begin with; the rest is English.
    let words = "language_name: Svenska\nheadline_operational: Allt fungerar\n";
    let logo = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    write(folder.path(), &[("themes/acme/i18n/sv.yaml", words), ("themes/acme/logo.svg", logo)]);
    let built = aboveboard(folder.path()).arg("build").args(NOW).output().unwrap();
    assert!(built.status.success(), "{}", said(&built));
    let page = fs::read_to_string(folder.path().join("public/sv/index.html")).unwrap();
    assert!(page.contains("<html lang=\"sv\"") && page.contains("Components"));
}
