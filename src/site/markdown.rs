//! Markdown to safe HTML.
//!
//! Raw HTML becomes text, links keep only harmless schemes, and pictures become links:
//! a status page loads nothing from elsewhere.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// Where a text is shown.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// What a link to a site path such as `/history/` begins with instead of the slash.
    pub root: &'a str,
    /// The level of the uppermost heading of the text, 1 to 6. Those below follow without a
    /// gap, whatever levels their author skipped.
    pub top_heading: usize,
}

/// What is understood beyond CommonMark.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Renders a text.
pub fn render(text: &str, place: Place<'_>) -> String {
    let mut outline: Vec<HeadingLevel> = Vec::new();
    let mut links: Vec<bool> = Vec::new();
    let events = Parser::new_ext(text, OPTIONS).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        // Links do not nest: a picture within a link is only its text.
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) if links.contains(&true) => {
            links.push(false);
            Event::Start(Tag::Emphasis)
        }
        Event::End(TagEnd::Link | TagEnd::Image) => match links.pop() {
            Some(true) => Event::End(TagEnd::Link),
            _ => Event::End(TagEnd::Emphasis),
        },
        Event::Start(Tag::Link { dest_url, title, id, link_type }) => {
            links.push(true);
            let (link_type, dest_url) = (plain(link_type), address(dest_url, place.root));
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Image { dest_url, title, id, .. }) => {
            links.push(true);
            let (link_type, dest_url) = (LinkType::Inline, address(dest_url, place.root));
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Heading { level, .. }) => {
            outline.retain(|above| *above < level);
            outline.push(level);
            let level = nested(place.top_heading, outline.len());
            Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(_)) => {
            Event::End(TagEnd::Heading(nested(place.top_heading, outline.len())))
        }
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out.trim_end().to_owned()
}

/// The text alone, in one line.
pub fn plain_text(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                out.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text alone, with a line for each paragraph and each point of a list. Links say where they
/// lead, those to a site path such as `/history/` with `root` instead of the slash.
pub fn plain_lines(text: &str, root: &str) -> String {
    let mut out = String::new();
    // Where the text of each open link begins, with the address to tell.
    let mut links: Vec<(usize, Option<String>)> = Vec::new();
    // The next number of each open list; none for those without numbers.
    let mut lists: Vec<Option<u64>> = Vec::new();
    for event in Parser::new_ext(text, OPTIONS) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                out.push_str(&part);
            }
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push('\n'),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let told = address(dest_url, root);
                let is_web = ["http://", "https://"].iter().any(|scheme| {
                    let begin = told.get(..scheme.len());
                    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
                });
                // Of a picture within a link, the link is what matters.
                let told = Some(told.to_string()).filter(|_| is_web && links.is_empty());
                links.push((out.len(), told));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some((start, Some(told))) = links.pop()
                    && out[start..].trim() != told
                {
                    out.push_str(&format!(" ({told})"));
                }
            }
            Event::Start(Tag::List(first)) => {
                out.push('\n');
                lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
            }
            Event::Start(Tag::Item) => match lists.last_mut() {
                Some(Some(number)) => {
                    out.push_str(&format!("{number}. "));
                    *number += 1;
                }
                _ => out.push_str("- "),
            },
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::HtmlBlock
                | TagEnd::Item
                | TagEnd::TableHead
                | TagEnd::TableRow,
            ) => out.push('\n'),
            _ => {}
        }
    }
    let lines = out.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// A plain text as HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

/// E-mail autolinks would get `mailto:` in front of a checked address: they are checked here.
fn plain(link_type: LinkType) -> LinkType {
    if link_type == LinkType::Email { LinkType::Email } else { LinkType::Inline }
}

fn nested(top: usize, depth: usize) -> HeadingLevel {
    HeadingLevel::try_from((top + depth - 1).min(6)).unwrap_or(HeadingLevel::H6)
}

fn address<'a>(url: CowStr<'a>, root: &str) -> CowStr<'a> {
    if let Some(path) = url.strip_prefix('/').filter(|path| !path.starts_with(['/', '\\'])) {
        return format!("{root}{path}").into();
    }
    // A scheme is what stands before a colon that no slash, question mark or hash precedes.
    let scheme = url.find([':', '/', '?', '#']).filter(|at| url[*at..].starts_with(':'));
    match scheme.map(|at| url[..at].to_ascii_lowercase()) {
        None => url,
        Some(scheme) if ["http", "https", "mailto", "tel"].contains(&scheme.as_str()) => url,
        Some(_) => "#".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        render(text, Place { root: "../../", top_heading: 3 })
    }

    #[test]
    fn nothing_in_a_text_becomes_a_script() {
        for (text, want) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>"),
            ("[x](javascript:alert(1))", "<p><a href=\"#\">x</a></p>"),
            ("[x](JaVaScRiPt:alert(1))", "<p><a href=\"#\">x</a></p>"),
            ("[x](data:text/html,a)", "<p><a href=\"#\">x</a></p>"),
            ("<javascript:alert(1)>", "<p><a href=\"#\">javascript:alert(1)</a></p>"),
            ("![x](https://a.example/i.png)", "<p><a href=\"https://a.example/i.png\">x</a></p>"),
            (
                "[![s](https://a.example/i.png)](https://b.example)",
                "<p><a href=\"https://b.example\"><em>s</em></a></p>",
            ),
            ("[x](/history/)", "<p><a href=\"../../history/\">x</a></p>"),
            ("[x](//evil.example)", "<p><a href=\"//evil.example\">x</a></p>"),
            ("# a {#id}", "<h3>a {#id}</h3>"),
            ("<a@b.example>", "<p><a href=\"mailto:a@b.example\">a@b.example</a></p>"),
        ] {
            assert_eq!(html(text), want, "{text}");
        }
    }

    #[test]
    fn headings_nest_without_a_gap() {
        assert_eq!(
            html("## a\n#### b\n## c\n# d").replace('\n', ""),
            "<h3>a</h3><h4>b</h4><h3>c</h3><h3>d</h3>"
        );
    }

    #[test]
    fn plain_text_is_one_line() {
        assert_eq!(plain_text("# A\n\nb *c*\nd `e`\n"), "A b c d e");
    }

    #[test]
    fn plain_lines_keep_paragraphs_points_and_where_links_lead() {
        for (text, want) in [
            ("# A\n\nb *c*\nd `e`  \nf\n\ng", "A\nb c d e\nf\ng"),
            ("a:\n- b\n- c\n  - d\n\ne", "a:\n- b\n- c\n- d\ne"),
            ("- b\n\n- c", "- b\n- c"),
            ("3. b\n3. c\n", "3. b\n4. c"),
            ("```\nx\n\n  y\n```\nz", "x\n  y\nz"),
            ("| a | b |\n|--|--|\n| c | d |", "a b\nc d"),
            ("<b>x</b> & ~~y~~", "<b>x</b> & y"),
            ("<script>\nx\n</script>\n\ny", "<script>\nx\n</script>\ny"),
            ("[us](https://b.example/)!", "us (https://b.example/)!"),
            ("<https://b.example/>", "https://b.example/"),
            ("[past](/history/)", "past (https://a.example/s/history/)"),
            ("[x](javascript:alert(1)) [y](//c.example) [z](z)", "x y z"),
            ("<a@b.example>", "a@b.example"),
            ("[![s](https://a.example/i.png)](https://b.example)", "s (https://b.example)"),
            ("![s](HTTPS://a.example/i.png)", "s (HTTPS://a.example/i.png)"),
            ("", ""),
        ] {
            assert_eq!(plain_lines(text, "https://a.example/s/"), want, "{text}");
        }
    }
}
