//! Where authors edit what a page shows: links into the web pages of the host of the repository.
//!
//! Known for GitHub and GitLab, by the name of the host. Elsewhere nobody could tell where they lead.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::model::Settings;
use crate::site::view;

/// What may stand in a path as it is.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The links of a file. `slug` is that of an open incident, of which an update can be reported.
pub fn links(settings: &Settings, path: &str, slug: Option<&str>) -> Option<view::AuthorLinks> {
    let repository = settings.repository.as_deref()?.trim_end_matches('/');
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let url = Url::parse(repository).ok()?;
    let host = url.host_str()?;
    let escape = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let (path, branch) = (escape(path), escape(&settings.branch));
    let is = |name: &str| host.split('.').any(|label| label == name);
    if is("github") {
        return Some(view::AuthorLinks {
            edit: format!("{repository}/edit/{branch}/{path}"),
            report: slug.map(|_| format!("{repository}/actions/workflows/incident.yml")),
        });
    }
    is("gitlab").then(|| view::AuthorLinks {
        edit: format!("{repository}/-/edit/{branch}/{path}"),
        report: slug.map(|slug| {
            let slug = escape(slug);
            format!(
                "{repository}/-/pipelines/new?ref={branch}&var[WHAT]=update&var[INCIDENT]={slug}"
            )
        }),
    })
}
