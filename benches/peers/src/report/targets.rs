//! What was set out to be reached, and whether it was.

use super::{BASE, digits, table};
use crate::measure::{Measured, Run};
use crate::store::{Class, Question};

/// The direct layout's name among the stores.
const DIRECT: &str = "yearbook, direct";
/// The packed layout's.
const PACKED: &str = "yearbook, packed";

/// A measure with its bounds.
struct Target {
    measure: String,
    measured: Option<f64>,
    least: f64,
    beyond: Option<f64>,
    better: Better,
}

#[derive(Clone, Copy)]
enum Better {
    More,
    Less,
}

pub(super) fn write(text: &mut String, runs: &[Run]) {
    let titles = ["measure", "measured", "at least", "met", "go beyond", "met"];
    let mut rows = vec![titles.map(str::to_string).to_vec()];
    for target in targets(&Runs(runs)) {
        let Some(measured) = target.measured else {
            continue;
        };
        let met = |bound: f64| {
            let met = match target.better {
                Better::More => measured >= bound,
                Better::Less => measured <= bound,
            };
            if met { "yes" } else { "no" }.to_string()
        };
        let bound = |bound: f64| match target.better {
            Better::More => format!("≥ {}", digits(bound)),
            Better::Less => format!("≤ {}", digits(bound)),
        };
        rows.push(vec![
            target.measure,
            digits(measured),
            bound(target.least),
            met(target.least),
            target.beyond.map_or_else(String::new, bound),
            target.beyond.map_or_else(String::new, met),
        ]);
    }
    if rows.len() == 1 {
        return;
    }
    text.push_str("## Targets\n\n");
    let what = "As ratios of this run; what was not measured in it is left out.";
    table(text, what, &rows);
}

struct Runs<'a>(&'a [Run]);

impl<'a> Runs<'a> {
    fn of(&self, label: &str) -> Option<&'a Run> {
        self.0.iter().find(|run| run.label == label)
    }

    fn store(&self, label: &str, name: &str) -> Option<&'a Measured> {
        self.of(label)?.store(name)
    }

    /// How many times as fast the direct layout is as another store.
    fn faster(&self, label: &str, question: Question, than: &str) -> Option<f64> {
        let own = self.store(label, DIRECT)?.ns(question)?;
        Some(self.store(label, than)?.ns(question)? / own)
    }

    /// The Parquet file that is the smallest.
    fn parquet(&self, label: &str) -> Option<&'a Measured> {
        let stores = self.of(label)?.stores.iter();
        stores
            .filter(|store| store.class == Class::File && store.name.starts_with("Parquet"))
            .min_by(|a, b| disk(a).total_cmp(&disk(b)))
    }
}

fn disk(store: &Measured) -> f64 {
    store.disk_bytes.unwrap_or(f64::INFINITY)
}

fn targets(runs: &Runs<'_>) -> Vec<Target> {
    use Better::{Less, More};
    let mut targets = Vec::new();
    let mut add = |measure: &str, measured, least, beyond, better| {
        targets.push(Target {
            measure: measure.to_string(),
            measured,
            least,
            beyond,
            better,
        });
    };
    let sizes = ["1 M", "10 M", "50 M"];
    let by_size = [
        (
            Question::Hit,
            [(3.5, 5.0), (1.5, 2.5), (1.5, 2.0)],
            "independent hit",
        ),
        (
            Question::HitDependent,
            [(6.0, 7.0), (2.7, 3.2), (2.3, 3.0)],
            "dependent hit",
        ),
        (
            Question::GetMany,
            [(3.0, 4.0), (2.0, 3.5), (2.0, 4.0)],
            "get_many",
        ),
    ];
    for (question, bounds, name) in by_size {
        for (label, (least, beyond)) in sizes.into_iter().zip(bounds) {
            let measure = format!("{name} vs {BASE}, {label}, times as fast");
            let measured = runs.faster(label, question, BASE);
            add(&measure, measured, least, Some(beyond), More);
        }
    }
    let many = runs.of("50 M").and_then(|run| {
        let own = run.store(DIRECT)?.ns(Question::GetMany)?;
        Some(own / run.limits.independent_ns)
    });
    let measure = "get_many at 50 M ÷ the machine's independent random load";
    add(measure, many, 2.1, Some(1.1), Less);
    for (question, name, least, beyond) in [
        (Question::Row, "row", 40.0, 100.0),
        (Question::Column, "column of 3000", 18.0, 50.0),
    ] {
        let measure = format!("{name} vs {BASE}, 10 M, times as fast");
        let measured = runs.faster("10 M", question, BASE);
        add(&measure, measured, least, Some(beyond), More);
    }
    for (than, least) in [("LMDB", 25.0), ("redb", 30.0), ("SQLite", 200.0)] {
        let measure = format!("hit vs {than}, 10 M, times as fast");
        let measured = runs.faster("10 M", Question::Hit, than);
        add(&measure, measured, least, None, More);
    }
    for label in ["10 M", "50 M"] {
        let scan = runs.of(label).and_then(|run| {
            let own = run.store(DIRECT)?;
            // Bytes over gigabytes a second are nanoseconds.
            let read_ns = own.memory_bytes? / run.limits.gigabytes_a_second;
            Some(own.ns(Question::Scan)? / read_ns)
        });
        let measure = format!("full scan ÷ (bytes ÷ bandwidth), {label}");
        add(&measure, scan, 3.2, Some(1.5), Less);
    }
    let memory = |than: &str| {
        let own = runs.store("10 M", DIRECT)?.memory_bytes?;
        Some(runs.store("10 M", than)?.memory_bytes? / own)
    };
    let measure = format!("memory, 10 M, {BASE} ÷ direct");
    add(&measure, memory(BASE), 32.0, Some(38.0), More);
    let measure = "memory, 10 M, dense i64 ÷ direct";
    add(measure, memory("dense i64 array"), 7.0, None, More);
    let file = |own: &str, than: Option<&Measured>| {
        Some(runs.store("10 M", own)?.disk_bytes? / than?.disk_bytes?)
    };
    let parquet = runs.parquet("10 M");
    let sqlite = runs.store("10 M", "SQLite");
    let best = parquet.map_or("best Parquet", |parquet| parquet.name);
    let measure = format!("direct file ÷ {best}, 10 M");
    add(&measure, file(DIRECT, parquet), 0.90, Some(0.80), Less);
    let measure = "direct file ÷ SQLite, 10 M";
    add(measure, file(DIRECT, sqlite), 0.10, None, Less);
    let measure = format!("packed file ÷ {best}, 10 M");
    add(&measure, file(PACKED, parquet), 0.58, Some(0.54), Less);
    for than in ["bitcode + zstd 3", "bitcode + zstd 19"] {
        let measure = format!("packed file ÷ {than}, 10 M");
        let measured = file(PACKED, runs.store("10 M", than));
        add(&measure, measured, 0.50, None, Less);
    }
    let entropy = runs.of("10 M").and_then(|run| {
        let own = run.store(PACKED)?;
        Some(own.disk_bytes_nameless? / run.entropy?)
    });
    // What no store can come under: a ratio below this one would need fewer bytes than the cells have information.
    let floor = runs
        .of("10 M")
        .and_then(|run| Some(run.entropy? / disk(parquet?)));
    let measure = format!("(the entropy itself ÷ {best}, 10 M)");
    add(&measure, floor, 0.58, Some(0.54), Less);
    let measure = "packed file, without names, ÷ the entropy, 10 M";
    add(measure, entropy, 1.1, Some(1.03), Less);
    let open = |label: &str| runs.store(label, DIRECT)?.open_warm;
    let measure = "open on a map to the first answer, warm, 50 M ÷ 1 M";
    let measured = open("50 M").zip(open("1 M")).map(|(a, b)| a / b);
    add(measure, measured, 6.0, Some(2.0), Less);
    for label in sizes {
        let build = runs.of(label).and_then(|run| {
            let base = run.store(BASE)?.build_ns;
            Some(base / run.store(DIRECT)?.build_ns)
        });
        let measure = format!("build vs inserting into {BASE}, {label}, times as fast");
        add(&measure, build, 3.0, Some(6.0), More);
    }
    let open = runs
        .store("10 M", PACKED)
        .and_then(|own| Some(parquet?.open_warm? / own.open_warm?));
    let measure = format!("open a packed file vs reading {best}, 10 M, times as fast");
    add(&measure, open, 1.0, Some(4.0), More);
    for label in ["10 M", "1 M"] {
        let whole = runs.store(label, DIRECT).and_then(|own| {
            let bare = own.ns(Question::Hit)?;
            Some(own.ns(Question::Whole)? / bare)
        });
        let measure = format!("a whole figure ÷ the bare value, {label}");
        add(&measure, whole, 1.5, Some(1.2), Less);
    }
    targets
}
