//! Writes the corpora that the fuzz targets begin with, from the examples' data.

use std::fs;
use std::io::Result;
use std::path::Path;

use yearbook::exchange::csv;
use yearbook::model::*;
use yearbook::{BookBuilder, CatalogueBuilder, Layout};

/// Words of figures and periods, for libFuzzer's mutations.
const WORDS: &[&str] = &[
    "万",
    "亿",
    "千",
    "余",
    "多",
    "近",
    "约",
    "超",
    "以上",
    "以内",
    "不足",
    "至少",
    "左右",
    "同比",
    "环比",
    "比上年",
    "比2019年",
    "增长",
    "下降",
    "提高",
    "减少",
    "个百分点",
    "%",
    "‰",
    "人",
    "人次",
    "剂次",
    "元",
    "张",
    "第3位",
    "到",
    "至",
    "-",
    "~",
    ".",
    ",",
    "/",
    "年",
    "月",
    "日",
    "底",
    "末",
    "季度",
    "上半年",
    "前三季度",
    "截至",
    "以来",
    "今年",
    "去年",
    "同期",
    "近五年",
    "十四五",
    "期间",
    "二〇二三",
    "2023",
    "-W05",
    "-Q3",
    "-S1",
    "/P10M",
    "T",
    "e4",
    "!",
    "+",
    ">=",
    "..",
];

fn main() -> Result<()> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = own.join("../../examples/data");
    let observations = fs::read_to_string(data.join("observations.csv"))?;
    let mut lines = observations.lines();
    let header = lines.next().unwrap_or_default();
    let columns: Vec<&str> = header.split(',').collect();
    let column = |name: &str| columns.iter().position(|own| *own == name).unwrap_or(0);
    let (figure, period) = (column("figure"), column("period"));
    let seed = |target: &str, name: usize, bytes: &[u8]| -> Result<()> {
        let folder = own.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("seed-{name}")), bytes)
    };
    for (at, line) in lines.enumerate() {
        // Fields in quotes are cut wrongly, which makes no worse a seed.
        let fields: Vec<&str> = line.split(',').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        seed("notation", at, field(figure).as_bytes())?;
        seed("periods", at, &anchored(field(period)))?;
        if at % 16 == 0 {
            seed("csv", at, format!("{header}\n{line}\n").as_bytes())?;
        }
    }
    for (at, text) in [
        "同比下降2.86%",
        "比2021年提高9个百分点",
        "第3位",
        "60%-70%",
        "8千元到1万元",
        "1,128",
        "二千三百人",
        "10万分之9.8",
    ]
    .iter()
    .enumerate()
    {
        seed("notation", 10_000 + at, text.as_bytes())?;
    }
    for (at, text) in [
        "2023年1-10月",
        "截至2023年9月底",
        "“十四五”期间",
        "近五年",
        "上年同期",
        "2021年7月29日至8月12日",
        "2023-W05-3",
        "2023-01-01/P10M",
        "202309",
        "二〇二三年前三季度",
        "2022年11月至次年3月",
        "2020年12月以来",
    ]
    .iter()
    .enumerate()
    {
        seed("periods", 10_000 + at, &anchored(text))?;
    }
    let mut dictionary = String::new();
    for word in WORDS {
        // libFuzzer reads ASCII only.
        let escaped: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        dictionary += &format!("\"{escaped}\"\n");
    }
    fs::write(own.join("corpus/words.dict"), dictionary)?;
    // A cell of one figure, sixteen cells of two frames, nothing at all, a range.
    let mut many = vec![16, 0xff, 0xff];
    many.extend([0; 14]);
    many.extend([2, 0, 1, 0, 0, 0, 2, 0xfe, 0x81, 1, 1]);
    many.extend((0..16u8).flat_map(|at| if at % 2 == 0 { vec![0, at] } else { vec![1] }));
    let blocks: [&[u8]; 4] = [
        &[1, 7, 1, 0, 1, 0, 0, 0, 2, 0xfe, 0xd2, 0x49],
        &many,
        &[2, 0, 127, 1, 0xff],
        &[1, 0, 1, 0, 1, 0, 0, 8, 0, 0, 2, 10, 0, 0],
    ];
    for (at, block) in blocks.iter().enumerate() {
        seed("ledger_block", at, block)?;
    }
    seed("yearbook", 0, &fs::read(own.join("../golden/v1.yearbook"))?)?;
    for (at, layout) in [Layout::Direct, Layout::Packed].into_iter().enumerate() {
        let table = one_table(layout).map_err(std::io::Error::other)?;
        seed("tables", at, &table)?;
    }
    let book = csv::read_folder(&data).and_then(|(book, _)| book.finish());
    seed(
        "yearbook",
        1,
        &book.map_err(std::io::Error::other)?.to_bytes(),
    )
}

/// Two bytes of the anchor, then the text: a day of 1989.
fn anchored(text: &str) -> Vec<u8> {
    [&[0, 0x80], text.as_bytes()].concat()
}

/// The bytes of a table of two years of months, as the target of tables takes them.
fn one_table(layout: Layout) -> yearbook::Result<Vec<u8>> {
    let mut catalogue = CatalogueBuilder::new();
    for county in 0..40 {
        let code = format!("4302{:02}", county + 1).parse()?;
        let names = Names::zh(&format!("第{county}县"))?;
        catalogue.region(Region::new(code, None, Level::County, names))?;
    }
    catalogue.source(Source::new("a".parse()?, "A source", "", None)?)?;
    let beds = Indicator::new(
        "beds".parse()?,
        Names::zh("床位数")?,
        "张".parse()?,
        Kind::Count,
        Temporal::Stock,
    )?;
    catalogue.indicator(beds)?;
    let mut book = BookBuilder::new(catalogue.finish()?);
    for county in 0..40 {
        for month in (0..24).filter(|month| (county * month) % 7 != 3) {
            let figure = match (county + month) % 11 {
                0 => "300+".to_string(),
                1 => "47e4".to_string(),
                2 => "8e3..1e4".to_string(),
                _ => (1000 + county * 30 + month * month).to_string(),
            };
            let period = Period::month(2020 + month / 12, month.unsigned_abs() % 12 + 1)?;
            let place: Place = format!("4302{:02}", county + 1).parse()?;
            book.observe(&Observation {
                key: Heading::level("beds".parse()?).at(place, period),
                stated: Stated::figure(figure.parse()?, "张".parse()?),
                source: "a".parse()?,
            })?;
        }
    }
    let bytes = book.finish()?.to_bytes_as(layout)?;
    let number = |at: usize| {
        bytes[at..at + 8]
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    // The section of cells, which this table fills.
    let entry = (40..)
        .step_by(24)
        .find(|&entry| [33, 34].contains(&bytes[entry]));
    let entry = entry.unwrap_or(40);
    Ok(bytes[number(entry + 8)..][..number(entry + 16)].to_vec())
}
