//! The questions on the five reports: what must come out, to the digit, and how sure it is.

use yearbook::model::*;
use yearbook::query::{Among, Ask, Flag, Gap, Plan};
use yearbook::{Decimal, ErrorKind};

use crate::reports::book;

fn ask() -> Ask<'static> {
    Ask::of(book())
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

#[test]
fn zhuzhou_kept_more_inpatients_within_its_counties() {
    let change = ask()
        .change("县域内住院量占比", "株洲", "2021", "2024年1-9月")
        .unwrap();
    assert_eq!(change.before().value(), decimal("81.04"));
    assert_eq!(change.after().value(), decimal("88.22"));
    let points = change.points().unwrap();
    assert_eq!(points.value(), decimal("7.18"));
    assert_eq!(points.unit(), Unit::PERCENTAGE_POINT);
    assert_eq!(points.interval().to_string(), "[7.17, 7.19]");
    assert_eq!(change.relative().unwrap().rounded(2), decimal("8.86"));
    assert_eq!(change.rose(), Certainty::Certainly);
    assert_eq!(
        change.flags(),
        [Flag::LengthsDiffer {
            from: "2021".parse().unwrap(),
            to: "2024-01/2024-09".parse().unwrap()
        }]
    );
    // From the middle of 2021 to the middle of January to September 2024 are 34.5 months.
    assert_eq!(change.annualised(2).unwrap().value(), decimal("3.00"));
    assert_eq!(points.used().len(), 2);
    assert_eq!(points.used()[1].source().as_str(), "zhuzhou-2024");
    assert_eq!(
        change.to_string(),
        "share of inpatient care kept within the county, Zhuzhou, 2021 to 2024-01/2024-09: from 81.04%, within \
         [81.035, 81.045] to 88.22%, within [88.215, 88.225]: +7.18 points, within [7.17, 7.19]; relative +8.86%, \
         within [8.8469, 8.8728]; note: 2021 and 2024-01/2024-09 are of unequal length"
    );
    assert_eq!(
        change.to_chinese(),
        "株洲市县域内住院就诊率，2021年至2024年1至9月：由81.04%（介于81.035与81.045%之间）到88.22%（介于88.215与88.225%之间），\
         变化+7.18个百分点（介于7.17与7.19个百分点之间），增幅+8.86%（介于8.8469与8.8728%之间）；注意：2021年与2024年1至9月时长不同"
    );
}

#[test]
fn one_decimal_where_the_other_has_two_widens_the_change() {
    let change = ask()
        .change("基层诊疗量占比", "株洲", "2021", "2024-01/2024-09")
        .unwrap();
    let points = change.points().unwrap();
    assert_eq!(points.value(), decimal("9.71"));
    assert_eq!(points.interval().to_string(), "[9.655, 9.765]");
}

#[test]
fn the_doses_of_liling_add_up_within_rounding() {
    let sum = ask()
        .roll_up_members("covid_vaccine_doses", "dose", "醴陵市", "2020-12/2022-06")
        .unwrap();
    assert!(sum.is_whole());
    assert_eq!(sum.answer().value(), decimal("1875000"));
    assert_eq!(sum.answer().interval().to_string(), "[1869000, 1881000]");
    let stated = ask()
        .figure("covid_vaccine_doses", "醴陵市", "2020-12/2022-06")
        .unwrap();
    assert_eq!(stated.answer().value(), decimal("1876000"));
    assert_eq!(
        sum.answer().interval().equal_to(stated.answer().interval()),
        Certainty::Possibly
    );
}

#[test]
fn the_diseases_of_shishou_add_up_exactly() {
    let sum = ask()
        .roll_up_members("法定传染病报告病例", "类别", "石首市", "2023")
        .unwrap();
    assert_eq!(sum.answer().value(), decimal("8303"));
    assert!(sum.answer().is_exact());
    let stated = ask()
        .figure("法定传染病报告病例", "石首市", "2023")
        .unwrap();
    assert_eq!(
        sum.answer().interval().equal_to(stated.answer().interval()),
        Certainty::Certainly
    );
    assert_eq!(
        sum.to_string(),
        "notifiable disease cases reported, over class of notifiable disease in Shishou, 2023: 8303 cases from all 2 parts"
    );
}

#[test]
fn the_clients_of_shishou_give_their_shares() {
    let clients = "智慧医养管理对象 [年龄=60岁及以上|范围=绣林街道8个社区]";
    for (part, share, rounded) in [
        (
            "智慧医养管理对象 [年龄=70岁及以上|范围=绣林街道8个社区]",
            "smart_eldercare_70_plus_share [area=xiulin-8-communities]",
            "49.5",
        ),
        (
            "smart_eldercare_clients [area=xiulin-8-communities|disability=disabled-or-semi]",
            "smart_eldercare_disabled_share [area=xiulin-8-communities]",
            "2.3",
        ),
    ] {
        let derived = ask().quotient(part, clients, Unit::PERCENT).unwrap();
        let answer = derived.of("石首市", "2023").unwrap();
        assert_eq!(answer.rounded(1), decimal(rounded));
        let stated = ask().figure(share, "石首市", "2023").unwrap();
        assert!(stated.answer().interval().encloses(answer.interval()));
    }
}

#[test]
fn a_stated_change_tells_what_was_before() {
    let literacy = ask().before("居民健康素养水平", "石首市", "2023").unwrap();
    assert_eq!(literacy.period().to_string(), "2021");
    assert_eq!(literacy.answer().interval().to_string(), "[26.275, 27.285]");
    assert_eq!(literacy.answer().value(), decimal("26.78"));
    let dispatches = ask()
        .before("ambulance_dispatches", "石首市", "2023年1-10月")
        .unwrap();
    assert_eq!(dispatches.period().to_string(), "2022-01/2022-10");
    assert_eq!(dispatches.answer().interval().to_string(), "[6919, 6925]");
    assert_eq!(
        ask()
            .before("life_expectancy", "石首市", "2023")
            .unwrap_err()
            .to_string(),
        "no change of life_expectancy is stated for that place and period"
    );
}

#[test]
fn the_places_of_zhuzhou_give_its_people() {
    let density = ask().definition("每千人口托位数").unwrap();
    let people = density.solve_for("常住人口", "株洲", "2024-10-31").unwrap();
    assert_eq!(people.interval().to_string(), "[3880407, 3888301]");
    assert_eq!(people.value(), decimal("3884350"));
    assert_eq!(people.unit(), Unit::PERSON);
    assert_eq!(people.used().len(), 2);

    let filed = ask()
        .quotient("托育机构完成备案数", "托育机构申请备案数", Unit::PERCENT)
        .unwrap()
        .of("株洲", "2024-10-31")
        .unwrap();
    assert_eq!(filed.rounded(1), decimal("72.5"));

    let places = ask()
        .change("托位数", "株洲", "2021", "2024-10-31")
        .unwrap();
    assert_eq!(places.relative().unwrap().rounded(1), decimal("312.2"));
    assert_eq!(places.difference().value(), decimal("14475"));
    // A stock: the lengths of its periods say nothing.
    assert_eq!(places.flags(), []);
    // 4.122... to the power of 12/34.
    assert_eq!(places.annualised(2).unwrap().value(), decimal("64.86"));
}

#[test]
fn a_completion_over_330_percent_bounds_the_target() {
    let target = ask()
        .target("first_responders_certified", "株洲", "2021")
        .unwrap();
    assert_eq!(target.at_most(3168), Certainty::Certainly);
    assert_eq!(target.at_most(3167), Certainty::Possibly);
    assert_eq!(target.interval().to_string(), "[1, 3168]");
    assert_eq!(target.value(), None);
    let completion = ask()
        .figure("first_responders_certified completion", "株洲", "2021")
        .unwrap();
    assert_eq!(completion.answer().to_string(), "over 330%");
}

#[test]
fn the_consortia_of_chaling_roll_up() {
    let ask = ask();
    let sum = ask
        .roll_up(
            "医共体成员卫生院",
            &Among::institutions_in("茶陵县"),
            "2024",
        )
        .unwrap();
    assert_eq!((sum.known(), sum.parts()), (2, 2));
    assert_eq!(sum.covered().value(), decimal("19"));
    assert!(sum.covered().is_exact());
    // Nobody said that these two are all.
    assert!(!sum.is_whole());
    assert_eq!(sum.answer().interval().to_string(), "[19, ∞)");
    assert_eq!(
        sum.to_string(),
        "consortium member township hospitals, over the institutions in Chaling County, 2024: 19 items from 2 of 2 \
         parts; the whole: at least 19 items; note: the parts are not declared to be all"
    );
    let whole = sum.as_all_there_is().unwrap();
    assert_eq!(whole.answer().value(), decimal("19"));
    let stated = ask.figure("医共体成员卫生院", "茶陵县", "2024").unwrap();
    assert_eq!(
        whole
            .answer()
            .interval()
            .equal_to(stated.answer().interval()),
        Certainty::Certainly
    );
    // One consortium has one member that is named, its lead.
    let lead = ask
        .roll_up(
            "医共体成员卫生院",
            &Among::members_of("茶陵县中医医院医共体"),
            "2024",
        )
        .unwrap();
    assert_eq!(lead.covered().value(), decimal("9"));
}

#[test]
fn ruzhou_has_two_people_a_team() {
    let per_team = ask()
        .quotient("核酸采样人员", "核酸采样小组", "人/组".parse().unwrap())
        .unwrap();
    let answer = per_team.of("汝州市", "2020/2022").unwrap();
    assert_eq!(answer.interval().as_point(), decimal("2"));
    // Stocks: under whichever period that ends on the day.
    let same = per_team.of("汝州市", "2022-12-31").unwrap();
    assert_eq!(same.interval(), answer.interval());
}

#[test]
fn percentages_are_not_averaged() {
    let counties = Among::these(["攸县", "茶陵县", "醴陵市"]);
    let error = ask()
        .roll_up("县域内就诊率", &counties, "2021")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown);
    assert_eq!(
        error.to_string(),
        "visit_share_within_county is a share and is not averaged over 3 places: its denominator resident_visits has \
         no figure in 2021 for 430223, 430224, 430281; record it, as percentages have no sum"
    );
    let error = ask().sum(["县域内就诊率", "县域内住院量占比"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "visit_share_within_county is in %, and such figures have no sum: add their numerators and denominators"
    );
}

#[test]
fn flows_over_unequal_lengths_do_not_compare() {
    assert_eq!(
        ask()
            .change("院前急救受理电话", "石首市", "2022", "2023-01/2023-10")
            .map(|_| ())
            .unwrap_err()
            .kind(),
        ErrorKind::Unknown
    );
    assert_eq!(
        ask()
            .change(
                "emergency_calls_answered",
                "石首市",
                "2022",
                "2023-01/2023-10"
            )
            .unwrap_err()
            .to_string(),
        "emergency_calls_answered is a flow, 2022 has 12 months and 2023-01/2023-10 has 10 months: flows compare only \
         over equal lengths of time"
    );
    let since = ask()
        .change_since(
            Base::YearEarlier,
            "emergency_calls_answered",
            "石首市",
            "2023-01/2023-10",
        )
        .unwrap();
    // Nobody recorded the year before: all that is known is that it was no less than nothing.
    assert_eq!(since.difference().missing().len(), 1);
    assert_eq!(since.difference().missing()[0].gap, Gap::NotRecorded);
    assert_eq!(since.difference().interval().to_string(), "(-∞, 35175]");
    assert_eq!(
        since.relative().unwrap_err().to_string(),
        "emergency_calls_answered in 2022-01/2022-10 is not known: a relative change needs a base that is certainly above zero"
    );
}

#[test]
fn looks_find_the_latest_and_say_what_is_not_there() {
    let ask = ask();
    let latest = ask.latest("托位数", "株洲").unwrap().unwrap();
    assert_eq!(latest.period().to_string(), "2024-10-31");
    let earlier = ask.latest_by("托位数", "株洲", "2023").unwrap().unwrap();
    assert_eq!(earlier.period().to_string(), "2021");
    assert_eq!(
        earlier.to_string(),
        "childcare places, Zhuzhou, 2021: 4636 items"
    );
    assert_eq!(earlier.to_chinese(), "株洲市2021年托位数：4636个");
    assert_eq!(ask.recent("托位数", "株洲", 5).unwrap().len(), 2);
    assert_eq!(ask.latest("托位数", "石首市").unwrap(), None);
    let coverage = ask
        .coverage(
            "托位数",
            &Among::these(["株洲", "石首市"]),
            ["2021", "2022"],
        )
        .unwrap();
    assert_eq!((coverage.known(), coverage.asked()), (1, 4));
    let missing = ask.figure("托位数", "株洲", "2022").unwrap();
    assert_eq!(
        missing.answer().to_string(),
        "at least 0 items; missing: childcare_places of 430200 in 2022: not recorded"
    );
    assert_eq!(
        ask.latest("托位", "湘潭市").unwrap_err().kind(),
        ErrorKind::Unknown
    );
    let found = ask.search("县域内住院", 3).unwrap();
    assert_eq!(
        found.indicators()[0].code.to_string(),
        "inpatient_share_within_county"
    );
    assert!(
        ask.search("醴陵", 3).unwrap().places()[0]
            .path
            .ends_with("醴陵市")
    );
}

#[test]
fn leads_rank_by_their_members() {
    let leads = Among::these([
        "茶陵县人民医院",
        "茶陵县中医医院",
        "石首市中医医院",
        "汝州市人民医院",
    ]);
    let ranking = ask().rank("医共体成员卫生院", &leads, "2024").unwrap();
    assert_eq!(
        ranking.to_string(),
        "consortium member township hospitals among 4 places, 2024, the highest first\n\
         1 Chaling County People's Hospital: 10 items\n\
         2 Chaling County Hospital of Chinese Medicine: 9 items\n\
         missing: consortium_member_township_hospitals of institution:ruzhou-people-hospital in 2024: not recorded\n\
         missing: consortium_member_township_hospitals of institution:shishou-tcm-hospital in 2024: not recorded\n\
         note: neither end is the better one: the largest comes first"
    );
    let first = ranking.rows()[0].place();
    // Two have no figure and may have any number.
    assert_eq!(
        ranking
            .share_of_total(first)
            .unwrap()
            .interval()
            .to_string(),
        "[0, 52.631578947368421052631578948]"
    );
    assert_eq!(ranking.median().unwrap().value(), decimal("9.5"));
    assert_eq!(
        ranking.distance_to_median(first).unwrap().value(),
        decimal("0.5")
    );
}

#[test]
fn answers_are_json() {
    let change = ask()
        .change("县域内住院量占比", "株洲", "2021", "2024-01/2024-09")
        .unwrap();
    let json = serde_json::to_value(&change).unwrap();
    assert_eq!(json["difference"]["value"], "7.18");
    assert_eq!(json["difference"]["interval"], "[7.17, 7.19]");
    assert_eq!(json["difference"]["unit"], "pp");
    assert_eq!(json["difference"]["used"][0]["stated"], "81.04 %");
    assert_eq!(json["difference"]["flags"][0]["flag"], "lengths_differ");
    assert_eq!(json["heading"]["zh"], "县域内住院就诊率");
}

#[test]
fn a_plan_needs_its_target() {
    let track = ask()
        .on_track(
            "托位数",
            "株洲",
            "2024-10-31",
            &Plan::straight_line("2021", "2025"),
        )
        .unwrap();
    assert_eq!(track.verdict(), Certainty::Possibly);
    assert_eq!(track.expected().missing().len(), 1);
}
