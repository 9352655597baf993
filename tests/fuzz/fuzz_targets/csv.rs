//! Files of observations: read with a report, and what is accepted is written, read and written alike.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use yearbook::exchange::csv;
use yearbook::{BookBuilder, Catalogue};

/// The catalogue of the five reports, whose codes the seeds speak of.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data");
    csv::read_catalogue(data)
        .expect("the examples' catalogue is whole")
        .0
});

fuzz_target!(|bytes: &[u8]| {
    let mut catalogue = csv::CatalogueReader::new();
    let _ = catalogue.regions(bytes, "regions.csv");
    let _ = catalogue.indicators(bytes, "indicators.csv");
    let _ = catalogue.breakdowns(bytes, "breakdowns.csv");
    let _ = catalogue.finish();

    let mut builder = BookBuilder::new(CATALOGUE.clone());
    let Ok(report) = csv::read_observations(bytes, "observations.csv", &mut builder) else {
        return;
    };
    let _ = report.to_string();
    let book = builder.finish().expect("what was accepted makes a book");
    let mut written = Vec::new();
    csv::write_observations(&mut written, &book).expect("a book is written");
    let mut builder = BookBuilder::new(CATALOGUE.clone());
    let report = csv::read_observations(written.as_slice(), "observations.csv", &mut builder)
        .expect("what was written is read");
    assert!(report.is_clean(), "{report}");
    let again = builder.finish().expect("it makes a book");
    assert_eq!(again.digest(), book.digest());
});
