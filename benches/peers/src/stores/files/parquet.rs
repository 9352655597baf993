//! Parquet, written and read through Arrow.

use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt16Type, UInt32Type};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, UInt8Array, UInt16Array, UInt32Array};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::store::{Build, Class, Finished, First, Number, Peer, Shape};
use crate::workload::{Cell, CellKey, Failure};

/// A peer: how the columns are coded, and the level of zstd over them.
pub struct Parquet {
    /// The coding.
    pub coding: Coding,
    /// The level of zstd.
    pub zstd: i32,
}

/// How the columns are coded.
#[derive(Clone, Copy)]
pub enum Coding {
    /// Places, periods and mantissas by their differences, the rest by dictionary: the best there is for sorted cells.
    Delta,
    /// Parquet's defaults: a dictionary for each column, plain where it grows too large.
    Dictionary,
}

const FILE: &str = "cells.parquet";
const BATCH: usize = 1 << 16;
/// Scale and source of each table, in the file's metadata.
const TABLES: &str = "tables";

struct Writing {
    properties: WriterProperties,
    path: std::path::PathBuf,
    writer: Option<ArrowWriter<File>>,
    tables: Vec<String>,
}

impl Peer for Parquet {
    fn name(&self) -> &'static str {
        match (self.coding, self.zstd) {
            (Coding::Delta, 19) => "Parquet, delta + zstd 19",
            (Coding::Delta, _) => "Parquet, delta + zstd 3",
            (Coding::Dictionary, 19) => "Parquet, dictionary + zstd 19",
            (Coding::Dictionary, _) => "Parquet, dictionary + zstd 3",
        }
    }

    fn holds(&self) -> &'static str {
        match self.coding {
            Coding::Delta => {
                "columns table, place, period, mantissa, qualifier, status, sorted; place, period and mantissa as differences, the rest by dictionary; scale and source once a table in the metadata; no statistics, long pages"
            }
            Coding::Dictionary => {
                "the same columns with Parquet's default encodings: dictionaries, plain where they grow too large"
            }
        }
    }

    fn class(&self) -> Class {
        Class::File
    }

    fn begin(&self, _: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        let zstd = Compression::ZSTD(ZstdLevel::try_new(self.zstd)?);
        let mut properties = WriterProperties::builder()
            .set_compression(zstd)
            .set_statistics_enabled(EnabledStatistics::None);
        if matches!(self.coding, Coding::Delta) {
            for column in ["place", "period", "mantissa"] {
                let column = ColumnPath::from(column);
                properties = properties
                    .set_column_dictionary_enabled(column.clone(), false)
                    .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
            }
            properties = properties.set_data_page_row_count_limit(1 << 20);
        }
        Ok(Box::new(Writing {
            properties: properties.build(),
            path: folder.join(FILE),
            writer: None,
            tables: Vec::new(),
        }))
    }

    fn first_answer(&self, _: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let file = File::open(folder.join(FILE))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH);
        let metadata = builder.metadata().file_metadata().key_value_metadata();
        let tables = metadata
            .and_then(|pairs| pairs.iter().find(|pair| pair.key == TABLES))
            .and_then(|pair| pair.value.clone())
            .ok_or("the Parquet file does not tell its scales")?;
        let batches = builder.build()?.collect::<Result<Vec<_>, _>>()?;
        let mut scales = tables.split(',');
        let scale = scales
            .nth(usize::from(key.table))
            .and_then(|table| table.split(':').next())
            .ok_or("the Parquet file does not tell a scale")?;
        let mut answer = None;
        for batch in &batches {
            if let Some(mantissa) = find(batch, key) {
                let scale = scale.parse()?;
                answer = Some(Number { mantissa, scale });
                break;
            }
        }
        Ok(First {
            answer,
            opened: Box::new(batches),
        })
    }
}

/// The mantissa of a key in a batch, if it is there.
fn find(batch: &RecordBatch, key: CellKey) -> Option<i64> {
    let tables = batch.column(0).as_primitive::<UInt16Type>();
    let places = batch.column(1).as_primitive::<UInt32Type>();
    let periods = batch.column(2).as_primitive::<UInt16Type>();
    let order = |at: usize| -> Ordering {
        let found = (tables.value(at), places.value(at), periods.value(at));
        found.cmp(&(key.table, key.place, key.period))
    };
    let (mut low, mut high) = (0, batch.num_rows());
    // Most batches lie wholly to one side.
    if high == 0 || order(0).is_gt() || order(high - 1).is_lt() {
        return None;
    }
    while low < high {
        let middle = usize::midpoint(low, high);
        match order(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => {
                return Some(batch.column(3).as_primitive::<Int64Type>().value(middle));
            }
        }
    }
    None
}

impl Build for Writing {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let keys = || cells.iter().map(|cell| cell.key);
        let values = || cells.iter().map(|cell| cell.value);
        let columns: [(&str, ArrayRef); 6] = [
            (
                "table",
                Arc::new(keys().map(|key| key.table).collect::<UInt16Array>()),
            ),
            (
                "place",
                Arc::new(keys().map(|key| key.place).collect::<UInt32Array>()),
            ),
            (
                "period",
                Arc::new(keys().map(|key| key.period).collect::<UInt16Array>()),
            ),
            (
                "mantissa",
                Arc::new(values().map(|value| value.mantissa).collect::<Int64Array>()),
            ),
            (
                "qualifier",
                Arc::new(
                    values()
                        .map(|value| value.qualifier)
                        .collect::<UInt8Array>(),
                ),
            ),
            (
                "status",
                Arc::new(values().map(|value| value.status).collect::<UInt8Array>()),
            ),
        ];
        let columns = columns.map(|(name, column)| (name, column, false));
        let batch = RecordBatch::try_from_iter_with_nullable(columns)?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(ArrowWriter::try_new(
                File::create(&self.path)?,
                batch.schema(),
                Some(self.properties.clone()),
            )?),
        };
        writer.write(&batch)?;
        if let Some(first) = cells.first() {
            let value = first.value;
            self.tables
                .push(format!("{}:{}", value.scale, value.source));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, Failure> {
        let mut writer = self.writer.take().ok_or("Parquet was given no table")?;
        let tables = self.tables.join(",");
        writer.append_key_value_metadata(KeyValue::new(TABLES.to_string(), tables));
        writer.close()?;
        Ok(Finished {
            runner: None,
            save: None,
        })
    }
}
