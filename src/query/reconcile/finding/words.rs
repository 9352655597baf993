//! Verdicts, rules and obstacles in words.

use std::fmt;

use super::{Obstacle, Rule, VerdictKind};

/// English and Chinese of a closed set of words.
macro_rules! phrases {
    ($type:ident { $($word:ident = $english:literal, $chinese:literal;)+ }) => {
        impl $type {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// In English.
            pub fn english(self) -> &'static str {
                match self { $(Self::$word => $english),+ }
            }

            /// In Chinese.
            pub fn chinese(self) -> &'static str {
                match self { $(Self::$word => $chinese),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.english())
            }
        }
    };
}

phrases!(VerdictKind {
    AgreesExactly = "agrees exactly", "完全一致";
    AgreesWithinRounding = "agrees within rounding", "在四舍五入范围内一致";
    ConsistentWithBound = "consistent with a bound", "与界限相符";
    Contradicts = "contradicts", "矛盾";
    NotCheckable = "not checkable", "无法核对";
});

phrases!(Rule {
    Partition = "parts and their whole", "分项与合计";
    Within = "a part within its whole", "部分不超过整体";
    Regions = "regions within a region", "所辖各地与本地";
    Institutions = "institutions within a region", "各机构与所在地";
    Members = "members of a consortium and its region", "医联体成员与所在地";
    Ratio = "ratio and its parts", "比率与分子分母";
    Numerator = "numerator within its denominator", "分子不超过分母";
    Change = "change between two levels", "增减与两期数值";
    Completion = "completion of a target", "完成率与目标";
    Cumulative = "cumulative count does not fall", "累计数不减少";
    Periods = "periods and the longer period they make up", "分期与全期";
    PeriodWithin = "a period within a longer one", "短期不超过长期";
    EndDate = "one end date", "同一截止日";
    Declared = "declared identity", "约定的等式";
});

phrases!(Obstacle {
    Missing = "a figure is missing", "缺数";
    SeriesBreak = "there is a break in the series", "口径有变化";
    BaseMayBeZero = "what it is measured against may be zero or less", "基数可能不大于零";
    FlowOverStock = "a flow over a stock does not say of which day", "时期数除以时点数，未说明时点";
    Units = "the units of its parts do not make its unit", "分子分母的单位与其单位不合";
});
