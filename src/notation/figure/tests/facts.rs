//! Every printed form of the five reports, with the unit it is counted in.

use super::super::parse_cell;
use super::shown;

pub(super) const FACTS: &[(&str, &str, &str)] = &[
    ("0", "人", "0 person"),
    ("0", "例", "0 case"),
    ("1", "个", "1 item"),
    ("1", "台", "1 machine"),
    ("1", "家", "1 institution"),
    ("1", "起", "1 incident"),
    ("1.85万", "人份", "185e2 person_portion"),
    ("10", "名", "10 person"),
    ("100%", "%", "100e0 %"),
    ("100余", "名", "100+ person"),
    ("10455", "人", "10455 person"),
    ("1050", "组", "1050 group"),
    ("10分钟内", "分钟", "<=10e0 minute"),
    ("1100余", "人", "1100+ person"),
    ("118", "次", "118 occurrence"),
    ("1200余", "台", "1200+ machine"),
    ("127%", "%", "127e0 %"),
    ("12万余", "袋", "12e4+ bag"),
    ("13400", "吨", "13400e0 t"),
    ("1492", "人次", "1492 person_time"),
    ("156.9万", "人", "1569e3 person"),
    ("15亿", "元", "15e8 CNY"),
    ("18500", "亩", "18500e0 mu"),
    ("187.6万", "剂次", "1876e3 dose_given"),
    ("1900余", "人次", "1900+ person_time"),
    ("19111", "个", "19111 item"),
    ("2.2万", "管", "22e3 tube"),
    ("2.3%", "%", "2.3 %"),
    ("2.93", "人/万人", "2.93 person/10000.person"),
    ("200余", "场", "200+ session"),
    ("20余", "个", "20+ item"),
    ("217", "名", "217 person"),
    ("2178789", "剂次", "2178789 dose_given"),
    ("22", "辆", "22 vehicle"),
    ("220余万", "元", "220e4+ CNY"),
    ("22万", "元", "22e4 CNY"),
    ("25.89%", "%", "25.89 %"),
    ("273", "家", "273 institution"),
    ("29", "类", "29 category"),
    ("3.98万", "元", "398e2 CNY"),
    ("3000余", "份", "3000+ portion"),
    ("3000余万", "元", "3000e4+ CNY"),
    ("300余", "份", "300+ portion"),
    ("3500余", "份", "3500+ portion"),
    ("35.78%", "%", "35.78 %"),
    ("35175", "次", "35175 occurrence"),
    ("3万", "只", "3e4 single"),
    ("4.92", "个/千人", "4.92 item/1000.person"),
    ("40余", "种", "40+ kind"),
    ("4114", "间", "4114 room"),
    ("4163", "例", "4163 case"),
    ("429", "条", "429 line"),
    ("43271", "名", "43271 person"),
    ("46.09", "元/盒", "46.09 CNY/box"),
    ("4700余万", "元", "4700e4+ CNY"),
    ("47万", "剂次", "47e4 dose_given"),
    ("49.5%", "%", "49.5 %"),
    ("5", "支", "5 unit"),
    ("5", "种", "5 kind"),
    ("52.69%", "%", "52.69 %"),
    ("53", "元/盒", "53e0 CNY/box"),
    ("5372", "项", "5372 project"),
    ("5986", "人次", "5986 person_time"),
    ("6000", "人份", "6000 person_portion"),
    ("62.4%", "%", "62.4 %"),
    ("65", "所", "65 facility"),
    ("68.02%", "%", "68.02 %"),
    ("68.7万", "剂次", "687e3 dose_given"),
    ("7", "家", "7 institution"),
    ("70.3万", "人份", "703e3 person_portion"),
    ("71.8万", "剂次", "718e3 dose_given"),
    ("73.53%", "%", "73.53 %"),
    ("730多万", "剂次", "730e4+ dose_given"),
    ("74", "支", "74 unit"),
    ("79", "岁", "79e0 year_of_age"),
    ("8千元到1万元不等", "元/台", "8e3..1e4 CNY/machine"),
    ("81.04%", "%", "81.04 %"),
    ("8303", "例", "8303 case"),
    ("85.24%", "%", "85.24 %"),
    ("88.22%", "%", "88.22 %"),
    ("900余", "家", "900+ institution"),
    ("93%以上", "%", ">=93e0 %"),
    ("93.94%", "%", "93.94 %"),
    ("95.21%", "%", "95.21 %"),
    ("9721.5", "公斤", "9721.5 kg"),
    ("97599", "份", "97599 portion"),
    ("98.3%", "%", "98.3 %"),
    ("七大", "个", "7 item"),
    ("三轮", "轮", "3 round"),
    ("不少于60", "名", ">=60 person"),
    ("五大", "个", "5 item"),
    ("全覆盖", "%", "100e0 %"),
    ("同比下降2.86%", "%", "-2.86 % relative year_earlier"),
    ("四种", "种", "4 kind"),
    ("比2021年提高了9个百分点", "pp", "9e0 pp points 2021"),
    ("清零", "例", "0 case"),
    ("第1", "位", "1 position rank"),
    ("第一", "位", "1 position rank"),
    ("约10", "公里", "~10e0 km"),
    ("约300", "人", "~300 person"),
    ("至少1", "个/县市区", ">=1e0 item/county"),
    ("至少有2名", "名/乡镇", ">=2e0 person/township"),
    ("超330%", "%", ">330e0 %"),
    ("超6万", "份", ">6e4 portion"),
    ("超过1万", "元", ">1e4 CNY"),
    ("超过2万", "元", ">2e4 CNY"),
    ("较上年下降2.7%", "%", "-2.7 % relative year_earlier"),
];

#[test]
fn every_printed_form_reads_under_its_unit() {
    for (printed, unit, expected) in FACTS {
        let reading = parse_cell(printed, unit).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(shown(&reading), *expected, "{printed} under {unit}");
    }
}

/// As a sentence prints it: the number with its unit behind.
#[test]
fn every_bare_number_reads_with_its_unit_behind() {
    let bare = FACTS.iter().filter(|(printed, unit, _)| {
        let words = ["五大", "七大", "清零"];
        printed.parse::<crate::Decimal>().is_ok() && *unit != "位"
            || printed.ends_with(['万', '亿', '余', '多']) && !words.contains(printed)
    });
    let mut count = 0;
    for (printed, unit, expected) in bare {
        assert_eq!(
            super::read(&format!("{printed}{unit}")),
            *expected,
            "{printed}{unit}"
        );
        count += 1;
    }
    assert!(count > 60, "{count}");
}

/// A header may hold the canonical code.
#[test]
fn the_same_facts_read_in_english_codes() {
    for (unit, code) in [
        ("人", "person"),
        ("元", "CNY"),
        ("剂次", "dose_given"),
        ("%", "percent"),
        ("个/千人", "item/1000.person"),
    ] {
        assert_eq!(
            parse_cell("12.5", unit).unwrap(),
            parse_cell("12.5", code).unwrap(),
        );
    }
}
