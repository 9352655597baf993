//! Which figures of the five reports cannot all be true? None; so three wrong ones are put into a copy, and found.
//!
//! ```text
//! cargo run --release --example reconcile -- [--zh] [DIR]
//! ```

use std::ops::ControlFlow;
use std::path::PathBuf;

use yearbook::exchange::{Observations, csv};
use yearbook::model::Stated;
use yearbook::query::{Finding, Identity, Reconcile, Step, VerdictKind};
use yearbook::{Ask, BookBuilder, Result, Yearbook};

/// What somebody typed wrongly: the heading, and the figure that is in its place.
const SLIPS: [(&str, &str); 3] = [
    ("notifiable_disease_cases [disease-class=c]", "4141"),
    ("covid_vaccination_sites [size=large]", "1010"),
    ("health_literacy change_points(2021)", "90e0"),
];

fn main() -> Result<()> {
    let (mut chinese, mut folder) = (false, PathBuf::from("examples/data"));
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--zh" => chinese = true,
            path => folder = path.into(),
        }
    }
    let say = |finding: &Finding| match chinese {
        true => println!("  {}", finding.to_chinese()),
        false => println!("  {finding}"),
    };
    let (book, report) = csv::read_folder(&folder)?;
    println!("{report}");
    let book = book.finish()?;

    println!("\nThe book as it was reported");
    let summary = reconcile(&book).each(|step| {
        if let Step::Finding(finding) = step
            && finding.kind() != VerdictKind::NotCheckable
        {
            say(&finding);
        }
        ControlFlow::Continue(())
    })?;
    println!("  {summary}");

    println!("\nWhat is missing, and where it would lie");
    let unknown = reconcile(&book).telling(&[VerdictKind::NotCheckable]);
    for finding in unknown.findings()? {
        // Where one figure is missing, the others say what it would be.
        if finding.missing().len() == 1 {
            say(&finding);
        }
    }

    println!("\nThe same with three slips of the pen");
    let book = with_slips(&book)?;
    for finding in reconcile(&book).contradictions()? {
        say(&finding);
    }
    Ok(())
}

/// What the catalogue does not say of the indicators is declared.
fn reconcile(book: &Yearbook) -> Reconcile<'_> {
    let clients =
        |part: &str| format!("smart_eldercare_clients [area=xiulin-8-communities|{part}]");
    Ask::of(book)
        .reconcile()
        .institutions_exhaust("consortium_member_township_hospitals")
        .identity(
            Identity::quotient(
                "smart_eldercare_70_plus_share [area=xiulin-8-communities]",
                clients("age=70-plus"),
                clients("age=60-plus"),
            )
            .named("share of clients aged 70 and over"),
        )
        .identity(
            Identity::at_most("childcare_providers_filed", "childcare_providers_applied")
                .named("only who applied is filed"),
        )
}

fn with_slips(book: &Yearbook) -> Result<Yearbook> {
    let mut copy = BookBuilder::new(book.catalogue().clone());
    for observation in book.observations() {
        let mut observation = observation?;
        for (heading, typed) in SLIPS {
            let slipped = observation.key.heading == Ask::of(book).heading(heading)?;
            if let (true, Stated::Figure { figure, .. }) = (slipped, &mut observation.stated) {
                *figure = typed.parse()?;
            }
        }
        copy.observe(&observation)?;
    }
    copy.finish()
}
