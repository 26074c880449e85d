//! No text makes a reader panic, and whatever a reader accepts can be built.

mod support;

use aboveboard::model::Source;
use aboveboard::{config, content};
use proptest::prelude::*;
use support::World;

/// Pieces of right and wrong files, put together by chance.
fn pieces(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(of).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => prop::sample::select(vec!["\n", "\t", "\r\n", "\u{feff}", "\0", "é", "  "]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const YAML: &[&str] = &[
    "site:",
    " title: A\n",
    "  url: https://a.example\n",
    "components:\n",
    "  - id: api\n",
    "    probes:\n",
    "      - url: tcp://a:1\n",
    "        headers: { A: ${B} }\n",
    "interval: 5m\n",
    "interval: 5\n",
    "&x ",
    "*x ",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "---\n",
    "'",
    "\"",
    "!!str ",
    "<<: ",
    "? ",
    "| \n",
    "# c\n",
    "null",
    "1e99",
    "-1",
];

const MARKDOWN: &[&str] = &[
    "---\n",
    "title: A\n",
    "affected: { api: major_outage }\n",
    "started: 2026-11-22 09:00\n",
    "components: [api]\n",
    "start: 2026-11-22 09:00\n",
    "end: 2026-11-22 10:00\n",
    "from: 2026-11-22 09:00\n",
    "until: 2026-11-22 09:30\n",
    "\n## Investigating · 2026-11-22 09:00 UTC\n",
    "## Resolved · 2026-11-22 09:30 {api=operational}\n",
    "## Completed @ 0001-01-01 00:00\n",
    "## Postmortem · 9999-12-31 23:59:59 UTC {api=}\n",
    "## x {",
    "}\n",
    "text ",
    "```\n",
    "[a]: http://b\n",
    "[a]",
    "![",
    "](",
    ")",
    "<b>",
    "* ",
    "> ",
    "| a |\n|---|\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_configuration_makes_its_reader_panic(text in pieces(YAML)) {
        let (settings, problems) = config::parse(&Source::new("probes.yaml", text.as_bytes()));
        prop_assert!(settings.is_some() == problems.is_empty());
        let shown: String = problems.iter().map(|problem| problem.render()).collect();
        prop_assert!(problems.is_empty() || shown.contains("probes.yaml"));
    }

    #[test]
    fn no_content_makes_a_build_panic_or_disappear(text in pieces(MARKDOWN), folder in prop::sample::select(content::FOLDERS)) {
        let path = format!("content/{folder}/a.md");
        let world = World::new("2026-11-22T10:00:00Z", &[(&path, &text)]);
        let files = world.render();
        let shown = files.iter().any(|(path, _)| path.ends_with("a/index.html"));
        let is_future = folder == "incidents" && world.content.incidents[0].first().is_some_and(|start| start > world.now);
        prop_assert!(shown || is_future || folder == "corrections", "{text:?}");
        for problem in &world.problems {
            problem.render();
        }
    }
}
