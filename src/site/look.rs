//! The style sheet with what a site chose for its look.

use std::collections::BTreeMap;

use crate::model::settings::Look;

/// The style sheet of the theme, and behind it the values that override its variables.
pub fn style(theme: &str, look: &Look) -> String {
    let colors = |colors: &BTreeMap<String, String>| {
        colors.iter().map(|(name, value)| format!("--{name}:{value};")).collect::<String>()
    };
    let mut values = colors(&look.colors);
    if let Some(font) = &look.font {
        values.push_str(&format!("--font:{font};"));
    }
    if let Some(radius) = look.radius {
        values.push_str(&format!("--radius:{radius}px;"));
    }
    let mut style = theme.trim_end().to_owned();
    if !values.is_empty() {
        style.push_str(&format!("\n:root{{{values}}}"));
    }
    let dark = colors(&look.dark);
    if !dark.is_empty() {
        style.push_str(&format!("\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"));
    }
    style.push('\n');
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_values_come_behind_the_theme() {
        let color = |value: &str| BTreeMap::from([("link".to_owned(), value.to_owned())]);
        let look = Look {
            colors: color("#123456"),
            dark: color("#abcdef"),
            font: Some("Inter, sans-serif".to_owned()),
            radius: Some(6),
            ..Look::default()
        };
        assert_eq!(
            style("a{}\n", &look),
            "a{}\n:root{--link:#123456;--font:Inter, sans-serif;--radius:6px;}\n@media (prefers-color-scheme:dark){:root{--link:#abcdef;}}\n"
        );
        assert_eq!(style("a{}\n", &Look::default()), "a{}\n");
    }
}
