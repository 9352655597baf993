//! yearbook itself, through its public interface; what changes there is adapted to here alone.

use std::hint::black_box;
use std::io::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};

use yearbook::model::{
    Figure, Heading, Indicator, Kind, Level, Names, Period, Precision, Qualifier, Region,
    RegionCode, Source, SourceCode, Stated, Status, Temporal, Unit,
};
use yearbook::{
    BookBuilder, BookWriter, Catalogue, CatalogueBuilder, Cell as BookCell, Decimal, Layout,
    Manner, NewCell, PlaceHandle, SourceHandle, Table, Value, Yearbook, book::Run,
};

use crate::platform;
use crate::store::{
    Batches, Build, Class, Finished, First, MANY, Number, Peer, Ready, Shape, Store, Sum,
    answer_sum,
};
use crate::workload::{Cell, CellKey, CellValue, Columns, Failure, Family, Workload};

/// The direct layout, usable as it lies; its file is opened on a map.
pub struct Direct(Codes);

const FILE: &str = "direct.yearbook";

/// The codes that the numbers of a workload stand for.
#[derive(Clone)]
struct Codes {
    families: Vec<Family>,
    headings: Vec<Heading>,
    province: RegionCode,
    places: Vec<RegionCode>,
    periods: Vec<Period>,
    sources: Vec<SourceCode>,
}

impl Codes {
    fn new(workload: &Workload) -> Result<Self, Failure> {
        let county = |place: u32| format!("43{:02}{:02}", place / 99 + 1, place % 99 + 1).parse();
        let first = match workload.columns {
            Columns::Months => Period::month(2015, 1)?,
            Columns::Days => "2019-12-01".parse()?,
        };
        let columns = std::iter::successors(Some(first), Period::next);
        let heading = |table: u16| -> Result<Heading, Failure> {
            Ok(Heading::level(format!("indicator_{table:03}").parse()?))
        };
        Ok(Self {
            families: (0..workload.tables)
                .map(|table| workload.family(table))
                .collect(),
            headings: (0..workload.tables)
                .map(heading)
                .collect::<Result<_, _>>()?,
            province: "430000".parse()?,
            places: (0..workload.places).map(county).collect::<Result<_, _>>()?,
            periods: columns.take(usize::from(workload.periods)).collect(),
            sources: (0..workload.sources())
                .map(|source| format!("report-{source:02}").parse())
                .collect::<Result<_, _>>()?,
        })
    }

    fn unit(family: Family) -> Result<Unit, Failure> {
        Ok(match family {
            Family::Share => Unit::PERCENT,
            Family::Count => Unit::PERSON,
            Family::Density => Unit::ratio(Unit::ITEM, 1000, Unit::PERSON)?,
        })
    }

    fn catalogue(&self) -> Result<Catalogue, Failure> {
        let mut catalogue = CatalogueBuilder::new();
        let names = Names::zh("湖南省")?;
        catalogue.region(Region::new(self.province, None, Level::Province, names))?;
        for (number, code) in self.places.iter().enumerate() {
            let names = Names::zh(&format!("第{number}县"))?;
            catalogue.region(Region::new(
                *code,
                Some(self.province),
                Level::County,
                names,
            ))?;
        }
        for code in &self.sources {
            catalogue.source(Source::new(
                code.clone(),
                "A report of the workload",
                "",
                None,
            )?)?;
        }
        for (heading, family) in self.headings.iter().zip(&self.families) {
            let kind = match family {
                Family::Share => Kind::Share,
                Family::Count => Kind::Count,
                Family::Density => Kind::Ratio,
            };
            catalogue.indicator(Indicator::new(
                heading.indicator.clone(),
                Names::zh(&format!("指标{}", heading.indicator))?,
                Self::unit(*family)?,
                kind,
                Temporal::Flow,
            )?)?;
        }
        Ok(catalogue.finish()?)
    }

    fn first_answer(&self, book: Yearbook, key: CellKey) -> Result<First, Failure> {
        let table = book.table(&self.headings[usize::from(key.table)])?;
        let place = self.places[usize::try_from(key.place)?];
        let place = book.catalogue().region(&place)?;
        let period = self.periods[usize::from(key.period)];
        Ok(First {
            answer: get(&table, place, period),
            opened: Box::new((book, table)),
        })
    }
}

impl Direct {
    /// A peer for a workload.
    pub fn new(workload: &Workload) -> Result<Self, Failure> {
        Codes::new(workload).map(Self)
    }

    fn building(&self, _: Shape) -> Result<Building, Failure> {
        let catalogue = self.0.catalogue()?;
        let sources = self.0.sources.iter();
        Ok(Building {
            places: handles(&self.0, &catalogue)?,
            sources: sources
                .map(|code| catalogue.source(code))
                .collect::<Result<_, _>>()?,
            codes: self.0.clone(),
            book: BookWriter::new(catalogue, Cursor::default()),
        })
    }
}

impl Peer for Direct {
    fn name(&self) -> &'static str {
        "yearbook, direct"
    }

    fn holds(&self) -> &'static str {
        "the whole figure (decimal, precision, qualifier), its unit, status and source, checksums, and the catalogue of places, indicators and sources; every cell is checked against the rules as it is built"
    }

    fn class(&self) -> Class {
        Class::Book
    }

    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(Saving {
            direct: self.building(shape)?,
            file: folder.join(FILE),
        }))
    }

    fn first_answer(&self, _: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let book = Yearbook::from_bytes(platform::map(&folder.join(FILE))?)?;
        self.0.first_answer(book, key)
    }

    fn names_bytes(&self) -> Result<u64, Failure> {
        let book = BookBuilder::new(self.0.catalogue()?).finish()?;
        Ok(u64::try_from(book.to_bytes().len())?)
    }
}

/// The packed layout, for shipping: opening lays it out again.
pub struct Packed(Direct);

const PACKED_FILE: &str = "packed.yearbook";

impl Packed {
    /// A peer for a workload.
    pub fn new(workload: &Workload) -> Result<Self, Failure> {
        Direct::new(workload).map(Self)
    }
}

impl Peer for Packed {
    fn name(&self) -> &'static str {
        "yearbook, packed"
    }

    fn holds(&self) -> &'static str {
        "the same book as yearbook, direct, in fewer bytes; opening lays it out as that"
    }

    fn class(&self) -> Class {
        Class::File
    }

    fn begin(&self, shape: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(Packing {
            direct: self.0.building(shape)?,
            file: folder.join(PACKED_FILE),
        }))
    }

    fn first_answer(&self, _: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let book = Yearbook::open(folder.join(PACKED_FILE))?;
        self.0.0.first_answer(book, key)
    }

    fn names_bytes(&self) -> Result<u64, Failure> {
        self.0.names_bytes()
    }
}

struct Packing {
    direct: Building,
    file: PathBuf,
}

impl Build for Packing {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        self.direct.table(cells)
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        let bytes = self.direct.book.finish()?.into_inner();
        let (book, file) = (Yearbook::from_bytes(bytes)?, self.file);
        Ok(Finished {
            runner: None,
            save: Some(Box::new(move || Ok(book.save_as(&file, Layout::Packed)?))),
        })
    }
}

struct Building {
    codes: Codes,
    places: Vec<PlaceHandle>,
    sources: Vec<SourceHandle>,
    book: BookWriter<Cursor<Vec<u8>>>,
}

impl Building {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let Some(first) = cells.first() else {
            return Ok(());
        };
        let number = usize::from(first.key.table);
        let unit = Codes::unit(self.codes.families[number])?;
        let mut table = self
            .book
            .table(&self.codes.headings[number], &self.codes.periods)?;
        let mut row = vec![None; self.codes.periods.len()];
        let mut manners: Vec<(CellValue, Manner)> = Vec::new();
        for cells in cells.chunk_by(|a, b| a.key.place == b.key.place) {
            row.fill(None);
            for Cell { key, value } in cells {
                let known = manners.iter().find(|(known, _)| said_alike(*known, *value));
                let manner = match known {
                    Some((_, manner)) => *manner,
                    None => {
                        let source = self.sources[usize::from(value.source)];
                        let manner = table.manner(&new_cell(*value, unit, source)?)?;
                        manners.push((*value, manner));
                        manner
                    }
                };
                row[usize::from(key.period)] = Some((value.mantissa, manner));
            }
            table.push_numbers(self.places[usize::try_from(cells[0].key.place)?], &row)?;
        }
        Ok(table.finish()?)
    }
}

struct Saving {
    direct: Building,
    file: PathBuf,
}

impl Build for Saving {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        self.direct.table(cells)
    }

    fn finish(self: Box<Self>) -> Result<Finished, Failure> {
        let Building { book, codes, .. } = self.direct;
        let mut bytes = book.finish()?.into_inner();
        // What the vector has grown beyond its content is no part of the book.
        bytes.shrink_to_fit();
        let book = Yearbook::from_bytes(bytes)?;
        let file = self.file;
        let saved = book.clone();
        Ok(Finished {
            runner: Some(Ready::boxed(Opened::new(&codes, &book)?)),
            save: Some(Box::new(move || Ok(saved.save(&file)?))),
        })
    }
}

/// A book with its handles resolved.
struct Opened {
    tables: Vec<Table>,
    places: Vec<PlaceHandle>,
    periods: Vec<Period>,
}

impl Opened {
    fn new(codes: &Codes, book: &Yearbook) -> Result<Self, Failure> {
        let tables = codes.headings.iter().map(|heading| book.table(heading));
        Ok(Self {
            tables: tables.collect::<Result<_, _>>()?,
            places: handles(codes, book.catalogue())?,
            periods: codes.periods.clone(),
        })
    }
}

/// A key in handles.
#[derive(Clone, Copy)]
struct Asked {
    table: usize,
    place: PlaceHandle,
    period: Period,
}

impl Store for Opened {
    type Asked = Asked;

    fn ask(&self, key: CellKey) -> Asked {
        Asked {
            table: usize::from(key.table),
            place: self.places[usize::try_from(key.place).unwrap_or(usize::MAX)],
            period: self.periods[usize::from(key.period)],
        }
    }

    #[inline(always)]
    fn get(&self, asked: &Asked) -> Option<Number> {
        get(&self.tables[asked.table], asked.place, asked.period)
    }

    #[inline(always)]
    fn whole(&self, asked: &Asked) -> Option<CellValue> {
        let cell = self.tables[asked.table].cell(asked.place, asked.period);
        cell.ok()?.as_ref().and_then(value_of)
    }

    fn batches<'a>(&'a self, asked: &'a [Asked]) -> Box<dyn Batches + 'a> {
        let key = |asked: &Asked| (&self.tables[asked.table], asked.place, asked.period);
        Box::new(Many {
            keys: asked.iter().map(key).collect(),
            values: vec![None; MANY],
        })
    }

    #[inline(always)]
    fn row(&self, asked: &Asked, sum: &mut Sum) {
        let Ok(row) = self.tables[asked.table].row(asked.place) else {
            return;
        };
        let mut values = row.values();
        while let Some((_, run)) = values.next_run() {
            add_run(run, sum);
        }
    }

    #[inline(always)]
    fn column(&self, asked: &Asked, sum: &mut Sum) {
        let column = self.tables[asked.table].column(asked.period);
        let mut values = column.values();
        while let Some((_, run)) = values.next_run() {
            add_run(run, sum);
        }
    }

    #[inline(always)]
    fn scan(&self, sum: &mut Sum) {
        for table in &self.tables {
            let mut values = table.cells().values();
            while let Some((_, _, run)) = values.next_run() {
                add_run(run, sum);
            }
        }
    }

    fn cells(&self, see: &mut impl FnMut(Cell)) {
        for (number, table) in (0..).zip(&self.tables) {
            for (place, period, cell) in table.cells().flatten() {
                let place = self.places.binary_search(&place).ok();
                let period = self.periods.binary_search(&period).ok();
                let key = place.zip(period).and_then(|(place, period)| {
                    Some(CellKey {
                        table: number,
                        place: u32::try_from(place).ok()?,
                        period: u16::try_from(period).ok()?,
                    })
                });
                if let Some((key, value)) = key.zip(value_of(&cell)) {
                    see(Cell { key, value });
                }
            }
        }
    }
}

/// Keys as `get_many` takes them, and the buffer that it fills.
struct Many<'a> {
    keys: Vec<(&'a Table, PlaceHandle, Period)>,
    values: Vec<Option<Value>>,
}

impl Batches for Many<'_> {
    fn ask(&mut self, batch: Range<usize>) {
        let keys = &self.keys[batch];
        let asked = Table::get_many(keys, &mut self.values[..keys.len()]);
        // A failure leaves answers that the checksum refuses.
        black_box((&self.values, asked.is_ok()));
    }

    fn sum(&self, count: usize) -> u64 {
        let values = self.values[..count].iter();
        values.fold(0, |sum, value| {
            sum.wrapping_add(answer_sum(value.map(number_of)))
        })
    }
}

fn handles(codes: &Codes, catalogue: &Catalogue) -> Result<Vec<PlaceHandle>, Failure> {
    let handles = codes.places.iter().map(|code| catalogue.region(code));
    Ok(handles.collect::<Result<_, _>>()?)
}

/// Whether two cells are stated alike but for their numbers.
fn said_alike(one: CellValue, other: CellValue) -> bool {
    one.scale == other.scale
        && one.qualifier == other.qualifier
        && one.status == other.status
        && one.source == other.source
}

fn new_cell(value: CellValue, unit: Unit, source: SourceHandle) -> Result<NewCell, Failure> {
    let precision = match value.scale {
        0 => Precision::Exact,
        scale => Precision::Digit(-i8::try_from(scale)?),
    };
    let qualifier = match value.qualifier {
        0 => Qualifier::None,
        1 => Qualifier::About,
        2 => Qualifier::Over,
        3 => Qualifier::AtLeast,
        _ => Qualifier::Under,
    };
    let decimal = Decimal::new(value.mantissa, u32::from(value.scale));
    Ok(NewCell {
        stated: Stated::Figure {
            figure: Figure::new(decimal, precision, qualifier)?,
            unit,
            status: match value.status {
                0 => Status::Normal,
                _ => Status::Provisional,
            },
        },
        source,
    })
}

/// The value alone.
#[inline(always)]
fn get(table: &Table, place: PlaceHandle, period: Period) -> Option<Number> {
    table.get(place, period).ok()?.map(number_of)
}

/// Every mantissa of the workload is within 63 bits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the workload's numbers are short"
)]
#[inline(always)]
fn number_of(value: Value) -> Number {
    Number {
        mantissa: value.mantissa() as i64,
        scale: value.scale() as u8,
    }
}

/// The numbers of a run; every mantissa of the workload is within 63 bits.
#[expect(clippy::cast_possible_truncation, reason = "a scale is at most 28")]
#[inline]
fn add_run(run: Run<'_>, sum: &mut Sum) {
    let scale = run.scale() as u8;
    if let Some(mantissas) = run.mantissas() {
        sum.numbers(mantissas, scale);
    }
}

#[inline(always)]
fn value_of(cell: &BookCell) -> Option<CellValue> {
    let Number { mantissa, scale } = number_of(cell.figure()?.value().into());
    Some(CellValue {
        mantissa,
        scale,
        qualifier: match cell.figure()?.qualifier() {
            Qualifier::None => 0,
            Qualifier::About => 1,
            Qualifier::Over => 2,
            Qualifier::AtLeast => 3,
            Qualifier::Under => 4,
            _ => return None,
        },
        status: match cell.status()? {
            Status::Normal => 0,
            _ => 1,
        },
        source: u16::try_from(cell.source().index()).ok()?,
    })
}
