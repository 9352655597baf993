//! What the fuzz target of tables holds to. Built for that alone, with `--cfg fuzzing`.

use super::direct::{self, Direct, HOLE, Limits, RUN, Scales};
use super::packed;
use super::value::Value;
use crate::model::Period;

const LIMITS: Limits = Limits {
    places: 1000,
    columns: 24,
    sources: 5,
};

/// Any bytes are a table of either layout or an error. One that is read gives the same cells whichever way it is asked, and
/// its content is laid out and packed again and is the same.
pub fn check(bytes: &[u8]) {
    let periods: Vec<Period> = (0..LIMITS.columns)
        .filter_map(|month| Period::month(2020 + (month / 12).cast_signed(), month % 12 + 1).ok())
        .collect();
    if let Ok(sheet) = packed::decode(bytes, &LIMITS) {
        let laid_out = direct::write(&sheet, &periods).expect("a sheet is laid out");
        let table = Direct::open(laid_out.into(), &LIMITS).expect("what is laid out opens");
        let again = table.sheet().expect("every cell is whole");
        assert_eq!((&again.places, &again.cells), (&sheet.places, &sheet.cells));
    }
    let Ok(table) = Direct::open(bytes.to_vec().into(), &LIMITS) else {
        return;
    };
    for row in 0..table.row_count() {
        let place = table.place(row);
        assert_eq!(table.row_of(place), Some(row));
        let shortly = table.row_shortly((place - table.first_place()).into());
        assert_eq!(shortly.unwrap_or(Some(row)), Some(row));
        for column in 0..LIMITS.columns {
            let (number, slot) = (table.number(row, column), table.slot(row, column));
            let shortly = table.number_shortly(row, column);
            assert_eq!(shortly.unwrap_or(number), number);
            if let Ok(Some(slot)) = slot {
                assert_eq!(slot.stated.as_figure().is_some(), number.is_some());
            }
        }
        let mut numbers = [0; 24];
        let (length, scale) = table.row_run(row, 0, &mut numbers);
        for (column, &number) in (0..).zip(&numbers[..length]) {
            if let Some(scale) = scale {
                let number = (number != HOLE).then(|| Value::new(number, scale.into()));
                assert_eq!(number, table.number(row, column));
            }
        }
    }
    for column in 0..LIMITS.columns {
        for first in (0..table.row_count()).step_by(RUN) {
            let (mut numbers, mut scales) = ([0; RUN], Scales::Wide);
            let length = RUN.min(table.row_count() - first);
            table.column_run(first, column, &mut numbers[..length], &mut scales);
            for (at, &number) in numbers[..length].iter().enumerate() {
                if let Some(scale) = scales.get(at) {
                    let number = (number != HOLE).then(|| Value::new(number, scale.into()));
                    assert_eq!(number, table.number(first + at, column));
                }
            }
        }
    }
    if let Ok(sheet) = table.sheet() {
        let packed = packed::encode(&sheet, &periods).expect("a sheet is packed");
        let again = packed::decode(&packed, &LIMITS).expect("what is packed opens");
        assert_eq!((&again.places, &again.cells), (&sheet.places, &sheet.cells));
        let laid_out = direct::write(&sheet, &periods).expect("a sheet is laid out");
        let table = Direct::open(laid_out.into(), &LIMITS).expect("what is laid out opens");
        assert_eq!(
            table.sheet().expect("every cell is whole").cells,
            sheet.cells
        );
    }
}
