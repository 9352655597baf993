//! Places: regions, institutions and the consortia between them.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Period;
use super::code::{ConsortiumCode, InstitutionCode, RegionCode, UnifiedCode};
use super::names::Names;
use super::word::words;
use crate::error::{Error, ErrorKind, Result};

/// What a figure is about: a region or an institution.
///
/// The text form is the region's code, or `institution:` and the institution's. Regions order before
/// institutions, each by code.
///
/// ```
/// use yearbook::model::Place;
///
/// let liling: Place = "430281".parse()?;
/// let hospital: Place = "institution:zhuzhou-people-hospital".parse()?;
/// assert!(matches!(liling, Place::Region(_)) && liling < hospital);
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// An administrative area.
    Region(RegionCode),
    /// A hospital, a clinic, a nursery …
    Institution(InstitutionCode),
}

const INSTITUTION: &str = "institution:";

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(code) => fmt::Display::fmt(code, f),
            Self::Institution(code) => f.pad(&format!("{INSTITUTION}{code}")),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Place {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        match text.strip_prefix(INSTITUTION) {
            Some(code) => code.parse().map(Self::Institution),
            None => text.parse().map(Self::Region),
        }
    }
}

super::text_serde!(
    Place,
    "a region code, or institution: and an institution code"
);

impl From<RegionCode> for Place {
    fn from(code: RegionCode) -> Self {
        Self::Region(code)
    }
}

impl From<InstitutionCode> for Place {
    fn from(code: InstitutionCode) -> Self {
        Self::Institution(code)
    }
}

words! {
    /// The level of a region in the tree, from the widest.
    Level, "a level" {
        /// 国家
        Country = "country", "国家";
        /// 省, 自治区, 直辖市
        Province = "province", "省级";
        /// 地级市, 自治州, 盟
        Prefecture = "prefecture", "地级";
        /// 县, 县级市, 市辖区
        County = "county", "县级";
        /// 乡, 镇, 街道
        Township = "township", "乡级";
        /// 村, 社区
        Village = "village", "村级";
    }
}

words! {
    /// What an institution does.
    InstitutionKind, "a kind of institution" {
        /// 综合医院
        GeneralHospital = "general_hospital", "综合医院";
        /// 中医医院
        TcmHospital = "tcm_hospital", "中医医院";
        /// 专科医院
        SpecialisedHospital = "specialised_hospital", "专科医院";
        /// 妇幼保健院
        MaternalChildHospital = "maternal_child_hospital", "妇幼保健院";
        /// 社区卫生服务中心
        CommunityHealthCentre = "community_health_centre", "社区卫生服务中心";
        /// 乡镇卫生院
        TownshipHealthCentre = "township_health_centre", "乡镇卫生院";
        /// 村卫生室
        VillageClinic = "village_clinic", "村卫生室";
        /// 疾病预防控制中心
        Cdc = "cdc", "疾病预防控制中心";
        /// 急救中心
        EmergencyCentre = "emergency_centre", "急救中心";
        /// 养老机构
        CareHome = "care_home", "养老机构";
        /// 托育机构
        Nursery = "nursery", "托育机构";
        /// Any other.
        Other = "other", "其他";
    }
}

words! {
    /// The tier of a hospital by the national accreditation of hospitals.
    Tier, "a tier" {
        /// 三级
        Tertiary = "tertiary", "三级";
        /// 二级
        Secondary = "secondary", "二级";
        /// 一级
        Primary = "primary", "一级";
        /// 未定级
        Unrated = "unrated", "未定级";
    }
}

words! {
    /// The class of a hospital within its tier.
    Class, "a class" {
        /// 特等, of the third tier only
        Special = "special", "特等";
        /// 甲等
        A = "a", "甲等";
        /// 乙等
        B = "b", "乙等";
        /// 丙等
        C = "c", "丙等";
        /// 未定等
        Unrated = "unrated", "未定等";
    }
}

words! {
    /// Who owns an institution.
    Ownership, "an ownership" {
        /// 公立
        Public = "public", "公立";
        /// 民营
        Private = "private", "民营";
    }
}

words! {
    /// The kind of a consortium.
    ConsortiumKind, "a kind of consortium" {
        /// 县域医共体
        County = "county", "县域医共体";
        /// 城市医疗集团
        Urban = "urban", "城市医疗集团";
        /// 专科联盟
        Specialty = "specialty", "专科联盟";
    }
}

words! {
    /// What a member does in its consortium.
    Role, "a role" {
        /// 牵头单位
        Lead = "lead", "牵头单位";
        /// 成员单位
        Member = "member", "成员单位";
    }
}

/// The days on which something holds: from a day, to a day, both included, either open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "ValidityForm", into = "ValidityForm")]
pub struct Validity {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidityForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

impl From<Validity> for ValidityForm {
    fn from(Validity { from, to }: Validity) -> Self {
        Self { from, to }
    }
}

impl TryFrom<ValidityForm> for Validity {
    type Error = Error;
    fn try_from(form: ValidityForm) -> Result<Self> {
        Self::new(form.from, form.to)
    }
}

impl Validity {
    /// Holds for ever.
    pub const ALWAYS: Self = Self {
        from: None,
        to: None,
    };

    /// From a day to a day.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) if it ends before it begins, or leaves the years 1 to 9999.
    pub fn new(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self> {
        for day in [from, to].into_iter().flatten() {
            Period::day(day)?;
        }
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("valid from {from} to {to} ends before it begins"),
            ));
        }
        Ok(Self { from, to })
    }

    /// The first day, if there is one.
    pub fn from(&self) -> Option<NaiveDate> {
        self.from
    }

    /// The last day, if there is one.
    pub fn to(&self) -> Option<NaiveDate> {
        self.to
    }

    /// Whether it holds on `day`.
    pub fn on(&self, day: NaiveDate) -> bool {
        self.meets(day, day)
    }

    /// Whether it holds on some day from `first` to `last`.
    pub fn meets(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first <= to)
    }

    /// Whether it holds for ever.
    pub fn is_always(&self) -> bool {
        *self == Self::ALWAYS
    }
}

/// An administrative area in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its code.
    pub code: RegionCode,
    /// The region it lies in, as stated; the code's prefix is only a check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<RegionCode>,
    /// Its level.
    pub level: Level,
    /// Its names.
    pub names: Names,
    /// When it existed.
    #[serde(default, skip_serializing_if = "Validity::is_always")]
    pub validity: Validity,
    /// The codes it took the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub succeeds: Vec<RegionCode>,
}

impl Region {
    /// A region that was always there and succeeds no other.
    pub fn new(code: RegionCode, parent: Option<RegionCode>, level: Level, names: Names) -> Self {
        Self {
            code,
            parent,
            level,
            names,
            validity: Validity::ALWAYS,
            succeeds: Vec::new(),
        }
    }
}

/// The tier and the class of a hospital: 三级甲等.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "GradeForm", into = "GradeForm")]
pub struct Grade {
    tier: Tier,
    class: Option<Class>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GradeForm {
    tier: Tier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<Class>,
}

impl From<Grade> for GradeForm {
    fn from(Grade { tier, class }: Grade) -> Self {
        Self { tier, class }
    }
}

impl TryFrom<GradeForm> for Grade {
    type Error = Error;
    fn try_from(form: GradeForm) -> Result<Self> {
        Self::new(form.tier, form.class)
    }
}

impl Grade {
    /// A tier, and the class within it if it is known.
    ///
    /// # Errors
    /// [`Bounds`](ErrorKind::Bounds) for 特等 outside of 三级 and for a class without a tier.
    pub fn new(tier: Tier, class: Option<Class>) -> Result<Self> {
        match (tier, class) {
            (Tier::Secondary | Tier::Primary, Some(Class::Special)) => Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "{}特等 does not exist: only a hospital of the third tier is of the special class",
                    tier.chinese()
                ),
            )),
            (Tier::Unrated, Some(class)) if class != Class::Unrated => Err(Error::new(
                ErrorKind::Bounds,
                format!(
                    "class {} without a tier: classes stand within tiers, such as 二级甲等",
                    class.chinese()
                ),
            )),
            _ => Ok(Self { tier, class }),
        }
    }

    /// The tier.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The class, if it is known.
    pub fn class(&self) -> Option<Class> {
        self.class
    }

    /// 三级甲等, 二级, 未定级.
    pub fn chinese(&self) -> String {
        format!(
            "{}{}",
            self.tier.chinese(),
            self.class.map_or("", Class::chinese)
        )
    }
}

/// A hospital, a township health centre, a clinic, a CDC, a nursery …
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Its code.
    pub code: InstitutionCode,
    /// The region it stands in.
    pub region: RegionCode,
    /// What it does.
    pub kind: InstitutionKind,
    /// Its names.
    pub names: Names,
    /// Its tier and class, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Who owns it, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<Ownership>,
    /// Its unified social credit code, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unified_code: Option<UnifiedCode>,
    /// When it existed.
    #[serde(default, skip_serializing_if = "Validity::is_always")]
    pub validity: Validity,
}

impl Institution {
    /// An institution of which no more is known.
    pub fn new(
        code: InstitutionCode,
        region: RegionCode,
        kind: InstitutionKind,
        names: Names,
    ) -> Self {
        Self {
            code,
            region,
            kind,
            names,
            grade: None,
            ownership: None,
            unified_code: None,
            validity: Validity::ALWAYS,
        }
    }
}

/// A county consortium (医共体), an urban medical group or a specialty alliance.
///
/// A scope for questions, not a place of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consortium {
    /// Its code.
    pub code: ConsortiumCode,
    /// Its kind.
    pub kind: ConsortiumKind,
    /// The region it serves, if stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionCode>,
    /// Its names.
    pub names: Names,
    /// Who belongs to it, when and as what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Membership>,
}

/// One institution's time in a consortium.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// Who.
    pub institution: InstitutionCode,
    /// As what.
    pub role: Role,
    /// When.
    #[serde(default, skip_serializing_if = "Validity::is_always")]
    pub validity: Validity,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn grades_that_do_not_exist_are_refused() {
        assert_eq!(
            Grade::new(Tier::Tertiary, Some(Class::A))
                .unwrap()
                .chinese(),
            "三级甲等"
        );
        assert_eq!(Grade::new(Tier::Unrated, None).unwrap().chinese(), "未定级");
        assert_eq!(
            Grade::new(Tier::Secondary, Some(Class::Special))
                .unwrap_err()
                .to_string(),
            "二级特等 does not exist: only a hospital of the third tier is of the special class"
        );
        assert_eq!(
            Grade::new(Tier::Unrated, Some(Class::A))
                .unwrap_err()
                .to_string(),
            "class 甲等 without a tier: classes stand within tiers, such as 二级甲等"
        );
        assert!(serde_json::from_str::<Grade>(r#"{"tier":"primary","class":"special"}"#).is_err());
    }

    #[test]
    fn validity_includes_both_days() {
        let year = Validity::new(Some(day("2021-01-01")), Some(day("2021-12-31"))).unwrap();
        assert!(year.on(day("2021-01-01")) && year.on(day("2021-12-31")));
        assert!(!year.on(day("2020-12-31")) && !year.on(day("2022-01-01")));
        assert!(year.meets(day("2020-01-01"), day("2021-01-01")));
        assert!(!year.meets(day("2022-01-01"), day("2023-01-01")));
        assert!(Validity::ALWAYS.on(day("0001-01-01")));
        assert_eq!(
            Validity::new(Some(day("2021-01-02")), Some(day("2021-01-01")))
                .unwrap_err()
                .to_string(),
            "valid from 2021-01-02 to 2021-01-01 ends before it begins"
        );
        for day in [NaiveDate::MIN, NaiveDate::MAX] {
            assert!(Validity::new(Some(day), None).is_err());
            assert!(Validity::new(None, Some(day)).is_err());
        }
        assert!(serde_json::from_str::<Validity>(r#"{"from":"+12345-01-01"}"#).is_err());
    }

    #[test]
    fn places_read_as_they_print() {
        for text in ["430281", "CN-HN", "institution:zhuzhou-people-hospital"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        assert!("institution:".parse::<Place>().is_err());
    }

    #[test]
    fn json_is_what_a_person_would_write() {
        let region: Region = serde_json::from_str(
            r#"{"code":"4302","parent":"43","level":"prefecture","names":{"zh":"株洲市"}}"#,
        )
        .unwrap();
        assert_eq!(
            serde_json::to_string(&region).unwrap(),
            r#"{"code":"430200","parent":"430000","level":"prefecture","names":{"zh":"株洲市"}}"#
        );
    }
}
