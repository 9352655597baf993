//! How a file of observations is to be read.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{Absence, IndicatorCode};

/// How a file of observations is to be read. The default is the tidy file that
/// [`write_observations`](super::write_observations) writes.
///
/// ```
/// use yearbook::exchange::csv::{Blank, Column, Layout, Lookup, Options};
///
/// // 地区,指标,2021年,2022年,备注
/// let options = Options::new()
///     .layout(Layout::Periods)
///     .column("地区", Column::Region)
///     .column("指标", Column::Indicator)
///     .ignored("备注")
///     .given(Column::Source, "yearbook-2022")
///     .lookup(Lookup::Names)
///     .blank("-", Blank::Unrecorded);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub(super) encoding: Encoding,
    pub(super) separator: Separator,
    pub(super) layout: Layout,
    pub(super) lookup: Lookup,
    pub(super) columns: BTreeMap<String, Use>,
    pub(super) given: BTreeMap<Column, String>,
    pub(super) blanks: Vec<(String, Blank)>,
    pub(super) kept_max: usize,
    pub(super) bytes_total: Option<u64>,
}

/// What a column of a file holds. The names are those of the columns of a tidy file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Column {
    /// `source`: the code of the source.
    Source,
    /// `region`: which region the figure is about.
    Region,
    /// `institution`: which institution the figure is about.
    Institution,
    /// `place`: a region or an institution, as a [`Place`](crate::model::Place) prints.
    Place,
    /// `indicator`: what is measured.
    Indicator,
    /// `breakdown`: the sub-population; the total if it is empty or not there.
    Breakdown,
    /// `measure`: what is said of the indicator; its level if it is empty or not there.
    Measure,
    /// `figure`: the figure.
    Figure,
    /// `unit`: the unit of the figure; that of the header or of the indicator if it is empty or not there.
    Unit,
    /// `period`: of which time.
    Period,
    /// `status`: how the figure was come by, or why it is absent.
    Status,
}

/// What the bytes of a file mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// What the byte-order mark says. Without one, UTF-8 or GB18030: the one under which less of the 64 KiB from the first
    /// byte that is not ASCII is no character, and UTF-8 if they are even.
    #[default]
    Auto,
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// GB18030, and so GBK and GB 2312.
    Gb18030,
}

/// What stands between the fields of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    #[default]
    Comma,
    /// The tabulator.
    Tab,
    /// `;`
    Semicolon,
}

/// What the columns that are not named hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// There are none: each row has one figure, in the column `figure`.
    #[default]
    Tidy,
    /// The figures of a period each, which the header names: `2021`, `2021年（万人）`, `2023年1-10月`.
    Periods,
    /// The figures of an indicator each, which the header names by code, or by name if [names are looked up](Lookup):
    /// `就诊率(%)`, `床位数（张）`, `收入/万元`.
    Indicators,
}

/// How places and indicators are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lookup {
    /// By their codes.
    #[default]
    Codes,
    /// By their codes, or by a name or alias that only one bears: 株洲市, 就诊率, 床位数（张） with its unit.
    Names,
}

/// What a mark such as `-` or `…` in the place of a figure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// Nobody recorded a figure; nothing is recorded.
    Unrecorded,
    /// The figure is absent for a reason, which is recorded.
    Absent(Absence),
}

/// What the caller says of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Holds(Column),
    FiguresOf(IndicatorCode),
    Ignored,
}

/// So many rejections, and so many warnings, are kept unless the caller says otherwise.
const KEPT_MAX: usize = 10_000;

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Those of a tidy file.
    pub fn new() -> Self {
        Self {
            encoding: Encoding::Auto,
            separator: Separator::Comma,
            layout: Layout::Tidy,
            lookup: Lookup::Codes,
            columns: BTreeMap::new(),
            given: BTreeMap::new(),
            blanks: Vec::new(),
            kept_max: KEPT_MAX,
            bytes_total: None,
        }
    }

    /// Says what the bytes mean.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Says what stands between fields.
    #[must_use]
    pub fn separator(mut self, separator: Separator) -> Self {
        self.separator = separator;
        self
    }

    /// Says what the columns that are not named hold.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Says how places and indicators are written.
    #[must_use]
    pub fn lookup(mut self, lookup: Lookup) -> Self {
        self.lookup = lookup;
        self
    }

    /// Says what the column of a name in the header holds. The name may be given with the unit that stands behind it in the header
    /// (就诊率(%)) or without (就诊率).
    #[must_use]
    pub fn column(self, name: &str, holds: Column) -> Self {
        self.with(name, Use::Holds(holds))
    }

    /// Says that a column holds the figures of an indicator.
    #[must_use]
    pub fn figures_of(self, name: &str, indicator: IndicatorCode) -> Self {
        self.with(name, Use::FiguresOf(indicator))
    }

    /// Says that a column is not read. One that is called `note` never is.
    #[must_use]
    pub fn ignored(self, name: &str) -> Self {
        self.with(name, Use::Ignored)
    }

    /// Says what every row holds that has no such column.
    #[must_use]
    pub fn given(mut self, column: Column, value: impl Into<String>) -> Self {
        self.given.insert(column, value.into());
        self
    }

    /// Says what a mark in the place of a figure means. Without it, an empty cell of a column of figures is one that nobody recorded, a tidy row
    /// with an empty figure and no status is refused, and so is every mark.
    #[must_use]
    pub fn blank(mut self, mark: &str, means: Blank) -> Self {
        let mark = super::cells::clean(mark).to_string();
        self.blanks.retain(|(known, _)| *known != mark);
        self.blanks.push((mark, means));
        self
    }

    /// Says how many rejections, and how many warnings, the report keeps: 10 000 unless this is called. The others are
    /// counted, and told to whoever [watches](super::Watch).
    #[must_use]
    pub fn kept_max(mut self, rows: usize) -> Self {
        self.kept_max = rows;
        self
    }

    /// Says how many bytes there are to be read, for [`Progress`](super::Progress).
    #[must_use]
    pub fn bytes_total(mut self, bytes: u64) -> Self {
        self.bytes_total = Some(bytes);
        self
    }

    fn with(mut self, name: &str, is: Use) -> Self {
        self.columns.insert(super::cells::tidy_name(name), is);
        self
    }
}

impl Column {
    /// Every one, in the order in which they are written.
    pub const ALL: [Self; 11] = [
        Self::Source,
        Self::Region,
        Self::Institution,
        Self::Place,
        Self::Indicator,
        Self::Breakdown,
        Self::Measure,
        Self::Figure,
        Self::Unit,
        Self::Period,
        Self::Status,
    ];

    /// Its name in a tidy file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Region => "region",
            Self::Institution => "institution",
            Self::Place => "place",
            Self::Indicator => "indicator",
            Self::Breakdown => "breakdown",
            Self::Measure => "measure",
            Self::Figure => "figure",
            Self::Unit => "unit",
            Self::Period => "period",
            Self::Status => "status",
        }
    }

    /// How it stands in code, for messages.
    pub(super) fn variant(self) -> &'static str {
        match self {
            Self::Source => "Column::Source",
            Self::Region => "Column::Region",
            Self::Institution => "Column::Institution",
            Self::Place => "Column::Place",
            Self::Indicator => "Column::Indicator",
            Self::Breakdown => "Column::Breakdown",
            Self::Measure => "Column::Measure",
            Self::Figure => "Column::Figure",
            Self::Unit => "Column::Unit",
            Self::Period => "Column::Period",
            Self::Status => "Column::Status",
        }
    }

    /// What such columns are often called.
    pub(super) fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Source => &["来源", "出处"],
            Self::Region => &[
                "地区",
                "区域",
                "区划",
                "市州",
                "县市区",
                "地市",
                "省份",
                "城市",
                "area",
            ],
            Self::Institution => &["机构", "医院", "单位名称", "hospital"],
            Self::Place => &["地点"],
            Self::Indicator => &["指标", "项目"],
            Self::Breakdown => &["分组", "分类", "人群"],
            Self::Measure => &["口径", "度量"],
            Self::Figure => &["数值", "数据", "数字", "数量", "value"],
            Self::Unit => &["单位"],
            Self::Period => &[
                "时期", "时间", "年份", "年度", "月份", "日期", "year", "date", "time",
            ],
            Self::Status => &["状态"],
        }
    }
}

/// The name in a tidy file.
impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Separator {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Semicolon => b';',
        }
    }
}
