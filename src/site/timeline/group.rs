//! The life that components have together, and what several of them are at one moment.

use super::{Builder, Cause, Slice, Timeline};
use crate::model::{Component, ComponentStatus, Group, Time};

/// The life of a group: at each moment its members rolled up, never a mean of their numbers.
pub fn group<'a>(
    group: Option<&Group>,
    members: &[(&'a Component, &Timeline<'a>)],
) -> Timeline<'a> {
    let slices = |members: &[(&'a Component, &Timeline<'a>)]| {
        let ends = members.iter().flat_map(|(_, timeline)| &timeline.slices);
        let mut moments: Vec<Time> = ends.flat_map(|slice| [slice.from, slice.to]).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    };
    let mut next = vec![0_usize; members.len()];
    let mut builder = Builder::default();
    for pair in slices(members).windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let mut alive: Vec<(&Component, &Slice)> = Vec::new();
        for ((component, timeline), next) in members.iter().zip(&mut next) {
            while timeline.slices.get(*next).is_some_and(|slice| slice.to <= from) {
                *next += 1;
            }
            let slice = timeline.slices.get(*next).filter(|slice| slice.from <= from);
            alive.extend(slice.map(|slice| (*component, slice)));
        }
        // A component that nothing checks and nobody speaks of says nothing of its group.
        let heard: Vec<(&Component, &Slice)> = alive
            .iter()
            .copied()
            .filter(|(component, slice)| {
                !component.probes.is_empty() || slice.shown != ComponentStatus::Unknown
            })
            .collect();
        let roll_up = |of: fn(&Slice) -> ComponentStatus| {
            let statuses: Vec<ComponentStatus> = heard.iter().map(|(_, slice)| of(slice)).collect();
            group_status(group, &statuses)
        };
        let counted = roll_up(|slice| slice.counted);
        let slice = Slice {
            from,
            to,
            measured: roll_up(|slice| slice.measured),
            declared: heard.iter().filter_map(|(_, slice)| slice.declared).max(),
            shown: roll_up(|slice| slice.shown),
            stale: roll_up(|slice| slice.stale),
            counted,
            raw: roll_up(|slice| slice.raw),
            is_planned: !alive.is_empty() && alive.iter().all(|(_, slice)| slice.is_planned),
            cause: 0,
        };
        let causes = heard
            .iter()
            .filter(|(_, slice)| slice.shown != ComponentStatus::Operational)
            .map(|(component, slice)| Cause::Member {
                component: &component.id,
                status: slice.shown,
            });
        let nobody = heard.is_empty().then_some(Cause::NoData { probe: None });
        builder.add(slice, causes.chain(nobody).collect());
    }
    builder.finish()
}

/// What several components are together: down when as many are as the group says.
pub fn group_status(group: Option<&Group>, statuses: &[ComponentStatus]) -> ComponentStatus {
    let worst = statuses.iter().copied().max().unwrap_or(ComponentStatus::Unknown);
    let major = statuses.iter().filter(|status| **status == ComponentStatus::MajorOutage).count();
    let needed = group.map_or(1, |group| group.down_when.needed(statuses.len()));
    if worst == ComponentStatus::MajorOutage && major < needed {
        ComponentStatus::PartialOutage
    } else {
        worst
    }
}
