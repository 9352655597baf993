//! Figures as people write them: read or refused, and what is read comes back from what is printed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use yearbook::model::Figure;
use yearbook::notation::{Reading, parse, parse_cell};

/// Headers of columns whose bare numbers mean different things.
const HEADERS: [&str; 7] = ["", "%", "万元", "床位数（张）", "人/万人", "‰", "位"];

fn comes_back(reading: &Reading) {
    let chinese = reading.to_chinese();
    match parse(&chinese) {
        Ok(again) => assert_eq!(&again, reading, "{chinese}"),
        Err(error) => panic!("{reading:?} is printed as {chinese}: {error}"),
    }
    let figure = reading.figure();
    let ascii = figure.to_string();
    match ascii.parse::<Figure>() {
        Ok(again) => assert_eq!(again, figure, "{ascii}"),
        Err(error) => panic!("{figure:?} is printed as {ascii}: {error}"),
    }
    let _ = figure.interval().to_string();
}

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(reading) => comes_back(&reading),
        // A refusal points into the text.
        Err(error) => {
            assert!(
                error
                    .offset_bytes()
                    .is_none_or(|at| text.is_char_boundary(at)),
                "{error}"
            );
        }
    }
    for header in HEADERS {
        if let Ok(reading) = parse_cell(text, header) {
            comes_back(&reading);
        }
    }
    let _ = parse_cell("320", text);
    if let Ok(figure) = text.parse::<Figure>() {
        assert_eq!(
            figure.to_string().parse::<Figure>().ok(),
            Some(figure),
            "{figure}"
        );
    }
});
