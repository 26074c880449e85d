//! Components and groups: one flat list, in which places count from one again in each group.

use super::shapes::Component;
use super::{page_id, stamp};
use crate::model::{self, ComponentStatus, Time};
use crate::site::ids::id;
use crate::site::plan::{ComponentReport, GroupReport, Site};

/// The rows of a site.
pub struct Components<'a> {
    site: &'a Site<'a>,
    rows: Vec<Component>,
}

impl<'a> Components<'a> {
    /// The rows in the order of the page: each group with its members, then those without one.
    /// What was never heard of counts as made at `updated`.
    pub fn new(site: &'a Site<'a>, updated: Time) -> Self {
        let mut rows = Vec::new();
        let mut top = 0;
        for report in &site.groups {
            let members = report.members.iter().map(|index| &site.components[*index]);
            let group = report.group.map(|group| {
                top += 1;
                group_row(site, report, group, top, updated)
            });
            let group_id = group.as_ref().map(|group| group.id.clone());
            rows.extend(group);
            for (index, member) in members.enumerate() {
                let position = match group_id {
                    Some(_) => index + 1,
                    None => top + index + 1,
                };
                rows.push(component_row(site, member, group_id.clone(), position, updated));
            }
        }
        Self { site, rows }
    }

    /// All of them.
    pub fn all(&self) -> &[Component] {
        &self.rows
    }

    /// Those of some components, by their own ids.
    pub fn rows<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Vec<Component> {
        ids.into_iter().filter_map(|own| self.row(own)).cloned().collect()
    }

    /// The row of one component, by its own id.
    pub fn row(&self, own: &str) -> Option<&Component> {
        let id = component_id(self.site, own);
        self.rows.iter().find(|row| row.id == id)
    }

    /// The row of the group that a component belongs to.
    pub fn group_of(&self, row: &Component) -> Option<&Component> {
        self.rows.iter().find(|group| row.group_id.as_ref() == Some(&group.id))
    }

    /// The site.
    pub fn site(&self) -> &'a Site<'a> {
        self.site
    }
}

fn component_id(site: &Site<'_>, own: &str) -> String {
    id(site.inputs.settings, "component", own)
}

fn component_row(
    site: &Site<'_>,
    report: &ComponentReport<'_>,
    group_id: Option<String>,
    position: usize,
    updated: Time,
) -> Component {
    let settings = site.inputs.settings;
    let component = report.component;
    let begin = report.life.timeline.slices.first().map(|slice| slice.from);
    let created = begin.or(site.records_since).unwrap_or(updated);
    let since = component.since.or(begin.map(|begin| settings.timezone.date(begin)));
    Component {
        id: component_id(site, &component.id),
        name: component.name.clone(),
        status: status(report.status, report.is_watched()),
        created_at: stamp(created),
        updated_at: stamp(report.since.unwrap_or(created)),
        position,
        description: component.description.clone(),
        showcase: !component.probes.is_empty(),
        start_date: since.map(|date| date.to_string()),
        group_id,
        page_id: page_id(settings),
        group: false,
        only_show_if_degraded: false,
        components: None,
    }
}

fn group_row(
    site: &Site<'_>,
    report: &GroupReport<'_>,
    group: &model::Group,
    position: usize,
    updated: Time,
) -> Component {
    let settings = site.inputs.settings;
    let members = || report.members.iter().map(|index| &site.components[*index]);
    let begin = report.life.timeline.slices.first().map(|slice| slice.from);
    let created = begin.or(site.records_since).unwrap_or(updated);
    let changed = members().filter_map(|member| member.since).max();
    Component {
        id: id(settings, "group", &group.id),
        name: group.name.clone(),
        status: status(report.status, members().any(ComponentReport::is_watched)),
        created_at: stamp(created),
        updated_at: stamp(changed.unwrap_or(created)),
        position,
        description: None,
        showcase: false,
        start_date: None,
        group_id: None,
        page_id: page_id(settings),
        group: true,
        only_show_if_degraded: false,
        components: Some(
            members().map(|member| component_id(site, &member.component.id)).collect(),
        ),
    }
}

/// Statuspage's word for a status.
pub fn status(status: ComponentStatus, is_watched: bool) -> &'static str {
    match status {
        ComponentStatus::Unknown if is_watched => ComponentStatus::DegradedPerformance,
        ComponentStatus::Unknown => ComponentStatus::Operational,
        known => known,
    }
    .word()
}
