//! Units that measure: fractions, points, money, and the physical quantities of official statistics.
//!
//! Sources: UCUM codes are those of The Unified Code for Units of Measure, version 2.2; currency codes
//! are ISO 4217:2015. 尺, 斤, 里 and 亩 are those of the Weights and Measures Act of 1929 (度量衡法: a 尺 of 1/3 m,
//! a 斤 of 1/2 kg, a 里 of 1500 尺, a 亩 of 6000 square 尺), which the State Council's order of 25 June 1959 kept;
//! a 担 is 100 斤.

use super::Dimension::{
    Area, CalendarTime, Duration, Energy, Fraction, Length, Mass, Measured, Number, Points,
    Position, Power, Score, Volume,
};
use super::table::{Row, measure, money};

// One row, one line.
#[rustfmt::skip]
pub(super) const MEASURES: &[Row] = &[
    measure("1", &["无单位", "无量纲"], "number", "numbers", Number, (1, 1)).ucum("1"),
    // Fractions of a whole; their base is the whole itself. The labels with 人 read the habit of
    // printing a mortality as 9.80/10万人: the persons are the whole, and cancel.
    measure("%", &["%", "％", "﹪", "百分比"], "percent", "percent", Fraction, (1, 100)).also(&["per cent"]).ucum("%"),
    measure("permille", &["‰", "/千", "1/千", "千分比"], "permille", "permille", Fraction, (1, 1000)).also(&["per mille"]).ucum("[ppth]"),
    measure("1/10000", &["/万", "1/万", "/万人", "1/万人", "‱", "万分比", "万分之一"], "per 10000", "per 10000", Fraction, (1, 10_000)).ucum("10*-4"),
    measure("1/100000", &["/10万", "1/10万", "/十万", "1/十万", "/10万人", "1/10万人", "/十万人", "十万分之一", "10万分之一"], "per 100000", "per 100000", Fraction, (1, 100_000)).ucum("10*-5"),
    measure("1/1000000", &["/百万", "1/百万", "/100万", "1/100万", "百万分之一"], "per million", "per million", Fraction, (1, 1_000_000)).ucum("[ppm]"),
    measure("multiple", &["倍"], "multiple", "multiples", Fraction, (1, 1)),
    // Differences of fractions. UCUM has no word for them: an annotation means nothing there, so
    // %{point} would be a percentage.
    measure("pp", &["个百分点", "百分点"], "percentage point", "percentage points", Points, (1, 100)),
    measure("permille_point", &["个千分点", "千分点"], "permille point", "permille points", Points, (1, 1000)),
    // A place in an order, and a mark. 分 is the mark of an assessment (考核得分 98.6分); a minute is 分钟.
    measure("position", &["位", "位次", "名次"], "position", "positions", Position, (1, 1)),
    measure("mark", &["分", "分值"], "mark", "marks", Score, (1, 1)).ucum("{mark}"),
    // Money: a dimension for each currency, since a rate of exchange is not a fact about a unit.
    money("CNY", &["元", "人民币", "元人民币", "人民币元"], "yuan", "yuan").also(&["renminbi", "RMB"]),
    money("USD", &["美元"], "US dollar", "US dollars"),
    money("EUR", &["欧元"], "euro", "euros"),
    money("HKD", &["港元", "港币"], "Hong Kong dollar", "Hong Kong dollars"),
    money("MOP", &["澳门元"], "Macao pataca", "Macao patacas"),
    money("TWD", &["新台币", "新台币元"], "New Taiwan dollar", "New Taiwan dollars"),
    money("JPY", &["日元"], "yen", "yen"),
    money("GBP", &["英镑"], "pound sterling", "pounds sterling"),
    money("AUD", &["澳元"], "Australian dollar", "Australian dollars"),
    money("CAD", &["加元"], "Canadian dollar", "Canadian dollars"),
    money("SGD", &["新加坡元"], "Singapore dollar", "Singapore dollars"),
    money("CHF", &["瑞士法郎"], "Swiss franc", "Swiss francs"),
    money("KRW", &["韩元"], "won", "won"),
    money("RUB", &["卢布"], "rouble", "roubles"),
    // Mass, in grams.
    measure("t", &["吨", "公吨"], "tonne", "tonnes", Mass, (1_000_000, 1)).ucum("t"),
    measure("kg", &["公斤", "千克"], "kilogram", "kilograms", Mass, (1000, 1)).ucum("kg"),
    measure("g", &["克"], "gram", "grams", Mass, (1, 1)).ucum("g"),
    measure("mg", &["毫克"], "milligram", "milligrams", Mass, (1, 1000)).ucum("mg"),
    measure("ug", &["微克", "μg", "µg"], "microgram", "micrograms", Mass, (1, 1_000_000)).ucum("ug"),
    measure("jin", &["斤", "市斤"], "jin", "jin", Mass, (500, 1)).ucum("(500.g)"),
    measure("dan", &["担", "市担"], "dan", "dan", Mass, (50_000, 1)).ucum("(50.kg)"),
    // Area, in square metres.
    measure("mu", &["亩", "市亩"], "mu", "mu", Area, (2000, 3)).ucum("(2000.m2/3)"),
    measure("m2", &["平方米", "平米", "㎡", "m²"], "square metre", "square metres", Area, (1, 1)).also(&["square meter", "square meters"]).ucum("m2"),
    measure("ha", &["公顷"], "hectare", "hectares", Area, (10_000, 1)).ucum("har"),
    measure("km2", &["平方公里", "平方千米", "km²"], "square kilometre", "square kilometres", Area, (1_000_000, 1)).also(&["square kilometer", "square kilometers"]).ucum("km2"),
    // Length, in metres.
    measure("km", &["公里", "千米"], "kilometre", "kilometres", Length, (1000, 1)).also(&["kilometer", "kilometers"]).ucum("km"),
    measure("m", &["米"], "metre", "metres", Length, (1, 1)).also(&["meter", "meters"]).ucum("m"),
    measure("cm", &["厘米", "公分"], "centimetre", "centimetres", Length, (1, 100)).also(&["centimeter", "centimeters"]).ucum("cm"),
    measure("mm", &["毫米"], "millimetre", "millimetres", Length, (1, 1000)).also(&["millimeter", "millimeters"]).ucum("mm"),
    measure("li", &["里", "华里"], "li", "li", Length, (500, 1)).ucum("(500.m)"),
    measure("nmi", &["海里"], "nautical mile", "nautical miles", Length, (1852, 1)).ucum("[nmi_i]"),
    // Volume, in litres.
    measure("m3", &["立方米", "立方", "m³", "㎥"], "cubic metre", "cubic metres", Volume, (1000, 1)).also(&["cubic meter", "cubic meters"]).ucum("m3"),
    measure("L", &["升", "公升"], "litre", "litres", Volume, (1, 1)).also(&["liter", "liters"]).ucum("L"),
    measure("dL", &["分升"], "decilitre", "decilitres", Volume, (1, 10)).ucum("dL"),
    measure("mL", &["毫升"], "millilitre", "millilitres", Volume, (1, 1000)).also(&["milliliter", "milliliters"]).ucum("mL"),
    // Energy, in joules; the calorie is the thermochemical one.
    measure("J", &["焦耳"], "joule", "joules", Energy, (1, 1)).ucum("J"),
    measure("kJ", &["千焦"], "kilojoule", "kilojoules", Energy, (1000, 1)).ucum("kJ"),
    measure("MJ", &["兆焦"], "megajoule", "megajoules", Energy, (1_000_000, 1)).ucum("MJ"),
    measure("GJ", &["吉焦"], "gigajoule", "gigajoules", Energy, (1_000_000_000, 1)).ucum("GJ"),
    measure("kcal", &["千卡", "大卡"], "kilocalorie", "kilocalories", Energy, (4184, 1)).ucum("kcal"),
    measure("kWh", &["千瓦时", "度", "度电", "千瓦小时"], "kilowatt-hour", "kilowatt-hours", Energy, (3_600_000, 1)).ucum("kW.h"),
    measure("MWh", &["兆瓦时"], "megawatt-hour", "megawatt-hours", Energy, (3_600_000_000, 1)).ucum("MW.h"),
    // Power, in watts.
    measure("W", &["瓦"], "watt", "watts", Power, (1, 1)).ucum("W"),
    measure("kW", &["千瓦"], "kilowatt", "kilowatts", Power, (1000, 1)).ucum("kW"),
    measure("MW", &["兆瓦"], "megawatt", "megawatts", Power, (1_000_000, 1)).ucum("MW"),
    measure("GW", &["吉瓦"], "gigawatt", "gigawatts", Power, (1_000_000_000, 1)).ucum("GW"),
    // Duration, in seconds.
    measure("second", &["秒", "秒钟"], "second", "seconds", Duration, (1, 1)).ucum("s"),
    measure("minute", &["分钟"], "minute", "minutes", Duration, (60, 1)).ucum("min"),
    measure("hour", &["小时", "个小时", "钟头", "个钟头"], "hour", "hours", Duration, (3600, 1)).ucum("h"),
    measure("day", &["天", "日"], "day", "days", Duration, (86_400, 1)).ucum("d"),
    measure("week", &["周", "星期", "个星期"], "week", "weeks", Duration, (604_800, 1)).ucum("wk"),
    // Calendar time, in months: no number of days is a month.
    measure("year", &["年"], "year", "years", CalendarTime, (12, 1)).ucum("a"),
    measure("quarter", &["个季度", "季度"], "quarter", "quarters", CalendarTime, (3, 1)).ucum("(3.mo)"),
    measure("month", &["个月", "月"], "month", "months", CalendarTime, (1, 1)).ucum("mo"),
    measure("year_of_age", &["岁", "周岁"], "year of age", "years of age", CalendarTime, (12, 1)).ucum("a{age}"),
    measure("month_of_age", &["月龄"], "month of age", "months of age", CalendarTime, (1, 1)).ucum("mo{age}"),
    // Quantities that the statistics of other departments print, each on its own.
    measure("tce", &["吨标准煤", "吨标煤"], "tonne of coal equivalent", "tonnes of coal equivalent", Measured("tce"), (1, 1)),
    measure("kgce", &["千克标准煤", "公斤标准煤"], "kilogram of coal equivalent", "kilograms of coal equivalent", Measured("tce"), (1, 1000)),
    measure("tonne_km", &["吨公里"], "tonne-kilometre", "tonne-kilometres", Measured("tonne_km"), (1, 1)).ucum("t.km"),
    measure("person_km", &["人公里"], "person-kilometre", "person-kilometres", Measured("person_km"), (1, 1)).ucum("km{person}"),
    measure("mu_time", &["亩次"], "mu-time", "mu-times", Measured("mu_time"), (1, 1)),
    measure("kVA", &["千伏安"], "kilovolt-ampere", "kilovolt-amperes", Measured("kVA"), (1, 1)).ucum("kV.A"),
    measure("kV", &["千伏"], "kilovolt", "kilovolts", Measured("kV"), (1, 1)).ucum("kV"),
    measure("dB", &["分贝"], "decibel", "decibels", Measured("dB"), (1, 1)).ucum("dB"),
    measure("celsius", &["摄氏度", "℃", "°C"], "degree Celsius", "degrees Celsius", Measured("celsius"), (1, 1)).ucum("Cel"),
    measure("mmHg", &["毫米汞柱"], "millimetre of mercury", "millimetres of mercury", Measured("mmHg"), (1, 1)).ucum("mm[Hg]"),
    measure("mmol", &["毫摩尔"], "millimole", "millimoles", Measured("mmol"), (1, 1)).ucum("mmol"),
    measure("IU", &["国际单位"], "international unit", "international units", Measured("IU"), (1, 1)).ucum("[IU]"),
];
