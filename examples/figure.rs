//! Reads figures as reports print them.
//!
//! ```text
//! cargo run --example figure -- 730多万剂次 超330% 比2021年提高了9个百分点 46.5–47.5万
//! ```

use yearbook::notation::{self, Said};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() {
        eprintln!("usage: figure TEXT…   for example: figure 730多万剂次 超330% 10455余人");
        std::process::exit(2);
    }
    for text in arguments {
        match notation::parse(&text) {
            Ok(reading) => {
                let figure = reading.figure();
                println!("{text}");
                println!("  figure     {figure}");
                println!(
                    "  unit       {}",
                    reading
                        .unit()
                        .map_or("none".to_string(), |unit| unit.to_english())
                );
                println!("  true value {}", figure.interval());
                match reading.measure() {
                    Said::Change { form, base } => {
                        let base = base.map_or("a base that is not said".to_string(), |base| {
                            base.to_string()
                        });
                        println!("  measure    {form} change from {base}");
                    }
                    Said::Rank => println!("  measure    rank"),
                    _ => println!("  measure    level"),
                }
                println!("  in Chinese {}", reading.to_chinese());
            }
            Err(error) => println!("{text}\n  {error}"),
        }
    }
}
