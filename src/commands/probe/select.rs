//! Which probes a run is about.

use std::collections::BTreeSet;

use super::Options;
use crate::commands::Failure;
use crate::model::{Component, Probe, Settings};
use crate::problem;

/// The probes that the options leave, in the order of the configuration.
pub fn probes<'s>(settings: &'s Settings, options: &Options) -> Result<Vec<&'s Probe>, Failure> {
    let ids: BTreeSet<&str> = settings
        .components
        .iter()
        .flat_map(|component| {
            let probes = component.probes.iter().map(|probe| probe.id.as_str());
            std::iter::once(component.id.as_str()).chain(probes)
        })
        .collect();
    for id in &options.only {
        if !ids.contains(id.as_str()) {
            return Err(unknown("probe or component", id, ids.iter().copied()));
        }
    }
    let groups = || settings.groups.iter().map(|group| group.id.as_str());
    for id in &options.group {
        if !groups().any(|known| known == id) {
            return Err(unknown("group", id, groups()));
        }
    }
    let in_group = |component: &&Component| {
        options.group.is_empty()
            || component.group.as_ref().is_some_and(|group| options.group.contains(group))
    };
    let chosen: Vec<&Probe> = settings
        .components
        .iter()
        .filter(in_group)
        .flat_map(|component| component.probes.iter().map(move |probe| (component, probe)))
        .filter(|(component, probe)| {
            options.only.is_empty()
                || options.only.contains(&component.id)
                || options.only.contains(&probe.id)
        })
        .map(|(_, probe)| probe)
        .collect();
    let (part, parts) = options.shard.unwrap_or((1, 1));
    let is_mine = |index: usize| index % parts == part - 1;
    Ok(chosen
        .into_iter()
        .enumerate()
        .filter(|(index, _)| is_mine(*index))
        .map(|(_, probe)| probe)
        .collect())
}

fn unknown<'s>(kind: &str, id: &str, known: impl Iterator<Item = &'s str> + Clone) -> Failure {
    let help = match known.clone().next() {
        Some(_) => problem::suggest(id, known),
        None => "there is none at all".to_owned(),
    };
    Failure::Usage(format!("there is no {kind} `{id}`; {help}"))
}
