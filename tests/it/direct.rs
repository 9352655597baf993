//! The cells of a table, read by what `FORMAT.md` says under "Cells, direct" and by nothing else, against the book.

use std::collections::BTreeSet;

use yearbook::model::*;
use yearbook::{BookBuilder, Catalogue, Decimal, Yearbook};

use crate::common::{catalogue, observation, observations, region, world};
use crate::format::Envelope;

/// Which forms a reader has met.
pub(crate) type Met = BTreeSet<&'static str>;

/// A cell as it was read: place, column, what is stated, number of the source.
type Read = (u32, usize, Stated, u32);

/// The header of a table.
struct Header<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Header<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes[self.at - 1]
    }

    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                assert!(byte > 0 || shift == 0, "a number is longer than it must be");
                break;
            }
        }
        number
    }

    fn count(&mut self) -> usize {
        usize::try_from(self.number()).unwrap()
    }

    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }
}

/// An array of bits that starts at a byte.
#[derive(Clone, Copy)]
struct Bits<'a>(&'a [u8]);

impl Bits<'_> {
    /// The number of `width` bits from a bit on.
    fn at(self, bit: usize, width: usize) -> u128 {
        (0..width).fold(0, |number, index| {
            let bit = bit + index;
            number | u128::from(self.0[bit / 8] >> (bit % 8) & 1) << index
        })
    }

    /// The number at an index of an array of one width.
    fn get(self, index: usize, width: usize) -> usize {
        usize::try_from(self.at(index * width, width)).unwrap()
    }
}

/// What follows the header.
struct Body<'a>(&'a [u8]);

impl<'a> Body<'a> {
    fn take(&mut self, bits: usize) -> Bits<'a> {
        let (taken, rest) = self.0.split_at(bits.div_ceil(8));
        self.0 = rest;
        let taken = Bits(taken);
        assert_eq!(taken.at(bits, bits.next_multiple_of(8) - bits), 0);
        taken
    }

    fn ends(&mut self, rows: usize, count: usize) -> Vec<usize> {
        let width = bits_for(count);
        let ends = self.take(rows * width);
        (0..rows).map(|row| ends.get(row, width)).collect()
    }
}

/// The bits of the numbers up to one.
fn bits_for(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}

/// The bits of the numbers below a count.
fn index_bits(count: usize) -> usize {
    bits_for(count.saturating_sub(1))
}

/// What is said of a cell beside its number.
#[derive(Clone, Copy)]
enum Said {
    Absent(Absence),
    Figure(Unit, Status, Qualifier, Precision),
}

fn precision(byte: u8) -> Precision {
    match byte.cast_signed() {
        127 => Precision::Exact,
        digit => Precision::Digit(digit),
    }
}

/// As many decimals as the precision prints.
fn printed(value: Decimal, precision: Precision) -> Decimal {
    match precision {
        Precision::Exact => value.normalize(),
        Precision::Digit(digit) => {
            let mut printed = value;
            printed.rescale(u32::from(digit.min(0).unsigned_abs()));
            assert_eq!(printed, value, "a digit is lost");
            printed
        }
    }
}

struct Block {
    columns: usize,
    form: Form,
}

enum Form {
    Dense {
        chunk: usize,
        head_bits: usize,
        base_bits: usize,
        scale_bits: usize,
        scale: u32,
        base: i64,
        column_bits: usize,
    },
    List {
        cells: usize,
        code: usize,
        scale: u32,
        base: i64,
    },
}

/// A table that was read.
pub(crate) struct Reading {
    pub(crate) cells: Vec<Read>,
    pub(crate) stated: usize,
    pub(crate) header_bytes: usize,
}

/// Reads a table of so many columns.
pub(crate) fn read(bytes: &[u8], columns: usize, met: &mut Met) -> Reading {
    let (bytes, tail) = bytes.split_at(bytes.len() - 8);
    assert_eq!(tail, [0; 8]);
    let mut header = Header { bytes, at: 0 };

    let row_form = header.byte();
    let rows = header.count();
    let (first, size) = match row_form {
        0 => (header.count(), 0),
        1 => (header.count(), header.count()),
        2 => (0, header.count()),
        other => panic!("rows of form {other}"),
    };

    let units: Vec<Unit> = (0..header.count())
        .map(|_| {
            let length = header.count();
            header.at += length;
            let code = &bytes[header.at - length..header.at];
            std::str::from_utf8(code).unwrap().parse().unwrap()
        })
        .collect();
    assert!(units.is_sorted());
    let kinds: Vec<(u32, Said)> = (0..header.count())
        .map(|_| {
            let source = u32::try_from(header.number()).unwrap();
            let status = header.byte();
            if status >= 0x80 {
                return (
                    source,
                    Said::Absent(Absence::ALL[usize::from(status) - 0x80]),
                );
            }
            let unit = units[header.count()];
            let qualifier = Qualifier::ALL[usize::from(header.byte())];
            let status = Status::ALL[usize::from(status)];
            let precision = precision(header.byte());
            (source, Said::Figure(unit, status, qualifier, precision))
        })
        .collect();

    let stated = header.count();
    let axis = header.byte();
    met.insert(["defaults by table", "defaults by column", "defaults by row"][usize::from(axis)]);
    let one = if axis == 0 { header.count() } else { 0 };
    let exceptions = header.count();
    let uppers = header.count();

    let blocks: Vec<Block> = (0..header.count())
        .map(|_| {
            let columns = header.count();
            let form = match header.byte() {
                0 => Form::Dense {
                    chunk: 1 << header.byte(),
                    head_bits: header.byte().into(),
                    base_bits: header.byte().into(),
                    scale_bits: header.byte().into(),
                    scale: header.byte().into(),
                    base: header.signed(),
                    column_bits: header.count(),
                },
                1 => {
                    let cells = header.count();
                    assert_eq!(usize::from(header.byte()), bits_for(cells));
                    assert_eq!(usize::from(header.byte()), index_bits(columns));
                    Form::List {
                        cells,
                        code: header.byte().into(),
                        scale: header.byte().into(),
                        base: header.signed(),
                    }
                }
                other => panic!("a block of form {other}"),
            };
            Block { columns, form }
        })
        .collect();

    let mut body = Body(&bytes[header.at..]);
    let places: Vec<usize> = match row_form {
        0 => {
            met.insert("a run of rows");
            (first..first + rows).collect()
        }
        1 => {
            met.insert("a map of rows");
            let map = body.take(64 * size);
            let mut places = Vec::new();
            for word in 0..size {
                assert_eq!(map.at(64 * word + 32, 32), places.len() as u128);
                let set = (0..32).filter(|bit| map.at(64 * word + bit, 1) == 1);
                places.extend(set.map(|bit| first + 32 * word + bit));
            }
            assert_eq!(places.len(), rows);
            places
        }
        _ => {
            met.insert("a list of rows");
            let list = body.take(rows * size);
            (0..rows).map(|row| list.get(row, size)).collect()
        }
    };

    // The columns of each block, in order.
    let mut of = vec![Vec::new(); blocks.len()];
    if blocks.len() > 1 {
        met.insert("several blocks");
        let width = index_bits(blocks.len());
        let block = body.take(columns * width);
        for column in 0..columns {
            of[block.get(column, width)].push(column);
        }
    } else {
        of[0] = (0..columns).collect();
    }

    let width = index_bits(kinds.len());
    let defaults = body.take(width * [0, columns, rows][usize::from(axis)]);
    let mut marked = vec![vec![None; columns]; rows];
    if exceptions > 0 {
        let ends = body.ends(rows, exceptions);
        let own = body.take(exceptions * index_bits(columns));
        let kind = body.take(exceptions * width);
        let mut exception = 0;
        for (row, end) in ends.into_iter().enumerate() {
            while exception < end {
                let column = own.get(exception, index_bits(columns));
                marked[row][column] = Some((exception, kind.get(exception, width)));
                exception += 1;
            }
        }
        assert_eq!(exception, exceptions);
    }
    let ranged = body.take(uppers * index_bits(exceptions));
    let ranged: Vec<usize> = (0..uppers)
        .map(|upper| ranged.get(upper, index_bits(exceptions)))
        .collect();
    let upper_ends = body.take(8 * 14 * uppers);

    let mut numbers = vec![vec![None; columns]; rows];
    for (block, of) in blocks.iter().zip(&of) {
        assert_eq!(block.columns, of.len());
        match block.form {
            Form::Dense { .. } => read_dense(
                block,
                &mut body,
                met,
                |row, column, number| {
                    numbers[row][of[column]] = Some(number);
                },
                rows,
            ),
            Form::List {
                cells,
                code,
                scale,
                base,
            } => {
                met.insert("a list block");
                let ends = body.ends(rows, cells);
                let own = body.take(cells * index_bits(of.len()));
                let slot_bits = if code == 63 { 128 } else { code };
                let slots = body.take(cells * slot_bits);
                let mut cell = 0;
                for (row, end) in ends.into_iter().enumerate() {
                    while cell < end {
                        let column = of[own.get(cell, index_bits(of.len()))];
                        numbers[row][column] =
                            slot(slots, cell * slot_bits, code, base, scale, met);
                        assert!(numbers[row][column].is_some() || marked[row][column].is_some());
                        cell += 1;
                    }
                }
                assert_eq!(cell, cells);
            }
        }
    }
    assert!(body.0.is_empty(), "{} bytes are left", body.0.len());

    let mut cells = Vec::new();
    for (row, place) in places.into_iter().enumerate() {
        for column in 0..columns {
            let number = numbers[row][column];
            let (exception, kind) = match (number, marked[row][column]) {
                (None, None) => continue,
                (_, Some((exception, kind))) => (Some(exception), kind),
                (Some(_), None) => {
                    let index = [None, Some(column), Some(row)][usize::from(axis)];
                    (None, index.map_or(one, |index| defaults.get(index, width)))
                }
            };
            let (source, said) = kinds[kind];
            let stated = match (said, number) {
                (Said::Absent(absence), None) => {
                    met.insert("an absence");
                    Stated::Absent(absence)
                }
                (Said::Figure(unit, status, qualifier, digit), Some(number)) => {
                    let value = printed(number, digit);
                    let figure = if qualifier == Qualifier::Range {
                        met.insert("an upper end");
                        let upper = ranged.binary_search(&exception.unwrap()).unwrap();
                        let byte = |at| upper_ends.get(14 * upper + at, 8);
                        let mantissa = upper_ends.at(8 * 14 * upper, 96).cast_signed();
                        let sign = if byte(12) & 0x80 == 0 { 1 } else { -1 };
                        let scale = u32::try_from(byte(12) & 0x7f).unwrap();
                        let end = Decimal::from_i128_with_scale(sign * mantissa, scale);
                        let end_digit = precision(u8::try_from(byte(13)).unwrap());
                        Figure::range(value, digit, end, end_digit).unwrap()
                    } else {
                        Figure::new(value, digit, qualifier).unwrap()
                    };
                    Stated::Figure {
                        figure,
                        unit,
                        status,
                    }
                }
                _ => panic!("row {row}, column {column} holds no figure"),
            };
            cells.push((u32::try_from(place).unwrap(), column, stated, source));
        }
    }
    Reading {
        cells,
        stated,
        header_bytes: header.at,
    }
}

fn read_dense(
    block: &Block,
    body: &mut Body<'_>,
    met: &mut Met,
    mut tell: impl FnMut(usize, usize, Decimal),
    rows: usize,
) {
    let Form::Dense {
        chunk,
        head_bits,
        base_bits,
        scale_bits,
        scale,
        base,
        column_bits,
    } = block.form
    else {
        return;
    };
    met.insert("a dense block");
    assert!(head_bits + base_bits <= 64 || head_bits % 8 == 0);
    let stride = (head_bits + base_bits).next_multiple_of(8);
    let records = body.take(rows * stride);
    let slots = body.take(block.columns * column_bits);
    let mut before = 0;
    for row in 0..rows {
        let head = records.at(row * stride, head_bits);
        let code = usize::try_from(head & 63).unwrap();
        let own = u32::try_from(head >> 6 & ((1 << scale_bits) - 1)).unwrap();
        assert_eq!(head >> (6 + scale_bits), before as u128);
        let stored = records.at(row * stride + head_bits, base_bits);
        let used = head_bits + base_bits;
        assert_eq!(records.at(row * stride + used, stride - used), 0);
        let base = base.wrapping_add(u64::try_from(stored).unwrap().cast_signed());
        let slot_bits = match code {
            62 => {
                met.insert("an empty row");
                0
            }
            63 => 128,
            0..=57 => code,
            other => panic!("a row of code {other}"),
        };
        if scale_bits > 0 {
            met.insert("rows of their own scales");
        }
        for column in (0..block.columns).filter(|_| code != 62) {
            let first = column / chunk * chunk;
            if first > 0 {
                met.insert("several chunks");
            }
            let length = chunk.min(block.columns - first);
            let bit = first * column_bits + length * before + (column - first) * slot_bits;
            if let Some(number) = slot(slots, bit, code, base, scale + own, met) {
                tell(row, column, number);
            }
        }
        before += slot_bits;
    }
    assert_eq!(before, column_bits);
}

/// The number of a slot; `None` for a hole.
fn slot(
    slots: Bits<'_>,
    bit: usize,
    code: usize,
    base: i64,
    scale: u32,
    met: &mut Met,
) -> Option<Decimal> {
    let width = if code == 63 { 128 } else { code };
    if width > 0 && (0..width).all(|index| slots.at(bit + index, 1) == 1) {
        met.insert("a hole");
        return None;
    }
    if code == 63 {
        met.insert("a number at full length");
        assert_eq!(slots.at(bit + 102, 26), 0);
        let mantissa = slots.at(bit, 96).cast_signed();
        let sign = if slots.at(bit + 101, 1) == 1 { -1 } else { 1 };
        let scale = u32::try_from(slots.at(bit + 96, 5)).unwrap();
        return Some(Decimal::from_i128_with_scale(sign * mantissa, scale));
    }
    if code == 0 {
        met.insert("a row of one number");
    }
    let number = base.wrapping_add(u64::try_from(slots.at(bit, width)).unwrap().cast_signed());
    Some(Decimal::from_i128_with_scale(number.into(), scale))
}

/// A county of 400 townships.
fn townships() -> Catalogue {
    let mut world = world();
    for number in 1..=400 {
        let code = format!("430281{number:03}");
        let name = format!("第{number}乡");
        world
            .region(region(&code, Some("430281"), Level::Township, &name))
            .unwrap();
    }
    world.finish().unwrap()
}

/// Tables of every form.
pub(crate) fn book_of_every_form() -> Yearbook {
    let mut book = BookBuilder::new(townships());
    let mut observe = |indicator: &str, township: u32, period: &str, figure: &str, unit: &str| {
        let place = format!("430281{township:03}");
        let mut own = observation((indicator, "", "level"), &place, period, figure, unit);
        // Sources, statuses and absences that follow no order.
        let mixed = (township * 7 + u32::from(period.as_bytes()[period.len() - 1])) % 64;
        if indicator == "share" && mixed.is_multiple_of(3) {
            own.source = "report-b".parse().unwrap();
        }
        if let Stated::Figure { status, .. } = &mut own.stated
            && (indicator, mixed) == ("share", 5)
        {
            *status = Status::Provisional;
        }
        if mixed == 9 && indicator != "score" {
            own.stated = Stated::Absent(Absence::ALL[township as usize % 3]);
        }
        book.observe(&own)
            .unwrap_or_else(|error| panic!("{own}: {error}"));
    };
    // Months, years, halves and spans among each other, for every second township: a map of rows.
    for township in (1..=199).step_by(2) {
        for year in 2019..=2023 {
            for month in (1..=12).filter(|month| (township + month) % 11 > 0) {
                let figure = match (township * month) % 37 {
                    1 => format!(">=9{}e0", month % 10),
                    2 => format!("6{}e0..70e0", month % 10),
                    3 => "0.5!".to_string(),
                    4 => "0".to_string(),
                    5 => "12.345".to_string(),
                    _ => format!("{}.{}", township % 80, month),
                };
                let figure = if figure.ends_with(".10") {
                    "7.10"
                } else {
                    &figure
                };
                observe(
                    "share",
                    township,
                    &format!("{year}-{month:02}"),
                    figure,
                    "%",
                );
            }
            observe("share", township, &year.to_string(), "81.04", "%");
        }
        observe("share", township, "2022-S1", &format!("{township}.5"), "‰");
        if township % 9 == 0 {
            let span = format!("2020-{:02}/2022-06", township % 12 + 1);
            observe("share", township, &span, "60.5..70.25", "%");
        }
    }
    // Growing counts in every township: a run of rows, cut into blocks; some rows are one number over.
    for township in 1..=400 {
        for month in 0..100u32 {
            let grown = 1_000_000 * (month / 32) * (month / 32) + township * 3 + month;
            let figure = if township % 50 == 0 { 7 } else { grown };
            let period = format!("{}-{:02}", 2011 + month / 12, month % 12 + 1);
            observe("people", township, &period, &figure.to_string(), "人");
        }
    }
    // A few far townships, each day in one of them: a list of rows, a list of cells.
    for day in 0..150 {
        let period = format!("2022-{:02}-{:02}", day / 28 + 1, day % 28 + 1);
        observe(
            "hospitals",
            1 + (day * 37 % 5) * 90,
            &period,
            &day.to_string(),
            "家",
        );
    }
    // Numbers at full length, beside rows of few decimals and of none.
    for year in 2001..=2008 {
        for (township, figure) in [
            (1, "79228162514264337593543950335!"),
            (2, "-79228162514264337593543950335!"),
            (3, "0.000000000000000000000000001"),
            (4, "-1.5!"),
            (5, "1.25"),
            (6, "144115188075855871!"),
            (7, "3"),
        ] {
            let figure = if (township + year) % 8 == 0 {
                "0"
            } else {
                figure
            };
            observe("score", township, &year.to_string(), figure, "1");
        }
    }
    // A row that has no cell in some of the blocks, and numbers at full length in a list.
    observe("score", 8, "2001-01", "1", "1");
    for township in 20..60 {
        let span = format!(
            "2001-01-{:02}/2003-05",
            township - 10 - 19 * u32::from(township > 40)
        );
        let figure = ["79228162514264337593543950335!", "0.1"][township as usize % 2];
        observe("score", township, &span, figure, "1");
    }
    book.finish().unwrap()
}

/// Reads every table of a book, compares cell by cell, and says which forms there were.
fn compare(book: &Yearbook) -> Met {
    let envelope = Envelope {
        bytes: book.to_bytes().to_vec(),
    };
    let mut met = Met::new();
    let tables = envelope.tables();
    assert_eq!(tables.len(), book.headings().len());
    for ((heading, periods, bytes), table) in tables.iter().zip(book.tables()) {
        let table = table.unwrap();
        assert_eq!(
            (heading, periods.as_slice()),
            (table.heading(), table.periods())
        );
        let reading = read(bytes, periods.len(), &mut met);
        assert_eq!(reading.stated, table.cell_count());
        let cells: Vec<Read> = table
            .cells()
            .map(|cell| {
                let (place, period, cell) = cell.unwrap();
                let column = periods.binary_search(&period).unwrap();
                (place.index(), column, *cell.stated(), cell.source().index())
            })
            .collect();
        assert_eq!(reading.cells.len(), cells.len(), "{heading}");
        for (read, cell) in reading.cells.iter().zip(&cells) {
            assert_eq!(read, cell, "{heading}");
            // Equal to the last zero.
            assert_eq!(read.2.to_string(), cell.2.to_string(), "{heading}");
        }
    }
    met
}

#[test]
fn every_form_is_read_by_the_document_alone() {
    let met = compare(&book_of_every_form());
    let forms = [
        "a dense block",
        "a hole",
        "a list block",
        "a list of rows",
        "a map of rows",
        "a number at full length",
        "a row of one number",
        "a run of rows",
        "an absence",
        "an empty row",
        "an upper end",
        "defaults by column",
        "defaults by row",
        "defaults by table",
        "rows of their own scales",
        "several blocks",
        "several chunks",
    ];
    assert_eq!(met, forms.into());
}

#[test]
fn every_kind_of_cell_is_read_by_the_document_alone() {
    let mut book = BookBuilder::new(catalogue());
    for observation in observations() {
        book.observe(&observation).unwrap();
    }
    compare(&book.finish().unwrap());
}
