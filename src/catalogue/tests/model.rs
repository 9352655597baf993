//! Random forests against a naive model.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Draws for each region: parent among those before it, steps in level, name, extras.
type Draw = (prop::sample::Index, bool, usize, usize, u8);

fn forest(draws: &[Draw]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for (at, (parent, root, steps, name, extras)) in draws.iter().enumerate() {
        // Codes of both schemes, in an order that is not that of the tree.
        let mixed = (at * 7919) % 1000;
        let code = match at % 3 {
            0 => format!("R{mixed}"),
            1 => format!("11{:02}{:02}", 1 + mixed / 99 % 90, 1 + mixed % 99),
            _ => format!("12010{}{:03}", 1 + mixed % 9, 1 + at),
        };
        let above = (!regions.is_empty() && !root).then(|| parent.get(&regions));
        let above = above.filter(|above| above.level != Level::Village).cloned();
        let wide = above.as_ref().map_or(0, |above| {
            1 + Level::ALL
                .iter()
                .position(|level| *level == above.level)
                .unwrap()
        });
        let level = Level::ALL[(wide + steps).min(Level::ALL.len() - 1)];
        let mut names =
            Names::new(["甲", "乙", "丙村", ""][*name], ["", "", "C", "D"][*name]).unwrap();
        if extras & 1 == 1 {
            names = names
                .alias("甲")
                .unwrap()
                .alias(&format!("别{at}"))
                .unwrap();
        }
        let mut region = Region::new(
            code.parse().unwrap(),
            above.map(|above| above.code),
            level,
            names,
        );
        if extras & 2 == 2 {
            region.validity = Validity::new(None, Some(day("1999-12-31"))).unwrap();
        }
        if extras & 4 == 4 {
            region.succeeds = vec!["430219".parse().unwrap(), "OLD".parse().unwrap()];
        }
        if !regions.iter().any(|other| other.code == region.code) {
            regions.push(region);
        }
    }
    regions
}

fn build(regions: &[Region], institutions: &[Institution]) -> Catalogue {
    let mut builder = CatalogueBuilder::new();
    for institution in institutions {
        builder.institution(institution.clone()).unwrap();
    }
    for region in regions {
        builder.region(region.clone()).unwrap();
    }
    builder.finish().unwrap()
}

/// Pre-order by the definition: each region, then its children by code.
fn naive_order(regions: &[Region], parent: Option<RegionCode>, order: &mut Vec<RegionCode>) {
    let mut children: Vec<_> = regions
        .iter()
        .filter(|region| region.parent == parent)
        .collect();
    children.sort_by_key(|region| region.code);
    for child in children {
        order.push(child.code);
        naive_order(regions, Some(child.code), order);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn it_is_what_the_definition_says(
        draws in prop::collection::vec(any::<(prop::sample::Index, bool)>().prop_flat_map(|(parent, root)| (Just(parent), Just(root && parent.index(4) == 0), 0usize..3, 0usize..4, 0u8..8)), 0..40),
        homes in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        seed in any::<u64>(),
    ) {
        let regions = forest(&draws);
        let mut institutions = Vec::new();
        for (at, home) in homes.iter().enumerate().filter(|_| !regions.is_empty()) {
            let home = home.get(&regions).code;
            institutions.push(institution(&format!("i{}", (at * 7) % 11), home.as_str(), "医院"));
        }
        let catalogue = build(&regions, &institutions);

        // Any order gives the same bytes.
        let (mut shuffled, mut others) = (regions.clone(), institutions.clone());
        let mut state = seed;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            usize::try_from(state >> 33).unwrap() % below.max(1)
        };
        for at in 0..shuffled.len() {
            let other = draw(regions.len());
            shuffled.swap(at, other);
        }
        for at in 0..others.len() {
            let other = draw(institutions.len());
            others.swap(at, other);
        }
        let again = build(&shuffled, &others);
        prop_assert_eq!(file_of(&again), file_of(&catalogue));
        prop_assert_eq!(again.fingerprint(), catalogue.fingerprint());
        prop_assert_eq!(&catalogue.to_builder().unwrap().finish().unwrap(), &catalogue);

        // The order, each record, each relation.
        let mut order = Vec::new();
        naive_order(&regions, None, &mut order);
        let codes: Vec<_> = catalogue.regions().map(|place| catalogue.layout.region_code(place.index()).unwrap()).collect();
        prop_assert_eq!(&codes, &order);
        let by_code: BTreeMap<_, _> = regions.iter().map(|region| (region.code, region)).collect();
        let above = |code: RegionCode| {
            std::iter::successors(by_code[&code].parent, |code| by_code[code].parent).collect::<Vec<_>>()
        };
        let numbers: BTreeMap<_, _> = (0..).zip(&order).map(|(number, code)| (*code, number)).collect();
        for (place, code) in catalogue.regions().zip(&order) {
            prop_assert_eq!(&catalogue.region_record(place).unwrap(), by_code[code]);
            prop_assert_eq!(catalogue.region(code).unwrap(), place);
            prop_assert_eq!(catalogue.level(place).unwrap(), Some(by_code[code].level));
            prop_assert_eq!(catalogue.validity(place).unwrap(), by_code[code].validity);
            prop_assert_eq!(catalogue.place_name(place).unwrap(), by_code[code].names.main());
            let ancestors: Vec<_> = catalogue.ancestors(place).unwrap().map(|place| order[place.index() as usize]).collect();
            prop_assert_eq!(&ancestors, &above(*code));
            prop_assert_eq!(catalogue.parent(place).unwrap().map(|place| place.index()), by_code[code].parent.map(|parent| numbers[&parent]));
            let lies_in = |inner: &RegionCode| inner == code || above(*inner).contains(code);
            let subtree: Vec<_> = catalogue.subtree(place).unwrap().map(|place| order[place.index() as usize]).collect();
            let expected: Vec<_> = order.iter().copied().filter(lies_in).collect();
            prop_assert_eq!(subtree, expected);
            let children: Vec<_> = catalogue.children(place).unwrap().map(|place| order[place.index() as usize]).collect();
            let expected: Vec<_> = order.iter().copied().filter(|other| by_code[other].parent == Some(*code)).collect();
            prop_assert_eq!(children, expected);
            for level in Level::ALL {
                let found: Vec<_> = catalogue.at_level(place, *level).unwrap().map(|place| order[place.index() as usize]).collect();
                let expected: Vec<_> = order.iter().copied().filter(|other| lies_in(other) && by_code[other].level == *level).collect();
                prop_assert_eq!(found, expected);
            }
            for (other, inner) in catalogue.regions().zip(&order) {
                prop_assert_eq!(catalogue.contains(place, other).unwrap(), lies_in(inner));
            }
            let mut within: Vec<_> = institutions.iter().filter(|institution| lies_in(&institution.region)).collect();
            within.sort_by_key(|institution| (numbers[&institution.region], &institution.code));
            let found: Vec<_> = catalogue.institutions_in(place).unwrap().map(|place| catalogue.institution_record(place).unwrap()).collect();
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), within);
            // Every name finds it, alone or among others.
            for name in by_code[code].names.all() {
                let bearers = regions.iter().filter(|other| other.names.all().any(|own| own == name)).count();
                match catalogue.find_place(name) {
                    Ok(found) => prop_assert!(found == place && bearers == 1),
                    Err(error) => prop_assert!(error.kind() == crate::ErrorKind::Ambiguous && bearers > 1),
                }
            }
        }
        prop_assert_eq!(catalogue.roots().count(), regions.iter().filter(|region| region.parent.is_none()).count());
    }
}
