//! The words of changes. A new word of a kind that is here already needs a row, and no code.

use crate::model::{Base, Qualifier};

/// Verbs of change, and whether they fall.
pub(super) const VERBS: &[(&str, bool)] = &[
    ("增长", false),
    ("增加", false),
    ("提高", false),
    ("上升", false),
    ("提升", false),
    ("上涨", false),
    ("上浮", false),
    ("扩大", false),
    ("升高", false),
    ("攀升", false),
    ("净增", false),
    ("净增加", false),
    ("净增长", false),
    ("回升", false),
    ("反弹", false),
    ("增多", false),
    ("延长", false),
    ("激增", false),
    ("猛增", false),
    ("增", false),
    ("升", false),
    ("涨", false),
    ("↑", false),
    ("下降", true),
    ("减少", true),
    ("降低", true),
    ("下跌", true),
    ("回落", true),
    ("下滑", true),
    ("下调", true),
    ("下浮", true),
    ("缩小", true),
    ("缩减", true),
    ("压减", true),
    ("收窄", true),
    ("净减", true),
    ("净减少", true),
    ("缩短", true),
    ("压缩", true),
    ("锐减", true),
    ("骤降", true),
    ("下挫", true),
    ("负增长", true),
    ("降", true),
    ("减", true),
    ("跌", true),
    ("↓", true),
];

/// Adverbs in front of a verb of change that say nothing about its size.
pub(super) const MANNERS: &[&str] = &[
    "实际",
    "名义",
    "同口径",
    "可比",
    "累计",
    "合计",
    "总体",
    "共",
    "共计",
    "大幅",
    "大幅度",
    "小幅",
    "明显",
    "显著",
    "略",
    "略微",
    "略有",
    "微",
    "稍",
    "稍有",
    "继续",
    "持续",
    "进一步",
    "稳步",
    "快速",
    "又",
    "再",
    "已",
];

/// Verbs that need something compared with in front: 比上年多120人, 比2021年低3个百分点.
pub(super) const COMPARATIVES: &[(&str, bool)] = &[
    ("多", false),
    ("多出", false),
    ("高", false),
    ("高出", false),
    ("少", true),
    ("低", true),
];

/// Nouns of change: 增幅达4.2%, 降幅为2.7%.
pub(super) const RATES: &[(&str, bool)] = &[
    ("增速", false),
    ("增幅", false),
    ("增长率", false),
    ("增长速度", false),
    ("增长幅度", false),
    ("上升幅度", false),
    ("涨幅", false),
    ("升幅", false),
    ("降幅", true),
    ("减幅", true),
    ("跌幅", true),
    ("下降幅度", true),
    ("降低幅度", true),
];

/// What turns a verb of change into the way to a level: 提高到88.22%, 增至300人.
pub(super) const ARRIVALS: &[&str] = &["到", "到了", "至", "为"];

/// Between a verb or noun of change and its number: 增长达4.2%, 增幅为4.2%.
pub(super) const CHANGE_LEADS: &[&str] = &["了", "达", "达到", "为", "是", "有", "在"];

/// Adverbs of comparison that name their base.
pub(super) const ADVERBS: &[(&str, Base)] = &[
    ("同比", Base::YearEarlier),
    ("年同比", Base::YearEarlier),
    ("环比", Base::Previous),
];

/// Prepositions of comparison: 较上年, 与2021年相比, 同上年持平.
pub(super) const COMPARED_WITH: &[&str] = &["较", "比", "与", "和", "同", "相比", "相较于", "对比"];

/// What may follow the base: 与上年相比.
pub(super) const COMPARED: &[&str] = &["相比", "比较", "相较", "比"];

/// What is compared with. `None` where it depends on the period of the figure itself: the start of
/// the year is a year earlier for an annual report only.
pub(super) const BASES: &[(&str, Option<Base>)] = &[
    ("上年", Some(Base::YearEarlier)),
    ("上年度", Some(Base::YearEarlier)),
    ("上年同期", Some(Base::YearEarlier)),
    ("上年同月", Some(Base::YearEarlier)),
    ("上年同季", Some(Base::YearEarlier)),
    ("上一年", Some(Base::YearEarlier)),
    ("上一年度", Some(Base::YearEarlier)),
    ("上一年同期", Some(Base::YearEarlier)),
    ("去年", Some(Base::YearEarlier)),
    ("去年同期", Some(Base::YearEarlier)),
    ("去年同月", Some(Base::YearEarlier)),
    ("前一年", Some(Base::YearEarlier)),
    ("同期", Some(Base::YearEarlier)),
    ("上月", Some(Base::Previous)),
    ("上个月", Some(Base::Previous)),
    ("上一月", Some(Base::Previous)),
    ("上一个月", Some(Base::Previous)),
    ("上季", Some(Base::Previous)),
    ("上季度", Some(Base::Previous)),
    ("上个季度", Some(Base::Previous)),
    ("上一季度", Some(Base::Previous)),
    ("上周", Some(Base::Previous)),
    ("上一周", Some(Base::Previous)),
    ("上期", Some(Base::Previous)),
    ("上一期", Some(Base::Previous)),
    ("前一期", Some(Base::Previous)),
    ("前一日", Some(Base::Previous)),
    ("前一天", Some(Base::Previous)),
    ("昨日", Some(Base::Previous)),
    ("上季度末", None),
    ("上季末", None),
    ("上月末", None),
    ("上月底", None),
    ("年初", None),
    ("上年末", None),
    ("上年底", None),
    ("上年年末", None),
    ("上年年底", None),
    ("去年末", None),
    ("去年底", None),
    ("去年年末", None),
    ("去年年底", None),
];

/// No change, and whether only by and large.
pub(super) const UNCHANGED: &[(&str, Qualifier)] = &[
    ("持平", Qualifier::None),
    ("保持持平", Qualifier::None),
    ("持平不变", Qualifier::None),
    ("零增长", Qualifier::None),
    ("不变", Qualifier::None),
    ("保持不变", Qualifier::None),
    ("没有变化", Qualifier::None),
    ("无变化", Qualifier::None),
    ("相同", Qualifier::None),
    ("基本持平", Qualifier::About),
    ("大体持平", Qualifier::About),
    ("大致持平", Qualifier::About),
    ("总体持平", Qualifier::About),
    ("基本不变", Qualifier::About),
];
