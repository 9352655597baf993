//! Whether what was given holds together: what is sound, in its final order, and what is not.

use std::fmt::Write as _;

use super::builder::{CatalogueBuilder, Origin};
use super::bytes::at;
use super::circles::circles;
use super::layout::NONE;
use crate::error::Error;
use crate::model::{Indicator, IndicatorCode, RegionCode, Validity};

/// At most this many members of a circle are named.
const NAMED_MAX: usize = 6;

/// The entries that hold together, by their numbers on the builder's shelves.
pub(super) struct Sound {
    /// Regions in pre-order.
    pub(super) regions: Vec<u32>,
    /// For each region as given its number in pre-order, or [`NONE`].
    pub(super) region_numbers: Vec<u32>,
    /// For each region in pre-order the number of its parent, or [`NONE`].
    pub(super) parents: Vec<u32>,
    /// Institutions as (number of the region in pre-order, entry), in order.
    pub(super) institutions: Vec<(u32, u32)>,
    /// Indicators by code.
    pub(super) indicators: Vec<u32>,
    /// Consortia by code, each with the memberships that stay, in order.
    pub(super) consortia: Vec<(u32, Vec<usize>)>,
}

impl Sound {
    /// What is sound, and the faults: of regions first, then of institutions, consortia and indicators.
    pub(super) fn of(builder: &CatalogueBuilder) -> (Self, Vec<Error>) {
        let mut faults = Vec::new();
        let (regions, region_numbers, given_parents) = regions(builder, &mut faults);
        let number = |given: u32| region_numbers.get(at(given)).copied();
        let parent = |given: &u32| number(*given_parents.get(at(*given))?);
        let parents = regions.iter().map(|given| parent(given).unwrap_or(NONE));
        let mut sound = Self {
            parents: parents.collect(),
            regions,
            region_numbers,
            institutions: Vec::new(),
            indicators: Vec::new(),
            consortia: Vec::new(),
        };
        sound.institutions(builder, &mut faults);
        sound.consortia(builder, &mut faults);
        sound.indicators = indicators(builder, &mut faults);
        (sound, faults)
    }

    fn institutions(&mut self, builder: &CatalogueBuilder, faults: &mut Vec<Error>) {
        let shelf = &builder.institutions;
        for (number, institution) in shelf.iter() {
            let given = builder.regions.number(&institution.region);
            let region = given.and_then(|given| self.region_numbers.get(at(given)).copied());
            let (code, region_code) = (&institution.code, &institution.region);
            match region {
                Some(NONE) => faults.push(builder.fault(
                    shelf.origin(number),
                    format!("institution {code} is left out with its region {region_code}"),
                )),
                Some(region) => self.institutions.push((region, number)),
                None => faults.push(builder.fault(
                    shelf.origin(number),
                    format!(
                        "institution {code} stands in region {region_code}, which is not in the catalogue: add the region or correct its code"
                    ),
                )),
            }
        }
        let code = |number: u32| shelf.get(number).map(|institution| &institution.code);
        self.institutions
            .sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| code(a.1).cmp(&code(b.1))));
    }

    fn consortia(&mut self, builder: &CatalogueBuilder, faults: &mut Vec<Error>) {
        let shelf = &builder.consortia;
        let mut staying = vec![false; at(builder.institutions.len())];
        for (_, number) in &self.institutions {
            if let Some(stays) = staying.get_mut(at(*number)) {
                *stays = true;
            }
        }
        for (number, consortium) in shelf.iter() {
            let (code, origin) = (&consortium.code, shelf.origin(number));
            if let Some(region) = consortium.region {
                let given = builder.regions.number(&region);
                let placed = given.and_then(|given| self.region_numbers.get(at(given)).copied());
                let why = match placed {
                    None => format!(
                        "consortium {code} serves region {region}, which is not in the catalogue: add the region or correct its code"
                    ),
                    Some(NONE) => format!("consortium {code} is left out with its region {region}"),
                    Some(_) => String::new(),
                };
                if !why.is_empty() {
                    faults.push(builder.fault(origin, why));
                    continue;
                }
            }
            let mut members: Vec<usize> = Vec::new();
            for (at_member, member) in consortium.members.iter().enumerate() {
                let given = builder.institutions.number(&member.institution);
                match given.map(|given| staying.get(at(given)).copied().unwrap_or_default()) {
                    Some(true) => members.push(at_member),
                    Some(false) => faults.push(builder.fault(
                        origin,
                        format!(
                            "the membership of {} in consortium {code} is left out with the institution",
                            member.institution
                        ),
                    )),
                    None => faults.push(builder.fault(
                        origin,
                        format!(
                            "consortium {code} has the member {}, which is not in the catalogue: add the institution or correct its code",
                            member.institution
                        ),
                    )),
                }
            }
            let of = |member: usize| consortium.members.get(member);
            members.sort_by_cached_key(|&member| {
                of(member).map(|member| {
                    let validity = member.validity;
                    (
                        member.institution.clone(),
                        validity.from(),
                        validity.to(),
                        member.role,
                    )
                })
            });
            // Within an institution they are in the order of their first days, so the last one that stays is the one to meet.
            let mut apart: Vec<usize> = Vec::with_capacity(members.len());
            for member in members {
                let clash = match (apart.last().copied().and_then(of), of(member)) {
                    (Some(earlier), Some(later)) if earlier.institution == later.institution => {
                        meet(earlier.validity, later.validity).then_some((earlier, later))
                    }
                    _ => None,
                };
                match clash {
                    None => apart.push(member),
                    Some((earlier, later)) => faults.push(builder.fault(
                        origin,
                        format!(
                            "consortium {code} has the member {} twice at one time, {} and {}: let one end before the other begins",
                            later.institution,
                            days(earlier.validity),
                            days(later.validity)
                        ),
                    )),
                }
            }
            self.consortia.push((number, apart));
        }
        let code = |number: u32| shelf.get(number).map(|consortium| &consortium.code);
        self.consortia
            .sort_unstable_by(|a, b| code(a.0).cmp(&code(b.0)));
    }
}

/// Whether two times share a day.
fn meet(one: Validity, other: Validity) -> bool {
    let before = |a: Validity, b: Validity| match (a.to(), b.from()) {
        (Some(to), Some(from)) => to < from,
        _ => false,
    };
    !before(one, other) && !before(other, one)
}

fn days(validity: Validity) -> String {
    match (validity.from(), validity.to()) {
        (None, None) => "always".to_string(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (Some(from), Some(to)) => format!("from {from} to {to}"),
    }
}

/// The sound regions in pre-order, siblings by code; and for each that was given its number in that order and its parent.
fn regions(builder: &CatalogueBuilder, faults: &mut Vec<Error>) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let shelf = &builder.regions;
    let count = shelf.len();
    let mut parents = vec![NONE; at(count)];
    let mut faulty = vec![false; at(count)];
    let mut orphans = Vec::new();
    // Siblings are given one after the other more often than not.
    let mut last: Option<(RegionCode, u32)> = None;
    for ((number, region), slot) in shelf.iter().zip(&mut parents) {
        let Some(parent) = region.parent else {
            continue;
        };
        if last.is_none_or(|(known, _)| known != parent) {
            last = shelf.number(&parent).map(|number| (parent, number));
        }
        match last {
            Some((_, known)) => *slot = known,
            None => orphans.push((number, parent)),
        }
    }
    let parent = |number: u32| {
        parents
            .get(at(number))
            .copied()
            .filter(|&parent| parent != NONE)
    };
    for circle in circles(
        count,
        |number, turn| if turn == 0 { parent(number) } else { None },
    ) {
        let named = |number: u32| {
            let code = shelf.get(number).map(|region| region.code.to_string());
            (code.unwrap_or_default(), shelf.origin(number))
        };
        let round = round(builder, &circle, named);
        for &number in &circle {
            let (code, origin) = named(number);
            let message = if circle.len() == 1 {
                format!("region {code} lies in itself: give another parent, or none")
            } else {
                format!("region {code} lies in a circle, {round}: give one of them another parent")
            };
            faults.push(builder.fault(origin, message));
        }
        set(&mut faulty, &circle);
    }
    for (number, parent) in orphans {
        let code = shelf.get(number).map(|region| region.code.to_string());
        let message = format!(
            "region {} lies in {parent}, which is not in the catalogue: add it or correct the parent",
            code.unwrap_or_default()
        );
        faults.push(builder.fault(shelf.origin(number), message));
        set(&mut faulty, &[number]);
    }
    let mut narrow = Vec::new();
    for (number, region) in shelf.iter() {
        let above = parent(number).and_then(|parent| Some((parent, shelf.get(parent)?)));
        if let Some((parent, above)) = above
            && above.level >= region.level
            && !faulty.get(at(number)).copied().unwrap_or_default()
        {
            let message = format!(
                "region {} is a {} and cannot lie in {}, a {} ({}): a parent is of a wider level",
                region.code,
                region.level,
                above.code,
                above.level,
                builder.words(shelf.origin(parent))
            );
            faults.push(builder.fault(shelf.origin(number), message));
            narrow.push(number);
        }
    }
    set(&mut faulty, &narrow);

    let (order, numbers) = pre_order(builder, &parents, &faulty);
    for (number, region) in shelf.iter() {
        let left_out = numbers.get(at(number)) == Some(&NONE);
        if left_out && !faulty.get(at(number)).copied().unwrap_or_default() {
            let parent = region.parent.map(|parent| parent.to_string());
            let message = format!(
                "region {} is left out with its parent {}",
                region.code,
                parent.unwrap_or_default()
            );
            faults.push(builder.fault(shelf.origin(number), message));
        }
    }
    (order, numbers, parents)
}

fn set(flags: &mut [bool], numbers: &[u32]) {
    for number in numbers {
        if let Some(flag) = flags.get_mut(at(*number)) {
            *flag = true;
        }
    }
}

/// Numbers the regions that hang from sound roots by sound regions only.
fn pre_order(builder: &CatalogueBuilder, parents: &[u32], faulty: &[bool]) -> (Vec<u32>, Vec<u32>) {
    let shelf = &builder.regions;
    let mut by_code: Vec<u32> = (0..shelf.len())
        .filter(|&number| faulty.get(at(number)) == Some(&false))
        .collect();
    by_code.sort_unstable_by_key(|&number| shelf.get(number).map(|region| region.code));
    // Children of one parent side by side, by code: the sort is stable. Roots have the highest parent and come last.
    let mut families = by_code;
    let parent = |number: u32| parents.get(at(number)).copied().unwrap_or(NONE);
    families.sort_by_key(|&number| parent(number));
    let mut of_parents = vec![0..0; parents.len()];
    let (mut roots, mut start) = (0..0, 0);
    for family in families.chunk_by(|&one, &other| parent(one) == parent(other)) {
        let own = start..start + family.len();
        start = own.end;
        let of = family.first().map_or(NONE, |&child| parent(child));
        *of_parents.get_mut(at(of)).unwrap_or(&mut roots) = own;
    }
    let children = |of: u32| {
        let own = of_parents.get(at(of)).unwrap_or(&roots).clone();
        families.get(own).unwrap_or_default()
    };
    let mut order = Vec::with_capacity(families.len());
    let mut numbers = vec![NONE; parents.len()];
    let mut waiting: Vec<u32> = children(NONE).iter().rev().copied().collect();
    let mut next = 0;
    while let Some(number) = waiting.pop() {
        if let Some(slot) = numbers.get_mut(at(number)) {
            *slot = next;
        }
        next += 1;
        order.push(number);
        waiting.extend(children(number).iter().rev());
    }
    (order, numbers)
}

/// `a (row) in b (row) in a`, the middle of a long circle left out.
fn round(
    builder: &CatalogueBuilder,
    circle: &[u32],
    named: impl Fn(u32) -> (String, Option<Origin>),
) -> String {
    let mut text = String::new();
    for number in circle.iter().take(NAMED_MAX) {
        let (code, origin) = named(*number);
        // Writing to a String cannot fail.
        let _ = write!(text, "{code} ({}) in ", builder.words(origin));
    }
    if let Some(more) = circle.len().checked_sub(NAMED_MAX).filter(|&more| more > 0) {
        let _ = write!(text, "{more} more in ");
    }
    let first = circle.first().map(|number| named(*number).0);
    text + &first.unwrap_or_default()
}

/// The parts and the predecessor of an indicator, in words.
fn references(indicator: &Indicator) -> [(&'static str, Option<&IndicatorCode>); 3] {
    [
        ("numerator", indicator.numerator()),
        ("denominator", indicator.denominator()),
        ("predecessor", indicator.succeeds()),
    ]
}

/// The sound indicators by code.
fn indicators(builder: &CatalogueBuilder, faults: &mut Vec<Error>) -> Vec<u32> {
    let shelf = &builder.indicators;
    let count = shelf.len();
    let mut faulty = vec![false; at(count)];
    let mut users: Vec<(u32, u32, &'static str)> = Vec::new();
    for (number, indicator) in shelf.iter() {
        let mut missing = Vec::new();
        for (what, code) in references(indicator) {
            match code.map(|code| (code, shelf.number(code))) {
                None => {}
                Some((_, Some(used))) => users.push((used, number, what)),
                Some((code, None)) => missing.push(format!("the {what} {code}")),
            }
        }
        if !missing.is_empty() {
            let (verb, advice) = match missing.len() {
                1 => ("is", "add it or correct the code"),
                _ => ("are", "add them or correct the codes"),
            };
            let message = format!(
                "indicator {} has {}, which {verb} not in the catalogue: {advice}",
                indicator.code(),
                missing.join(" and ")
            );
            faults.push(builder.fault(shelf.origin(number), message));
            set(&mut faulty, &[number]);
        }
    }
    let reference = |number: u32, which: usize| {
        let (_, code) = *references(shelf.get(number)?).get(which)?;
        shelf.number(code?)
    };
    let named = |number: u32| {
        let code = shelf
            .get(number)
            .map(|indicator| indicator.code().to_string());
        (code.unwrap_or_default(), shelf.origin(number))
    };
    let parts = |number: u32, turn: u32| {
        let both = [reference(number, 0), reference(number, 1)];
        both.into_iter().flatten().nth(at(turn))
    };
    let predecessor = |number: u32, turn: u32| (turn == 0).then(|| reference(number, 2))?;
    let found = [
        (
            circles(count, parts),
            "is a part of itself",
            "one of the parts",
        ),
        (
            circles(count, predecessor),
            "succeeds itself",
            "one of the predecessors",
        ),
    ];
    for (circles, what, link) in found {
        for circle in circles {
            let list = list(builder, &circle, named);
            for &number in &circle {
                // One error for an entry, whatever it is in.
                if faulty.get(at(number)) == Some(&false) {
                    let (code, origin) = named(number);
                    let message =
                        format!("indicator {code} {what} by way of {list}: take {link} away");
                    faults.push(builder.fault(origin, message));
                    set(&mut faulty, &[number]);
                }
            }
        }
    }
    // What stands on a faulty one goes with it.
    users.sort_unstable();
    let mut waiting: Vec<u32> = (0..count)
        .filter(|&number| faulty.get(at(number)) == Some(&true))
        .collect();
    while let Some(gone) = waiting.pop() {
        let start = users.partition_point(|(used, _, _)| *used < gone);
        for (_, user, what) in users
            .iter()
            .skip(start)
            .take_while(|(used, _, _)| *used == gone)
        {
            if faulty.get(at(*user)) != Some(&false) {
                continue;
            }
            let message = format!(
                "indicator {} is left out with its {what} {}",
                named(*user).0,
                named(gone).0
            );
            faults.push(builder.fault(shelf.origin(*user), message));
            set(&mut faulty, &[*user]);
            waiting.push(*user);
        }
    }
    let mut kept: Vec<u32> = (0..count)
        .filter(|&number| faulty.get(at(number)) == Some(&false))
        .collect();
    kept.sort_unstable_by_key(|&number| shelf.get(number).map(Indicator::code));
    kept
}

/// `a (row), b (row)`, the rest of a long circle counted.
fn list(
    builder: &CatalogueBuilder,
    circle: &[u32],
    named: impl Fn(u32) -> (String, Option<Origin>),
) -> String {
    let words = circle.iter().take(NAMED_MAX).map(|number| {
        let (code, origin) = named(*number);
        format!("{code} ({})", builder.words(origin))
    });
    let mut text = words.collect::<Vec<_>>().join(", ");
    if let Some(more) = circle.len().checked_sub(NAMED_MAX).filter(|&more| more > 0) {
        let _ = write!(text, " and {more} more");
    }
    text
}
