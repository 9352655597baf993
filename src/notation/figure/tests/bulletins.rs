//! Phrases of bulletins that are no figure, or might be read as two, and why, word for word.

use super::super::parse_cell;
use super::read;

// One row, one line.
#[rustfmt::skip]
#[test]
fn what_might_be_misread_is_refused_with_its_reason() {
    for (expected, phrases) in [
        ("a number", &[
            ("/", 0, "\"/\""),
            ("增加床位50张", 6, "\"床位50张\""),
            ("减少碳排放5万吨", 6, "\"碳排放5万吨\""),
            ("实现应保尽保", 6, "\"应保尽保\""),
            ("较上年略有下降", 21, "the end of the text"),
            ("由正转负", 3, "\"正转负\""),
            ("下降", 6, "the end of the text"),
            ("明显提高", 12, "the end of the text"),
        ][..]),
        ("nothing more", &[
            ("102.3% of target", 7, "\"of target\""),
            ("5.2%↑", 4, "\"↑\""),
            ("上升3个位次", 10, "\"位次\""),
            ("5.3%（下降）", 4, "\"（下降）\""),
            ("5.3%（同比）", 4, "\"（同比）\""),
            ("12.5万人（次）", 10, "\"（次）\""),
            ("5%点", 2, "\"点\""),
            ("除5家外", 7, "\"外\""),
        ][..]),
        ("a unit, a qualifier such as 以上, or nothing more", &[
            ("320*", 3, "\"*\""),
            ("320①", 3, "\"①\""),
            ("320[1]", 3, "\"[1]\""),
            ("320 b", 4, "\"b\""),
            ("1、234", 1, "\"、234\""),
            ("12·5%", 2, "\"·5%\""),
            ("7×24小时", 1, "\"×24小时\""),
            ("1.234,5", 5, "\",5\""),
        ][..]),
        ("nothing more (two numbers: give the one that is the figure, without its label)", &[
            ("每千人口拥有3岁以下婴幼儿托位数3.36个", 28, "\"婴幼儿托位数3.36个\""),
            ("65岁及以上老年人口2.1亿人", 14, "\"老年人口2.1亿人\""),
            ("60岁及以上老年人口占21.1%", 14, "\"老年人口占21.1%\""),
            ("0-6岁儿童健康管理率94.8%", 6, "\"儿童健康管理率94.8%\""),
            ("两年平均增长5.1%", 6, "\"平均增长5.1%\""),
            ("三年年均增长5.1%", 6, "\"年均增长5.1%\""),
            ("经济总量连续三年居全省第二", 24, "\"居全省第二\""),
            ("中部六省第二", 12, "\"第二\""),
        ][..]),
        ("what is compared with and a verb of change, as in 上年同期增长 or 2021年下降", &[
            ("比全国平均水平高1.2个百分点", 3, "\"全国平均水平高1.2个百分点\""),
            ("比计划多5家", 3, "\"计划多5家\""),
            ("女性人口比男性多5万人", 15, "\"男性多5万人\""),
            ("男性比女性多5人", 9, "\"女性多5人\""),
            ("比男性多5人", 3, "\"男性多5人\""),
            ("床护比由1:0.6提高到1:0.7", 9, "\"由1:0.6提高到1:0.7\""),
            ("总人口性别比（以女性为100）为105.07", 18, "\"（以女性为100）为105.07\""),
            ("较上年前进3位", 3, "\"上年前进3位\""),
        ][..]),
        ("nothing more (another figure starts here: read each by itself)", &[
            ("3616.8亿元，比上年增长5.3%", 15, "\"比上年增长5.3%\""),
            ("3616.8亿元，增长5.3%", 15, "\"增长5.3%\""),
            ("3616.8亿元（增长5.3%）", 15, "\"增长5.3%）\""),
            ("5.3%，比上年提高0.2个百分点", 7, "\"比上年提高0.2个百分点\""),
            ("126.06万亿元、增长5.2%", 18, "\"增长5.2%\""),
            ("100家，其中三级医院5家", 9, "\"其中三级医院5家\""),
            ("3家；2家", 7, "\"2家\""),
            ("5.2%（上年同期4.8%）", 7, "\"上年同期4.8%）\""),
        ][..]),
        ("a change of the indicator itself, not what it adds to another or differs by", &[
            ("核减5万元", 0, "\"核减5万元\""),
            ("拉动经济增长0.8个百分点", 0, "\"拉动经济增长0.8个百分点\""),
            ("差距5个百分点", 0, "\"差距5个百分点\""),
            ("相差2.3个百分点", 0, "\"相差2.3个百分点\""),
            ("多增1200亿元", 0, "\"多增1200亿元\""),
            ("同比多增1200亿元", 6, "\"多增1200亿元\""),
            ("同比少减3人", 6, "\"少减3人\""),
            ("减员5人", 0, "\"减员5人\""),
        ][..]),
        ("the change from one period to another (a mean over several is an indicator of its own)", &[
            ("年均增长6.7%", 0, "\"年均增长6.7%\""),
            ("年均增长5.5%左右", 0, "\"年均增长5.5%左右\""),
            ("年平均增长6.7%", 0, "\"年平均增长6.7%\""),
            ("平均增长5.1%", 0, "\"平均增长5.1%\""),
            ("平均每年增长5.1%", 0, "\"平均每年增长5.1%\""),
            ("复合增长率8.2%", 0, "\"复合增长率8.2%\""),
            ("年均递增5%", 0, "\"年均递增5%\""),
            ("递增5%", 0, "\"递增5%\""),
        ][..]),
        ("a verb of change such as 增长 or 下降 before how much, or the figure alone", &[
            ("晋升5人", 3, "\"升5人\""),
            ("降温5℃", 0, "\"降温5℃\""),
            ("降价5%", 0, "\"降价5%\""),
            ("药品降价53%", 6, "\"降价53%\""),
            ("提价5%", 0, "\"提价5%\""),
            ("升温5℃", 0, "\"升温5℃\""),
            ("增持5亿元", 0, "\"增持5亿元\""),
            ("减轻群众负担5.2亿元", 0, "\"减轻群众负担5.2亿元\""),
        ][..]),
        ("a unit, a qualifier such as 以上, or nothing more (two numbers with a colon between are a proportion or a time: divide one by the other)", &[
            ("1:1.48", 1, "\":1.48\""),
            ("1：1.48", 1, "\"：1.48\""),
            ("8:00", 1, "\":00\""),
            ("医护比1:1.18", 10, "\":1.18\""),
            ("医护比为1∶1.18", 13, "\"∶1.18\""),
            ("12:30", 2, "\":30\""),
            ("床护比1:0.65", 10, "\":0.65\""),
            ("医护比1:1.32", 10, "\":1.32\""),
        ][..]),
        ("one figure of one place, not one that several share or have each", &[
            ("各县均有1家", 0, "\"各县均有1家\""),
            ("各市均建成5家", 0, "\"各市均建成5家\""),
            ("分别为5家和6家", 0, "\"分别为5家和6家\""),
            ("分别增长5.2%和3.1%", 0, "\"分别增长5.2%和3.1%\""),
            ("分别下降5%", 0, "\"分别下降5%\""),
            ("每年级3个班", 0, "\"每年级3个班\""),
            ("全市及各县5家", 9, "\"各县5家\""),
            ("覆盖率均达100%", 9, "\"均达100%\""),
        ][..]),
        ("a number (without one the figure is absent, which is not zero)", &[
            ("无", 0, "\"无\""),
            ("未报告", 0, "\"未报告\""),
            ("N/A", 0, "\"N/A\""),
            ("NA", 0, "\"NA\""),
            ("暂无", 0, "\"暂无\""),
            ("不详", 0, "\"不详\""),
            ("缺", 0, "\"缺\""),
            ("略", 0, "\"略\""),
        ][..]),
        ("nothing more (a fraction in words is no exact decimal: state it in percent, as in 66.7%)", &[
            ("逾三分之二", 9, "\"之二\""),
            ("超过三分之一", 12, "\"之一\""),
            ("约四分之一", 9, "\"之一\""),
            ("三分之二以上", 6, "\"之二以上\""),
            ("减少三分之一", 12, "\"之一\""),
            ("服务人口约占全县的三分之一", 33, "\"之一\""),
        ][..]),
        ("a number without brackets: they may stand for a minus or for a note", &[
            ("(0.3)", 0, "\"(0.3)\""),
            ("（12）", 0, "\"（12）\""),
            ("(1.48)", 0, "\"(1.48)\""),
            ("（12万人", 0, "\"（12万人\""),
            ("社区（5个）", 6, "\"（5个）\""),
            ("（5.2%", 0, "\"（5.2%\""),
        ][..]),
        ("位, 名 or nothing more after a place", &[
            ("排名第1/15", 10, "\"/15\""),
            ("第3名（共14个）", 4, "\"名（共14个）\""),
            ("第十四个", 9, "\"个\""),
            ("综合考核位列第一方阵", 24, "\"方阵\""),
            ("第一批", 6, "\"批\""),
            ("第二剂接种率95%", 6, "\"剂接种率95%\""),
        ][..]),
        ("what it is compared with in front, as in 比上年多120人", &[
            ("多5人", 0, "\"多5人\""),
            ("少5人", 0, "\"少5人\""),
            ("高5%", 0, "\"高5%\""),
            ("高出全省平均5个百分点", 0, "\"高出全省平均5个百分点\""),
            ("高出全省5个百分点", 0, "\"高出全省5个百分点\""),
            ("高出全省平均5%", 0, "\"高出全省平均5%\""),
        ][..]),
        ("a unit, a qualifier such as 以上, or nothing more (two numbers: give the one that is the figure, without its label)", &[
            ("2型糖尿病患者规范管理率达到62%", 1, "\"型糖尿病患者规范管理率达到62%\""),
            ("5G基站337.7万个", 1, "\"G基站337.7万个\""),
            ("COVID-19病例3例", 8, "\"病例3例\""),
            ("三比一", 3, "\"比一\""),
            ("3比1", 1, "\"比1\""),
        ][..]),
        ("the figure of the period itself, not of another", &[
            ("上年同期5.2%", 0, "\"上年同期5.2%\""),
            ("去年为5.2%", 0, "\"去年为5.2%\""),
            ("上年5人", 0, "\"上年5人\""),
            ("上月3家", 0, "\"上月3家\""),
            ("年初5家", 0, "\"年初5家\""),
        ][..]),
        ("the figure of all, not of the first or last so many", &[
            ("位列全国前50强", 12, "\"前50强\""),
            ("前5家", 0, "\"前5家\""),
            ("后3名", 0, "\"后3名\""),
            ("头3家", 0, "\"头3家\""),
            ("前三季度GDP增长5.2%", 0, "\"前三季度GDP增长5.2%\""),
        ][..]),
        ("one thing that it is divided by, as in 每千人口 or 人均", &[
            ("每人每年80元", 6, "\"每年80元\""),
            ("每人每月不低于80元", 6, "\"每月不低于80元\""),
            ("每人每年640元", 6, "\"每年640元\""),
            ("每名执业医师日均担负诊疗7.2人次", 18, "\"日均担负诊疗7.2人次\""),
            ("补助标准从每人每年610元提高到640元", 21, "\"每年610元提高到640元\""),
        ][..]),
        ("the unit behind the number, or in the header of a cell", &[
            ("床位数（张）1234", 9, "\"（张）1234\""),
            ("人口（万人）1409.67", 6, "\"（万人）1409.67\""),
            ("出生率（‰）6.39", 9, "\"（‰）6.39\""),
            ("出生率(‰):6.39", 9, "\"(‰):6.39\""),
            ("GDP（亿元）：3616.8", 3, "\"（亿元）：3616.8\""),
        ][..]),
        ("a digit after the sign", &[
            ("—", 3, "the end of the text"),
            ("——", 6, "the end of the text"),
            ("由负转正", 6, "\"转正\""),
            ("由负转正增长5%", 6, "\"转正增长5%\""),
        ][..]),
        ("how much it changed (a rate of growth that itself rose or fell is another indicator)", &[
            ("降幅收窄0.3个百分点", 6, "\"收窄0.3个百分点\""),
            ("增速回落0.3个百分点", 6, "\"回落0.3个百分点\""),
            ("增速比上年加快0.5个百分点", 6, "\"比上年加快0.5个百分点\""),
            ("增速高于全国0.5个百分点", 6, "\"高于全国0.5个百分点\""),
        ][..]),
        ("a number right behind 高于", &[
            ("高于全国平均水平2.1个百分点", 0, "\"高于全国平均水平2.1个百分点\""),
            ("高于上年5%", 0, "\"高于上年5%\""),
            ("高于全省平均5张", 0, "\"高于全省平均5张\""),
            ("人均可支配收入高于全省平均5元", 21, "\"高于全省平均5元\""),
        ][..]),
        ("a unit, a qualifier such as 以上, or nothing more (a period is read by itself)", &[
            ("11月当月3.2亿元", 2, "\"月当月3.2亿元\""),
            ("一季度增长4.5%", 3, "\"季度增长4.5%\""),
            ("四季度增长5.2%", 3, "\"季度增长5.2%\""),
            ("11月份增长6.6%", 2, "\"月份增长6.6%\""),
        ][..]),
        ("第 before a place: so many places are no rank", &[
            ("前移2位", 6, "\"2位\""),
            ("全省排名前移3位", 18, "\"3位\""),
            ("全省排名前进3位", 18, "\"3位\""),
        ][..]),
        ("a figure, not a date", &[
            ("二〇二三年", 0, "\"二〇二三年\""),
            ("2023年3.2亿元", 0, "\"2023年3.2亿元\""),
            ("截至2023年底共3.2亿元", 6, "\"2023年底共3.2亿元\""),
        ][..]),
        ("a number right behind 最高", &[
            ("最高降幅90%", 0, "\"最高降幅90%\""),
            ("最高支付限额15万元", 0, "\"最高支付限额15万元\""),
            ("年度最高支付限额40万元", 6, "\"最高支付限额40万元\""),
        ][..]),
        ("a number with one sign: ± before another than 0 is a spread", &[
            ("±5%", 0, "\"±5%\""),
            ("±5", 0, "\"±5\""),
        ][..]),
        ("how much of the target was reached: what is beyond it may count from 0 or from 100%", &[
            ("超额完成120%", 0, "\"超额完成120%\""),
            ("超额完成5.2个百分点", 0, "\"超额完成5.2个百分点\""),
        ][..]),
        ("a number with a unit, of which there is so much to each 人", &[
            ("每千人口床位数7.23", 21, "\"7.23\""),
            ("城乡居民人均可支配收入比值为2.39", 42, "\"2.39\""),
        ][..]),
        ("what there is so much to each of, as in 每千人口 or 每盒", &[
            ("每千老年人口养老床位数30.5张", 3, "\"千老年人口养老床位数30.5张\""),
            ("每诊疗人次费用361元", 3, "\"诊疗人次费用361元\""),
        ][..]),
        ("a number: 数十 names none, so no figure stands for it", &[
            ("医院数十家", 6, "\"数十家\""),
            ("数十亿元", 0, "\"数十亿元\""),
        ][..]),
        ("a number: 数百 names none, so no figure stands for it", &[
            ("床位数百张", 6, "\"数百张\""),
            ("约数百人", 3, "\"数百人\""),
        ][..]),
        ("a number right behind 接近", &[
            ("接近翻番", 0, "\"接近翻番\""),
            ("接近翻倍", 0, "\"接近翻倍\""),
        ][..]),
        ("a number: 几 names none, so no figure stands for it", &[
            ("几十家", 0, "\"几十家\""),
            ("好几家", 3, "\"几家\""),
        ][..]),
        ("nothing more (a period is read by itself)", &[
            ("1—11月累计完成3.2亿元", 6, "\"月累计完成3.2亿元\""),
            ("1-11月累计3.2亿元", 4, "\"月累计3.2亿元\""),
        ][..]),
        ("a number right behind 超过", &[
            ("超过全国平均5%", 0, "\"超过全国平均5%\""),
            ("超过上年5家", 0, "\"超过上年5家\""),
        ][..]),
        ("a space or 为 between letters and a number, if it is one by itself", &[
            ("PM2.5平均浓度30微克/立方米", 1, "\"M2.5平均浓度30微克/立方米\""),
            ("H7N9病例3例", 0, "\"H7N9病例3例\""),
        ][..]),
        ("a numeral such as 三十四, or two digits that follow one another, as in 三四十", &[
            ("五五开", 0, "\"五五开\""),
            ("三七开", 0, "\"三七开\""),
        ][..]),
        ("a unit, a qualifier such as 以上, or nothing more (a spread is another figure than its mean)", &[
            ("5±0.3", 1, "\"±0.3\""),
        ][..]),
        ("a unit, a qualifier such as 以上, or nothing more (another figure starts here: read each by itself)", &[
            ("101.2（以上年为100）", 8, "\"以上年为100）\""),
        ][..]),
        ("the figure alone: that it is a forecast is its status", &[
            ("预计增长5%", 0, "\"预计增长5%\""),
        ][..]),
        ("how many times it doubled, as in 翻一番 or 翻两番", &[
            ("翻了近两番", 6, "\"近两番\""),
        ][..]),
        ("a number right behind 低于", &[
            ("低于全省平均水平0.3个百分点", 0, "\"低于全省平均水平0.3个百分点\""),
        ][..]),
        ("a verb of change such as 增长 or 下降, or 持平", &[
            ("同比5.2%", 6, "\"5.2%\""),
        ][..]),
        ("a place from 1 on, as in 第一 or 第3位", &[
            ("居全国前列", 12, "\"列\""),
        ][..]),
        ("a place counted from the first", &[
            ("倒数第二", 0, "\"倒数第二\""),
        ][..]),
        ("a digit after the point", &[
            ("5. 2%", 2, "\" 2%\""),
        ][..]),
        ("a number: 绝大多数 names none, so no figure stands for it", &[
            ("绝大多数", 0, "\"绝大多数\""),
        ][..]),
        ("digits in groups of three, or without a separator", &[
            ("5,3%", 1, "\",3%\""),
        ][..]),
        ("a number right behind 超", &[
            ("超全省平均2个百分点", 0, "\"超全省平均2个百分点\""),
        ][..]),
        ("what the figure is, not what it is not", &[
            ("没有5家", 0, "\"没有5家\""),
        ][..]),
        ("a number right behind 不足", &[
            ("不足率5%", 0, "\"不足率5%\""),
        ][..]),
        ("a number: 若干 names none, so no figure stands for it", &[
            ("若干家", 0, "\"若干家\""),
        ][..]),
        ("no second qualifier beside 大约", &[
            ("大约有近5人", 9, "\"近5人\""),
        ][..]),
        ("no second qualifier beside 超过", &[
            ("超过约5人", 6, "\"约5人\""),
        ][..]),
        ("no second qualifier beside 至少", &[
            ("至少约5人", 6, "\"约5人\""),
        ][..]),
        ("no second qualifier beside 不少于", &[
            ("人数不少于约5人", 15, "\"约5人\""),
        ][..]),
        ("one unit for both ends of a range, not 个百分点 and %", &[
            ("参保率提高1个百分点至96%", 15, "\"1个百分点至96%\""),
        ][..]),
    ] {
        for (text, at, found) in phrases {
            assert_eq!(
                read(text),
                format!("cannot read {text:?} as a figure: at byte {at}: expected {expected}, found {found}")
            );
        }
    }
}

#[test]
fn units_that_make_no_ratio_or_change_are_named() {
    for (text, message) in [
        (
            "人均服务性消费支出占比45.2%",
            "cannot read \"人均服务性消费支出占比45.2%\" as a figure: cannot make a ratio with %, which is a fraction: a ratio is of two counts, amounts of money or measured quantities",
        ),
        (
            "排名上升3位",
            "cannot read \"排名上升3位\" as a figure: a change cannot be in position: state the new rank, or the change in percent",
        ),
    ] {
        assert_eq!(read(text), message);
    }
}

#[test]
fn cells_without_a_number_are_absent_and_not_zero() {
    for (cell, message) in [
        (
            "未报告",
            r#"cannot read "未报告" as a figure: at byte 0: expected a number (without one the figure is absent, which is not zero), found "未报告""#,
        ),
        (
            "(0.3)",
            r#"cannot read "(0.3)" as a figure: at byte 0: expected a number without brackets: they may stand for a minus or for a note, found "(0.3)""#,
        ),
        (
            "3/5",
            r#"cannot read "3/5" as a figure: at byte 1: expected a unit, a qualifier such as 以上, or nothing more, found "/5""#,
        ),
    ] {
        assert_eq!(
            parse_cell(cell, "人数（人）").unwrap_err().to_string(),
            message
        );
    }
}
