//! The words of labels. A new word of a kind that is here already needs a row, and no code.

use super::cursor::Cursor;

/// The bytes of a word that is a noun as a whole, whatever numeral, verb or qualifier it holds.
pub(super) fn protected(cursor: &Cursor<'_>) -> Option<usize> {
    let longest = |words: &mut dyn Iterator<Item = &'static str>| {
        words
            .filter(|word| cursor.starts_with(word))
            .map(str::len)
            .max()
    };
    let noun = longest(&mut NOUNS.iter().copied())?;
    let stop = longest(&mut STOPS.iter().map(|(word, _)| *word));
    stop.is_none_or(|stop| stop < noun).then_some(noun)
}

/// Nouns that hold a numeral, a verb of change, a qualifier or a comparison.
#[rustfmt::skip]
const NOUNS: &[&str] = &[
    // Numerals.
    "一般", "一次性", "一体化", "一站式", "一线", "统一", "唯一", "单一", "双一流", "一类", "二类", "三类", "四类", "五类",
    "一级", "二级", "三级", "四级", "一甲", "二甲", "三甲", "二乙", "三乙", "一产", "二产", "三产", "第一产业", "第二产业",
    "第三产业", "第三方", "一孩", "二孩", "三孩", "两癌", "两病", "二价", "四价", "九价", "五保", "五险", "三公经费", "三农",
    "上半年", "下半年", "二氧化碳", "二氧化硫", "二氧化氮", "一氧化碳", "零售", "零星", "零工", "百日咳", "百姓", "半径", "十二指肠", "万元GDP", "万元地区生产总值", "万元国内生产总值",
    // Verbs of change.
    "增加值", "增值", "新增", "增设", "增补", "增派", "增配", "增建", "增量", "增生", "减负", "减重", "减压", "减肥", "跌倒", "直升机", "升旗", "升降", "降级",
    "降钙素", "自然增长率", "机械增长率", "降水", "降雨", "降雪", "降尘", "降糖", "降压", "升学", "升级", "减免",
    "减排", "减税", "减灾", "减贫", "降费", "增资", "提高班", "毫升", "公升", "自然", "自治", "自愿", "自费", "自主",
    "自来水", "自杀", "自然人", "从业",
    // Comparisons.
    "可比", "同口径", "较快", "较大", "比例", "比重", "比率", "比值", "占比", "百分比", "同比例",
    // Qualifiers.
    "近视", "近亲", "近海", "近岸", "附近", "就近", "最近", "邻近", "靠近", "节约", "签约", "履约", "预约", "违约", "解约",
    "缔约", "条约", "合约", "契约", "公约", "制约", "特约", "集约", "续约", "租约", "邀约", "约谈", "失约", "爽约", "约束",
    "超声", "彩超", "B超", "超市", "超重", "超标", "超限", "超载", "超速", "超龄", "超期", "超导", "超高清", "高超", "赶超",
    "反超", "超低排放", "超高压", "破伤风", "破产", "破获", "破案", "破解", "破损", "侦破", "打破", "爆破", "告破", "破除",
    "通过", "经过", "过敏", "过早", "过程", "过期", "过渡", "过境", "过夜", "不变价格", "不变价", "最高人民",
    // What is shared out.
    "平均", "均衡", "均等", "均值", "均价", "各类", "各级", "各项", "各种", "各族", "各界", "各地",
    // Ages are each person's already.
    "人均预期寿命", "人均期望寿命", "人均寿命", "平均预期寿命", "平均期望寿命", "预期寿命",
    "顺差", "逆差", "差额", "差旅", "误差", "标准差", "差异", "差错", "缺口", "缺陷", "缺勤", "缺血", "缺氧", "欠费", "欠发达", "模拟", "虚拟",
    // Letters that a number may follow at once.
    "GDP", "CPI", "PPI", "PMI", "CMI",
    // Debts and burdens.
    "负债", "负担", "担负", "负责", "负荷", "负压", "计划生育",
    // Whole clauses on the basis of prices, with their comma.
    "按不变价格计算,", "按不变价计算,", "按可比价格计算,", "按可比价计算,", "按可比口径计算,", "按可比口径,", "扣除价格因素,",
    "扣除价格因素后,", "剔除价格因素,", "其中,",
];

const OTHER_PERIOD: &str = "the figure of the period itself, not of another";
const SHARED_OUT: &str = "one figure of one place, not one that several share or have each";
pub(super) const MEAN_CHANGE: &str =
    "the change from one period to another (a mean over several is an indicator of its own)";
const OF_A_PART: &str =
    "a change of the indicator itself, not what it adds to another or differs by";
const FORECAST: &str = "the figure alone: that it is a forecast is its status";
const NEGATED: &str = "what the figure is, not what it is not";
pub(super) const MOVED: &str =
    "a verb of change such as 增长 or 下降 before how much, or the figure alone";
pub(super) const COMPARED: &str = "what it is compared with in front, as in 比上年多120人";
const BEYOND: &str =
    "how much of the target was reached: what is beyond it may count from 0 or from 100%";

/// Words that make another figure of the number behind them, and what to write instead.
#[rustfmt::skip]
const STOPS: &[(&str, &str)] = &[
    ("上年", OTHER_PERIOD), ("去年", OTHER_PERIOD), ("前年", OTHER_PERIOD), ("明年", OTHER_PERIOD), ("上月", OTHER_PERIOD),
    ("上个月", OTHER_PERIOD), ("上季", OTHER_PERIOD), ("上周", OTHER_PERIOD), ("上期", OTHER_PERIOD), ("上一", OTHER_PERIOD),
    ("同期", OTHER_PERIOD), ("往年", OTHER_PERIOD), ("历年", OTHER_PERIOD), ("此前", OTHER_PERIOD), ("之前", OTHER_PERIOD),
    ("以前", OTHER_PERIOD), ("原有", OTHER_PERIOD), ("原来", OTHER_PERIOD), ("原为", OTHER_PERIOD), ("基期", OTHER_PERIOD), ("年初", OTHER_PERIOD), ("上个季度", OTHER_PERIOD), ("昨日", OTHER_PERIOD),
    ("各", SHARED_OUT), ("均", SHARED_OUT), ("分别", SHARED_OUT), ("依次", SHARED_OUT), ("逐", SHARED_OUT), ("每年级", SHARED_OUT),
    ("年均", MEAN_CHANGE), ("年平均", MEAN_CHANGE), ("平均每年", MEAN_CHANGE), ("平均增", MEAN_CHANGE),
    ("平均提高", MEAN_CHANGE), ("平均下降", MEAN_CHANGE), ("平均减少", MEAN_CHANGE), ("平均降", MEAN_CHANGE),
    ("复合增长", MEAN_CHANGE), ("递增", MEAN_CHANGE), ("递减", MEAN_CHANGE), ("逐年", MEAN_CHANGE),
    ("拉动", OF_A_PART), ("拉低", OF_A_PART), ("拉高", OF_A_PART), ("拉升", OF_A_PART), ("相差", OF_A_PART), ("差", OF_A_PART),
    ("多增", OF_A_PART), ("少增", OF_A_PART), ("多减", OF_A_PART), ("少减", OF_A_PART), ("多收", OF_A_PART), ("少收", OF_A_PART),
    ("增收", OF_A_PART), ("减收", OF_A_PART), ("增支", OF_A_PART), ("减支", OF_A_PART), ("增产", OF_A_PART), ("减产", OF_A_PART),
    ("减员", OF_A_PART), ("核减", OF_A_PART), ("核增", OF_A_PART), ("倍增", OF_A_PART),
    ("领先", OF_A_PART), ("落后", OF_A_PART), ("快于", OF_A_PART), ("慢于", OF_A_PART),
    ("优于", OF_A_PART), ("好于", OF_A_PART), ("距目标", OF_A_PART), ("距离目标", OF_A_PART), ("距任务", OF_A_PART), ("距计划", OF_A_PART),
    ("降价", MOVED), ("涨价", MOVED), ("提价", MOVED), ("加价", MOVED), ("减价", MOVED), ("调价", MOVED), ("加薪", MOVED), ("提速", MOVED),
    ("加快", MOVED), ("放缓", MOVED), ("减缓", MOVED), ("扩张", MOVED), ("收缩", MOVED), ("萎缩", MOVED), ("缩水", MOVED), ("走高", MOVED),
    ("走低", MOVED), ("下行", MOVED), ("上行", MOVED), ("上扬", MOVED), ("好转", MOVED), ("恶化", MOVED), ("增强", MOVED), ("减弱", MOVED),
    ("放大", MOVED), ("翻倍", MOVED), ("翻番", MOVED),
    ("预计", FORECAST), ("预测", FORECAST), ("估计", FORECAST), ("估算", FORECAST), ("拟", FORECAST), ("有望", FORECAST),
    ("没有", NEGATED), ("不是", NEGATED), ("不及", NEGATED), ("不仅", NEGATED), ("不只", NEGATED), ("未及", NEGATED),
    ("并非", NEGATED), ("尚无", NEGATED), ("负", NEGATED), ("过", NEGATED), ("缺", NEGATED), ("欠", NEGATED),
    ("超额", BEYOND), ("超计划", BEYOND), ("超目标", BEYOND), ("超任务", BEYOND), ("提前", BEYOND),
    ("倒数", "a place counted from the first"),
];

/// Why a word that starts here makes another figure of the number behind it.
pub(super) fn stop(cursor: &Cursor<'_>) -> Option<&'static str> {
    { *cursor }.eat_entry(STOPS)
}

/// Characters that end the noun of an indicator, behind which 增, 升, 降 and the like are verbs.
pub(super) const ENDINGS: &str = "率数量额值费款金入出口员户积度龄命师士重比价耗位资产次线点段";
