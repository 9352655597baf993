//! The life of a figure: recorded from a report, corrected by a later one, and published in both states.
//!
//! `cargo run --example ledger`

use yearbook::ledger::{Event, Policy};
use yearbook::model::*;
use yearbook::{Ledger, Result, Yearbook, notation};

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut ledger = Ledger::create(folder.path().join("zhuzhou.ledger"))?;

    // The review of 2021: the first batch brings what its figures speak of.
    let share = Heading::level("inpatient_share_within_county".parse()?);
    let zhuzhou: Place = "430200".parse()?;
    let review_2021: SourceCode = "zhuzhou-2021".parse()?;
    let mut batch = ledger.batch(review_2021.clone(), "typed in from the printed review")?;
    batch.revise(|catalogue| {
        let names = Names::new("株洲市", "Zhuzhou")?;
        catalogue.region(Region::new(
            "430200".parse()?,
            None,
            Level::Prefecture,
            names,
        ));
        catalogue.source(Source::new(
            review_2021,
            "Health services review of 2021",
            "Zhuzhou health commission",
            Some("2022-01".parse()?),
        )?);
        catalogue.indicator(Indicator::new(
            share.indicator.clone(),
            Names::zh("县域内住院量占比")?,
            Unit::PERCENT,
            Kind::Share,
            Temporal::Flow,
        )?);
        Ok(())
    })?;
    let mut key = share.clone().at(zhuzhou, notation::parse_period("2021年")?);
    let printed = |text: &str| -> Result<Stated> {
        Ok(Stated::figure(
            notation::parse(text)?.figure(),
            Unit::PERCENT,
        ))
    };
    batch.state(key.clone(), printed("81.40%")?)?;
    key.period = notation::parse_period("2020年")?;
    batch.state(key.clone(), printed("79.8%")?)?;
    let first = batch.commit()?;
    println!("{}: {} figures recorded", first.batch, first.recorded);
    let before = ledger.publish()?;

    // What cannot be true is refused, and the batch goes on without it.
    let review_2022: SourceCode = "zhuzhou-2022".parse()?;
    let mut batch = ledger.batch(review_2022.clone(), "with the corrections in its appendix")?;
    batch.revise(|catalogue| {
        let title = "Health services review of 2022";
        let issued = Some("2023-01".parse()?);
        catalogue.source(Source::new(
            review_2022,
            title,
            "Zhuzhou health commission",
            issued,
        )?);
        Ok(())
    })?;
    key.period = notation::parse_period("2022年")?;
    let refused = batch.state(key.clone(), printed("117.2%")?).unwrap_err();
    println!("refused: {refused}");

    // The correction of 2021 is another source's: that it supersedes is said, not assumed.
    key.period = notation::parse_period("2021年")?;
    let refused = batch.state(key.clone(), printed("81.04%")?).unwrap_err();
    println!("refused: {refused}");
    batch.policy(Policy::Supersede);
    batch.state(key.clone(), printed("81.04%")?)?;
    let mut year_before = key.clone();
    year_before.period = notation::parse_period("2020年")?;
    batch.retract(&year_before, "it was of the city proper only")?;
    let second = batch.commit()?;
    println!(
        "{}: {} revised, {} retracted",
        second.batch, second.revised, second.retracted
    );

    // Both states, as everyone can read them.
    let after = ledger.snapshot()?.publish_onto(&before)?;
    let cell = |book: &Yearbook, key: &Key| -> Result<String> {
        Ok(book
            .get(key)?
            .map_or("nothing".to_string(), |cell| cell.stated().to_string()))
    };
    for (name, book) in [("first", &before), ("second", &after)] {
        println!(
            "the {name} yearbook, of batch {}: 2020 {}, 2021 {}",
            book.publication().batch().unwrap_or_default(),
            cell(book, &year_before)?,
            cell(book, &key)?,
        );
    }
    // The past can be published again, and is the same book.
    assert_eq!(
        ledger.as_of(first.batch)?.publish()?.digest(),
        before.digest()
    );

    println!("the history of {key}:");
    for statement in ledger
        .history(&key)?
        .iter()
        .chain(&ledger.history(&year_before)?)
    {
        let said = match &statement.event {
            Event::Retracted { reason } => format!("retracted: {reason}"),
            event => event.stated().map(ToString::to_string).unwrap_or_default(),
        };
        println!("  {}, {}: {said}", statement.batch, statement.source);
    }
    for conflict in ledger.conflicts()? {
        println!("two sources contradict each other on {}", conflict.key);
    }
    let checked = ledger.check()?;
    println!(
        "checked: {} batches, {} figures",
        checked.batches, checked.figures
    );
    Ok(())
}
