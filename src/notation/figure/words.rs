//! The words of the notation. A new word of a kind that is here already needs a row, and no code.

use crate::model::{Qualifier, Unit};

pub(super) use super::change_words::*;

/// In front of the digits: 超6万份, 至少有2名, ≥90%.
pub(super) const BEFORE: &[(&str, Qualifier)] = &[
    ("超过", Qualifier::Over),
    ("超出", Qualifier::Over),
    ("超", Qualifier::Over),
    ("逾", Qualifier::Over),
    ("突破", Qualifier::Over),
    ("破", Qualifier::Over),
    ("高于", Qualifier::Over),
    ("大于", Qualifier::Over),
    ("多于", Qualifier::Over),
    ("不止", Qualifier::Over),
    (">", Qualifier::Over),
    ("近", Qualifier::Nearly),
    ("将近", Qualifier::Nearly),
    ("接近", Qualifier::Nearly),
    ("几乎", Qualifier::Nearly),
    ("约", Qualifier::About),
    ("大约", Qualifier::About),
    ("大概", Qualifier::About),
    ("差不多", Qualifier::About),
    ("大致", Qualifier::About),
    ("约合", Qualifier::About),
    ("~", Qualifier::About),
    ("≈", Qualifier::About),
    ("至少", Qualifier::AtLeast),
    ("最少", Qualifier::AtLeast),
    ("最低", Qualifier::AtLeast),
    ("最短", Qualifier::AtLeast),
    ("大于等于", Qualifier::AtLeast),
    ("大于或等于", Qualifier::AtLeast),
    ("不少于", Qualifier::AtLeast),
    ("不低于", Qualifier::AtLeast),
    ("不小于", Qualifier::AtLeast),
    ("不下于", Qualifier::AtLeast),
    ("不下", Qualifier::AtLeast),
    ("≥", Qualifier::AtLeast),
    (">=", Qualifier::AtLeast),
    ("不足", Qualifier::Under),
    ("不到", Qualifier::Under),
    ("不满", Qualifier::Under),
    ("未满", Qualifier::Under),
    ("未达", Qualifier::Under),
    ("未达到", Qualifier::Under),
    ("少于", Qualifier::Under),
    ("低于", Qualifier::Under),
    ("小于", Qualifier::Under),
    ("<", Qualifier::Under),
    ("不超过", Qualifier::AtMost),
    ("不超", Qualifier::AtMost),
    ("未超过", Qualifier::AtMost),
    ("不高于", Qualifier::AtMost),
    ("不大于", Qualifier::AtMost),
    ("不多于", Qualifier::AtMost),
    ("至多", Qualifier::AtMost),
    ("最多", Qualifier::AtMost),
    ("最高", Qualifier::AtMost),
    ("最长", Qualifier::AtMost),
    ("小于等于", Qualifier::AtMost),
    ("小于或等于", Qualifier::AtMost),
    ("≤", Qualifier::AtMost),
    ("<=", Qualifier::AtMost),
];

/// In front of a bare power of ten: 过万, 上百, 近千.
pub(super) const BEFORE_POWER: &[(&str, Qualifier)] =
    &[("过", Qualifier::Over), ("上", Qualifier::AtLeast)];

/// Behind the unit: 300人左右, 93%以上, 10分钟内.
pub(super) const AFTER: &[(&str, Qualifier)] = &[
    ("以上", Qualifier::AtLeast),
    ("及以上", Qualifier::AtLeast),
    ("或以上", Qualifier::AtLeast),
    ("(含)以上", Qualifier::AtLeast),
    ("以下", Qualifier::AtMost),
    ("及以下", Qualifier::AtMost),
    ("或以下", Qualifier::AtMost),
    ("(含)以下", Qualifier::AtMost),
    ("以内", Qualifier::AtMost),
    ("之内", Qualifier::AtMost),
    ("内", Qualifier::AtMost),
    ("左右", Qualifier::About),
    ("上下", Qualifier::About),
    ("有余", Qualifier::Odd),
];

/// Behind a number, a power of ten or a unit: 730多万, 12万余袋, 3年多, 十来个.
pub(super) const ODD: &[(&str, Qualifier)] = &[
    ("多", Qualifier::Odd),
    ("余", Qualifier::Odd),
    ("+", Qualifier::Odd),
    ("来", Qualifier::About),
];

/// Words before a level that say nothing about its number.
pub(super) const LEADS: &[&str] = &[
    "达到",
    "达到了",
    "达",
    "达成",
    "已达",
    "已达到",
    "为",
    "是",
    "共",
    "共有",
    "共计",
    "合计",
    "总计",
    "总共",
    "累计",
    "完成",
    "完成了",
    "已完成",
    "实现",
    "实现了",
    "有",
    "现有",
    "拥有",
    "已",
    "已有",
    "仅",
    "仅有",
    "仅为",
    "只有",
    "高达",
    "多达",
    "占",
    "占比",
    "计",
    "新增",
    "人民币",
    "在",
    "介于",
    "相当于",
    "稳定在",
    "保持在",
    "控制在",
    "维持在",
    "稳定",
    "保持",
    "平均",
];

/// Down to nothing.
pub(super) const ZEROES: &[&str] = &[
    "清零",
    "动态清零",
    "归零",
    "全部清零",
    "零新增",
    "零报告",
    "零死亡",
    "零感染",
    "零发生",
    "零病例",
    "零疫情",
];

/// Between the ends of a range. A dash is a sign elsewhere, and is looked at by itself.
pub(super) const RANGE: &[&str] = &["到", "至", "~", "..", "-"];

/// Words that begin like a range and are not.
pub(super) const NOT_RANGE: &[&str] = &["至少", "至多", "到达"];

/// Behind a range.
pub(super) const RANGE_ENDS: &[&str] = &["不等", "之间"];

/// Scopes and verbs before a rank: 位列第三, 居全省第2名.
pub(super) const RANK_LEADS: &[&str] = &[
    "位列",
    "位居",
    "位于",
    "位次",
    "居",
    "居于",
    "列",
    "列为",
    "名列",
    "排",
    "排名",
    "排在",
    "排位",
    "排行",
    "稳居",
    "跃居",
    "跃升",
    "升至",
    "跃升至",
    "跃升到",
    "跃居",
    "前移至",
    "上升为",
    "升到",
    "降至",
    "降到",
    "上升到",
    "下降到",
    "上升至",
    "下降至",
    "进入",
    "跻身",
    "达到",
    "取得",
    "获",
    "获得",
    "荣获",
    "为",
    "是",
    "并列",
    "全球",
    "世界",
    "全国",
    "全省",
    "全市",
    "全县",
    "全区",
    "全州",
    "全盟",
    "全旗",
    "省内",
    "市内",
    "县内",
    "国内",
    "区内",
    "同类",
    "同级",
    "中部",
    "西部",
    "东部",
];

/// The first place in words.
pub(super) const FIRST_PLACES: &[&str] = &["首位", "榜首", "首名"];

/// What counts places.
pub(super) const PLACES: &[&str] = &["位", "名", "位次", "名次"];

/// Means over a denominator, in front of the number: 人均3000元.
pub(super) const MEANS: &[(&str, &str)] = &[
    ("人均", "人"),
    ("户均", "户"),
    ("次均", "次"),
    ("例均", "例"),
    ("床均", "床"),
    ("日均", "天"),
    ("月均", "个月"),
    ("亩均", "亩"),
    ("村均", "村"),
    ("校均", "所"),
];

/// Words that stand where a number should, and name none.
pub(super) const VAGUE: &[&str] = &[
    "数十",
    "数百",
    "数千",
    "数万",
    "数亿",
    "数次",
    "数名",
    "数个",
    "数家",
    "数倍",
    "几",
    "若干",
    "多名",
    "多个",
    "多家",
    "多次",
    "多人",
    "多项",
    "多种",
    "许多",
    "很多",
    "不少",
    "大量",
    "少量",
    "部分",
    "大部分",
    "大多数",
    "多数",
    "少数",
    "绝大多数",
    "个别",
    "一些",
    "有些",
    "成百上千",
    "成千上万",
    "无数",
    "众多",
    "多倍",
];

/// What stands in the place of a figure that is not there; not the same as zero.
pub(super) const ABSENT: &[&str] = &[
    "无",
    "暂无",
    "暂缺",
    "缺",
    "略",
    "不详",
    "未报告",
    "未统计",
    "未公布",
    "未提供",
    "不适用",
    "NA",
    "N/A",
    "n.a.",
];

/// Parts of a whole in words, in percent.
pub(super) const PARTS: &[(&str, u32)] = &[
    ("一半", 50),
    ("半数", 50),
    ("百分之百", 100),
    ("全覆盖", 100),
    ("全面覆盖", 100),
    ("全部覆盖", 100),
];

/// Fractions whose number stands behind: 百分之八, 千分之三.
pub(super) const FRACTIONS: &[(&str, Unit)] = &[
    ("百分之", Unit::PERCENT),
    ("千分之", Unit::PERMILLE),
    ("万分之", Unit::PER_TEN_THOUSAND),
    ("十万分之", Unit::PER_HUNDRED_THOUSAND),
    ("10万分之", Unit::PER_HUNDRED_THOUSAND),
    ("百万分之", Unit::PER_MILLION),
];

/// Labels of units that behind a number name a date: 3月, 三季度.
pub(super) const DATES: &[&str] = &["月", "季度"];
