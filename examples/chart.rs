//! Draws a series and a ranking as one SVG: what is known exactly as a point, what is rounded with its interval, a bound
//! as an arrow towards where the value may be, and each figure labelled as it was printed.
//!
//! ```text
//! cargo run --release --example chart -- chart.svg
//! cargo run --release --example chart -- chart.svg --series 株洲 核酸最大日检测能力
//! cargo run --release --example chart -- chart.svg --rank 茶陵县 医共体成员卫生院 2024
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use yearbook::exchange::csv;
use yearbook::model::{Bound, Interval, Stated};
use yearbook::notation::{figure_to_chinese, period_to_chinese};
use yearbook::query::{Among, Answer, Ask};

type Failure = Box<dyn std::error::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const USAGE: &str = "usage: chart FILE.svg [--data DIR] [--series PLACE INDICATOR] [--rank REGION INDICATOR PERIOD]";
const SIZE: (u32, u32) = (1100, 460);
/// The first that the reader's machine has; each holds Chinese.
const FONT: &str = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif";
const INK: RGBColor = RGBColor(30, 70, 120);

/// A figure to draw: its name on the axis, the numbers, and what was printed.
struct Mark {
    name: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    label: String,
}

fn main() -> ExitCode {
    let options = match Options::read() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match draw(&options) {
        Ok(()) => {
            println!("{}", options.out.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn draw(options: &Options) -> Result<(), Failure> {
    let (book, _) = csv::read_folder(&options.data)?;
    let book = book.finish()?;
    let ask = Ask::of(&book);
    let root = SVGBackend::new(&options.out, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (left, right) = root.split_horizontally(SIZE.0 / 2);

    let [place, indicator] = &options.series;
    let series = ask.series(indicator.as_str(), place.as_str())?;
    let Some(first) = series.first() else {
        return Err(format!("no figure of {indicator} in {place}").into());
    };
    let title = format!("{}{}", first.place().chinese(), first.heading().chinese());
    let marks: Vec<Mark> = series
        .iter()
        .map(|look| mark(period_to_chinese(&look.period()), look.answer()))
        .collect();
    upright(&left, &title, &first.answer().unit().to_chinese(), &marks)?;

    let [region, indicator, period] = &options.rank;
    let place = ask.place(region.as_str())?;
    let among = match book.catalogue().children(place)?.next() {
        Some(_) => Among::children_of(place),
        None => Among::institutions_in(place),
    };
    let ranking = ask.rank(indicator.as_str(), &among, period.as_str())?;
    let title = format!(
        "{}，{}，{}",
        ranking.heading().chinese(),
        ranking.among().chinese(),
        period_to_chinese(&ranking.period())
    );
    let marks: Vec<Mark> = ranking
        .rows()
        .iter()
        .map(|row| {
            let span = match row.is_certain() {
                true => row.rank().to_string(),
                false => format!("{}（{}–{}）", row.rank(), row.best(), row.worst()),
            };
            mark(format!("{span} {}", row.name().chinese()), row.answer())
        })
        .collect();
    lying(&right, &title, &marks, ranking.without().len())?;
    root.present()?;
    Ok(())
}

/// For drawing only.
fn number(value: yearbook::Decimal) -> Option<f64> {
    value.to_string().parse().ok()
}

fn mark(name: String, answer: &Answer) -> Mark {
    let interval: &Interval = answer.interval();
    let end = |end: Bound| end.value().and_then(number);
    let printed = answer.used().first().map(|cited| match cited.stated() {
        Stated::Figure { figure, unit, .. } => figure_to_chinese(figure, Some(*unit)),
        Stated::Absent(absence) => absence.chinese().to_string(),
    });
    Mark {
        name,
        value: answer.value().and_then(number),
        low: end(interval.low()),
        high: end(interval.high()),
        label: printed.unwrap_or_default(),
    }
}

/// From the least to the greatest number that is drawn, with room around it.
fn range(marks: &[Mark], from_zero: bool) -> (f64, f64) {
    let ends = marks
        .iter()
        .flat_map(|mark| [mark.low, mark.value, mark.high])
        .flatten();
    let (mut low, mut high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
        (low.min(end), high.max(end))
    });
    if !low.is_finite() {
        (low, high) = (0.0, 1.0);
    }
    if from_zero {
        low = low.min(0.0);
    }
    let room = ((high - low) * 0.18).max(high.abs() * 0.02).max(0.5);
    let below = if from_zero && low == 0.0 { 0.0 } else { room };
    (low - below, high + room)
}

/// Where a mark is drawn, and the end of its arrow if it is a bound.
fn at(mark: &Mark, (least, greatest): (f64, f64)) -> (f64, Option<f64>) {
    let reach = (greatest - least) * 0.12;
    match (mark.value, mark.low, mark.high) {
        (Some(value), _, _) => (value, None),
        (None, Some(low), None) => (low, Some(low + reach)),
        (None, None, Some(high)) => (high, Some(high - reach)),
        (None, Some(low), Some(high)) => (f64::midpoint(low, high), None),
        (None, None, None) => (least, None),
    }
}

fn font(size: u32) -> TextStyle<'static> {
    (FONT, size).into_font().color(&BLACK)
}

/// A series: time goes right, the figure goes up.
fn upright(area: &Area<'_>, title: &str, unit: &str, marks: &[Mark]) -> Result<(), Failure> {
    let range = range(marks, false);
    // An axis of one segment draws nothing, so the least is two.
    let count = i32::try_from(marks.len())?;
    let mut chart = ChartBuilder::on(area)
        .caption(title, font(18))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d((0..count.max(2) - 1).into_segmented(), range.0..range.1)?;
    let name = |at: &SegmentValue<i32>| match at {
        SegmentValue::CenterOf(at) => usize::try_from(*at)
            .ok()
            .and_then(|at| marks.get(at))
            .map_or(String::new(), |mark| mark.name.clone()),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(marks.len().max(2))
        .x_label_formatter(&name)
        .y_desc(unit)
        .label_style(font(13))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let points = || {
        (0..count)
            .zip(marks)
            .map(|(x, mark)| (SegmentValue::CenterOf(x), mark))
    };
    // A line only between figures that are values: a bound is no point of a curve.
    let known: Vec<_> = points()
        .filter_map(|(x, mark)| Some((x, mark.value?)))
        .collect();
    if known.len() == marks.len() {
        chart.draw_series([PathElement::new(known, INK.mix(0.4))])?;
    }
    let label = font(13).pos(Pos::new(HPos::Center, VPos::Bottom));
    for (x, mark) in points() {
        let (y, arrow) = at(mark, range);
        if let (Some(low), Some(high)) = (mark.low, mark.high) {
            chart.draw_series([PathElement::new(
                [(x.clone(), low), (x.clone(), high)],
                INK.stroke_width(3),
            )])?;
        }
        if let Some(tip) = arrow {
            chart.draw_series([PathElement::new(
                [(x.clone(), y), (x.clone(), tip)],
                INK.stroke_width(2),
            )])?;
            let up = if tip > y { 1 } else { -1 };
            let head = EmptyElement::at((x.clone(), tip))
                + PathElement::new([(-5, 8 * up), (0, 0), (5, 8 * up)], INK.stroke_width(2));
            chart.draw_series([head])?;
        }
        let filled = if arrow.is_none() {
            INK.filled()
        } else {
            WHITE.filled()
        };
        chart.draw_series([Circle::new((x.clone(), y), 4, filled)])?;
        chart.draw_series([Circle::new((x.clone(), y), 4, INK.stroke_width(1))])?;
        let text = EmptyElement::at((x, arrow.map_or(y, |tip| tip.max(y))))
            + Text::new(mark.label.clone(), (0, -9), label.clone());
        chart.draw_series([text])?;
    }
    Ok(())
}

/// A ranking: the best on top, the figure goes right.
fn lying(area: &Area<'_>, title: &str, marks: &[Mark], without: usize) -> Result<(), Failure> {
    let range = range(marks, true);
    let count = i32::try_from(marks.len())?;
    let title = match without {
        0 => title.to_string(),
        without => format!("{title}（另有{without}处无数）"),
    };
    let mut chart = ChartBuilder::on(area)
        .caption(title, font(18))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(170)
        .build_cartesian_2d(range.0..range.1, (0..count.max(2) - 1).into_segmented())?;
    // The first of all stands on top.
    let of = |at: i32| {
        usize::try_from(count - 1 - at)
            .ok()
            .and_then(|at| marks.get(at))
    };
    let name = |at: &SegmentValue<i32>| match at {
        SegmentValue::CenterOf(at) => of(*at).map_or(String::new(), |mark| mark.name.clone()),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .y_labels(marks.len().max(2))
        .y_label_formatter(&name)
        .label_style(font(13))
        .light_line_style(TRANSPARENT)
        .draw()?;
    let label = font(13).pos(Pos::new(HPos::Left, VPos::Center));
    for y in 0..count {
        let Some(mark) = of(y) else { continue };
        let (x, arrow) = at(mark, range);
        let (below, above) = (SegmentValue::Exact(y), SegmentValue::Exact(y + 1));
        let mut bar = Rectangle::new(
            [(range.0.max(0.0), below), (x, above)],
            INK.mix(0.35).filled(),
        );
        bar.set_margin(10, 10, 0, 0);
        chart.draw_series([bar])?;
        let middle = SegmentValue::CenterOf(y);
        let ends = match arrow {
            Some(tip) => Some((x, tip)),
            None => mark.low.zip(mark.high),
        };
        if let Some((low, high)) = ends {
            chart.draw_series([PathElement::new(
                [(low, middle.clone()), (high, middle.clone())],
                INK.stroke_width(3),
            )])?;
        }
        if let Some(tip) = arrow {
            let right = if tip > x { -1 } else { 1 };
            let head = EmptyElement::at((tip, middle.clone()))
                + PathElement::new(
                    [(8 * right, -5), (0, 0), (8 * right, 5)],
                    INK.stroke_width(2),
                );
            chart.draw_series([head])?;
        }
        let end = [Some(x), arrow, mark.high]
            .into_iter()
            .flatten()
            .fold(x, f64::max);
        let text =
            EmptyElement::at((end, middle)) + Text::new(mark.label.clone(), (8, 0), label.clone());
        chart.draw_series([text])?;
    }
    Ok(())
}

struct Options {
    data: PathBuf,
    out: PathBuf,
    series: [String; 2],
    rank: [String; 3],
}

impl Options {
    fn read() -> Result<Self, String> {
        let mut options = Self {
            data: concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data").into(),
            out: PathBuf::new(),
            series: ["株洲", "县域内住院量占比"].map(String::from),
            rank: ["茶陵县", "医共体成员卫生院", "2024"].map(String::from),
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs more values"))
            };
            match argument.as_str() {
                "--data" => options.data = value()?.into(),
                "--series" => options.series = [value()?, value()?],
                "--rank" => options.rank = [value()?, value()?, value()?],
                option if option.starts_with("--") => return Err(format!("{option} is no option")),
                out => options.out = out.into(),
            }
        }
        if options.out.as_os_str().is_empty() {
            return Err("say where to write the chart".to_string());
        }
        Ok(options)
    }
}
