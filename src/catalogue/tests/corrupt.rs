//! Bytes that are not what they claim to be: an error or the same answers, never a panic.

use super::*;
use crate::codec::sections::{ENTRY_BYTES, HEADER_BYTES, u32_at, u64_at};

/// Every answer a catalogue gives, or the error instead.
fn walk(catalogue: &Catalogue) -> Vec<String> {
    let mut said = vec![format!("{catalogue:?}")];
    let mut say = |text: String| said.push(text);
    let on = day("2021-01-01");
    for place in catalogue.places().take(64) {
        say(format!("{:?}", catalogue.place_code(place)));
        say(format!("{:?}", catalogue.place_name(place)));
        say(format!("{:?}", catalogue.path(place)));
        say(format!(
            "{:?} {:?}",
            catalogue.level(place),
            catalogue.parent(place)
        ));
        say(format!("{:?}", catalogue.validity(place)));
        say(format!("{:?}", catalogue.region_record(place)));
        say(format!("{:?}", catalogue.institution_record(place)));
        say(format!("{:?}", catalogue.consortia_of(place, on)));
        say(format!(
            "{:?}",
            catalogue.ancestors(place).unwrap().collect::<Vec<_>>()
        ));
        say(format!(
            "{:?}",
            catalogue.children(place).unwrap().collect::<Vec<_>>()
        ));
        say(format!("{:?}", catalogue.subtree(place)));
        say(format!("{:?}", catalogue.institutions_in(place)));
        for level in Level::ALL {
            say(format!(
                "{:?}",
                catalogue.at_level(place, *level).unwrap().count()
            ));
        }
        for other in catalogue.places().step_by(5).take(64) {
            say(format!("{:?}", catalogue.contains(place, other)));
        }
    }
    say(format!("{:?}", catalogue.roots().collect::<Vec<_>>()));
    for line in REGIONS {
        let words: Vec<&str> = line.split_whitespace().collect();
        say(format!(
            "{:?}",
            catalogue.region(&words[0].parse().unwrap())
        ));
        say(format!("{:?}", catalogue.find_place(words[3])));
    }
    for text in [
        "HK",
        "HX",
        "aaa-clinic",
        "aaa-clinik",
        "醴棱市",
        "江苏省/南京市/鼓楼区",
        "430282",
    ] {
        say(format!("{:?}", catalogue.find_place(text)));
        say(format!("{:?}", catalogue.search_places(text, 4)));
    }
    for indicator in catalogue.indicators() {
        say(format!("{:?}", catalogue.indicator_record(indicator)));
    }
    for text in ["patients", "patients@2", "指标share", "shore"] {
        say(format!("{:?}", catalogue.find_indicator(text)));
    }
    for source in catalogue.sources() {
        say(format!("{:?}", catalogue.source_record(source)));
    }
    for consortium in catalogue.consortia() {
        say(format!("{:?}", catalogue.consortium_record(consortium)));
        say(format!("{:?}", catalogue.members_on(consortium, on)));
    }
    say(format!("{:?}", catalogue.dimensions().collect::<Vec<_>>()));
    say(format!(
        "{:?}",
        catalogue.to_builder().map(CatalogueBuilder::finish)
    ));
    said
}

/// Makes every checksum of a file right again, if its layout can still be read.
fn repair(file: &mut [u8]) {
    let count = u32_at(file, 12).map_or(0, |count| count.min(64) as usize);
    for index in 0..count {
        let entry = HEADER_BYTES + index * ENTRY_BYTES;
        let (Some(start), Some(length)) = (u64_at(file, entry + 8), u64_at(file, entry + 16))
        else {
            return;
        };
        let (Ok(start), Ok(length)) = (usize::try_from(start), usize::try_from(length)) else {
            return;
        };
        let section = start
            .checked_add(length)
            .and_then(|end| file.get(start..end));
        if let Some(crc) = section.map(crc32fast::hash) {
            file[entry + 4..entry + 8].copy_from_slice(&crc.to_le_bytes());
        }
    }
    let end = HEADER_BYTES + count * ENTRY_BYTES;
    if let Some(crc) = file.get(..end).map(crc32fast::hash)
        && let Some(slot) = file.get_mut(end..end + 4)
    {
        slot.copy_from_slice(&crc.to_le_bytes());
    }
}

#[test]
fn repair_changes_nothing_that_is_right() {
    let file = file_of(&sample().finish().unwrap());
    let mut repaired = file.clone();
    repair(&mut repaired);
    assert_eq!(repaired, file);
}

#[test]
fn cut_anywhere_it_is_refused() {
    let file = file_of(&sample().finish().unwrap());
    for end in 0..file.len() {
        let mut cut = file[..end].to_vec();
        assert!(open(cut.clone()).is_err(), "cut at {end}");
        if end > HEADER_BYTES {
            // With a length that agrees.
            cut[16..24].copy_from_slice(&(end as u64).to_le_bytes());
            repair(&mut cut);
            if let Ok(catalogue) = open(cut) {
                walk(&catalogue);
            }
        }
    }
}

#[test]
fn flipped_anywhere_it_is_refused_or_says_the_same() {
    let catalogue = sample().finish().unwrap();
    let (file, said) = (file_of(&catalogue), walk(&catalogue));
    for at in 0..file.len() {
        let mut flipped = file.clone();
        flipped[at] ^= 1 << (at % 8);
        if let Ok(catalogue) = open(flipped) {
            assert_eq!(walk(&catalogue), said, "flipped at {at}");
        }
    }
}

#[test]
fn flipped_with_checksums_repaired_it_never_panics() {
    let file = file_of(&sample().finish().unwrap());
    let (mut opened, mut refused) = (0, 0);
    for at in HEADER_BYTES..file.len() {
        for mask in [1 << (at % 8), 0xff] {
            let mut flipped = file.clone();
            flipped[at] ^= mask;
            repair(&mut flipped);
            match open(flipped) {
                Ok(catalogue) => {
                    opened += 1;
                    walk(&catalogue);
                }
                Err(_) => refused += 1,
            }
        }
    }
    // Names, codes and records open and are looked at when they are used; the shape does not.
    assert!(opened > 500 && refused > 500, "{opened} {refused}");
}

#[test]
fn counts_that_claim_the_moon_are_refused() {
    let file = file_of(&sample().finish().unwrap());
    let sections = Sections::open(file.clone().into()).unwrap();
    let counts = sections.get(16, "counts").unwrap();
    let at = file
        .windows(counts.len())
        .position(|window| window == counts)
        .unwrap();
    for count in 0..10 {
        for claim in [u32::MAX, u32::MAX - 1, 1 << 31, 1 << 20] {
            let mut hostile = file.clone();
            hostile[at + 4 * count..][..4].copy_from_slice(&claim.to_le_bytes());
            repair(&mut hostile);
            assert!(open(hostile).is_err(), "count {count} of {claim}");
        }
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let catalogue = sample().finish().unwrap();
    let message = |kind: u32, change: &dyn Fn(&mut Vec<u8>)| {
        let sections = catalogue.layout.sections().map(|(own, bytes)| {
            let mut bytes = bytes.to_vec();
            if own == kind {
                change(&mut bytes);
            }
            (own, bytes.into())
        });
        let made = Layout::new(sections.collect()).and_then(Catalogue::new);
        made.map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(
        message(layout::REGIONS, &|bytes| bytes[0] = 1),
        "the catalogue's regions are no tree in pre-order"
    );
    assert_eq!(
        message(layout::REGIONS, &|bytes| bytes.push(0)),
        "the catalogue's regions do not fit their counts"
    );
    assert_eq!(
        message(layout::INSTITUTIONS, &|bytes| bytes[0] = 200),
        "the catalogue's institutions do not lie in the order of its regions"
    );
    assert_eq!(
        message(layout::COUNTS, &|bytes| bytes[..8].fill(255)),
        "the catalogue counts more places than it can number"
    );
    assert_eq!(
        message(layout::BEARERS, &|bytes| bytes[0] = 1),
        "the offsets of the catalogue's bearers of names do not rise"
    );
    assert_eq!(
        message(layout::NAMES, &|bytes| bytes[4] = 255),
        "the offsets of the catalogue's names do not rise to their end"
    );
    let mut sections: Vec<_> = catalogue
        .layout
        .sections()
        .map(|(kind, bytes)| (kind, bytes.clone()))
        .collect();
    sections.pop();
    assert_eq!(
        Layout::new(sections).err().unwrap().to_string(),
        "the catalogue's memberships are missing"
    );
}
