//! How much memory an import takes, and how long.
//!
//! `cargo test --release --all-features --test it rows_in_bounded_memory -- --ignored --nocapture`

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::num::NonZeroU64;
use std::time::Instant;

use yearbook::Ledger;
use yearbook::exchange::csv::{self, Options};
use yearbook::ledger::{Mode, OpenOptions};
use yearbook::model::Level;

use crate::common::{peak_mib, region, reset_peak, world};

const TOWNSHIPS: u64 = 999;
const MONTHS: u64 = 201;

/// A tidy file of so many rows, made as it is read.
struct Rows {
    rows: u64,
    next: u64,
    text: Vec<u8>,
    at: usize,
}

impl Rows {
    fn new(rows: u64) -> Self {
        let text = b"source,region,indicator,breakdown,measure,figure,unit,period\n".to_vec();
        Self {
            rows,
            next: 0,
            text,
            at: 0,
        }
    }

    fn row(&mut self) {
        let mut text = String::new();
        let (township, rest) = (self.next % TOWNSHIPS, self.next / TOWNSHIPS);
        let (month, measure) = (rest % MONTHS, rest / MONTHS);
        let measure = [
            "",
            "target",
            "completion",
            "change_relative(year_earlier)",
            "change_absolute(previous)",
        ][usize::try_from(measure % 5).unwrap()];
        let unit = match measure {
            "completion" | "change_relative(year_earlier)" => "%",
            _ => "",
        };
        let (year, month) = (2000 + month / 12, month % 12 + 1);
        let code = 430_281_001 + township;
        writeln!(
            text,
            "report-a,{code},people,,{measure},{},{unit},{year}-{month:02}",
            self.next * 7919 % 10_007
        )
        .unwrap();
        self.text = text.into_bytes();
        self.at = 0;
        self.next += 1;
    }
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.text.len() {
            if self.next == self.rows {
                return Ok(0);
            }
            self.row();
        }
        let length = buffer.len().min(self.text.len() - self.at);
        buffer[..length].copy_from_slice(&self.text[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[test]
#[ignore = "a measurement: seconds in release, Linux only"]
fn a_million_rows_in_bounded_memory() {
    let mut catalogue = world();
    for township in 0..TOWNSHIPS {
        let code = (430_281_001 + township).to_string();
        let name = format!("第{township}镇");
        catalogue
            .region(region(&code, Some("430281"), Level::Township, &name))
            .unwrap();
    }
    let catalogue = catalogue.finish().unwrap();
    let every = NonZeroU64::new(100_000).unwrap();
    let cache_bytes = 32 << 20;
    println!(
        "rows, mode: peak MiB (before), seconds, file MiB; pages of the file may take {} MiB",
        cache_bytes >> 20
    );
    let mut peaks = Vec::new();
    for mode in [Mode::DryRun, Mode::AllOrNothing, Mode::KeepGoodEvery(every)] {
        for rows in [100_000, 1_000_000] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("office.ledger");
            drop(Ledger::create(&path).unwrap());
            let mut options = OpenOptions::default();
            options.cache_bytes = cache_bytes;
            let ledger = Ledger::open_with(&path, options).unwrap();
            let source = "report-a".parse().unwrap();
            reset_peak();
            let (before, start) = (peak_mib(), Instant::now());
            let imported = ledger
                .import(source, "", mode, |import| {
                    import.revise(|revision| revision.catalogue(&catalogue).map(|_| ()))?;
                    csv::read(
                        Rows::new(rows),
                        "rows.csv",
                        import,
                        &Options::new(),
                        &mut (),
                    )
                })
                .unwrap();
            let peak = peak_mib();
            println!(
                "{rows}, {mode:?}: {peak} ({before}), {:.1}, {}",
                start.elapsed().as_secs_f64(),
                fs::metadata(&path).unwrap().len() >> 20
            );
            assert_eq!(imported.report.accepted(), rows, "{}", imported.report);
            peaks.push(peak - before);
        }
    }
    // Ten times the rows take no more than the pages and half as much again.
    for pair in peaks.chunks(2) {
        assert!(pair[1] <= pair[0] + 48, "{peaks:?}");
    }
}
