//! bincode, postcard and bitcode: the sorted cells of each table as one vector of a flat struct.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::store::{Build, Class, Finished, First, Number, Peer, Shape};
use crate::workload::{Cell, CellKey, Failure};

/// A peer: a form of writing, and the level of zstd that is laid over it.
pub struct Serial {
    /// The form.
    pub form: Form,
    /// The level of zstd, or none.
    pub zstd: Option<i32>,
}

/// How cells are written.
#[derive(Clone, Copy)]
pub enum Form {
    /// bincode 2 with its standard configuration.
    Bincode,
    /// postcard.
    Postcard,
    /// bitcode, column by column.
    Bitcode,
}

const FILE: &str = "cells";

/// A cell as it is written; nothing is left out and nothing is shared.
#[derive(
    Clone,
    Copy,
    Serialize,
    Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
)]
struct Flat {
    table: u16,
    place: u32,
    period: u16,
    mantissa: i64,
    scale: u8,
    qualifier: u8,
    status: u8,
    source: u16,
}

struct Writing {
    form: Form,
    zstd: Option<i32>,
    file: BufWriter<File>,
}

impl Peer for Serial {
    fn name(&self) -> &'static str {
        match (self.form, self.zstd.is_some()) {
            (Form::Bincode, false) => "bincode",
            (Form::Bincode, true) => "bincode + zstd",
            (Form::Postcard, false) => "postcard",
            (Form::Postcard, true) => "postcard + zstd",
            (Form::Bitcode, false) => "bitcode",
            (Form::Bitcode, true) => "bitcode + zstd",
        }
    }

    fn holds(&self) -> &'static str {
        match (self.form, self.zstd) {
            (_, None) => {
                "a flat struct (table, place, period, mantissa, scale, qualifier, status, source), a vector a table"
            }
            (_, Some(3)) => "the same, each table under zstd 3",
            (_, Some(_)) => "the same, each table under zstd 19",
        }
    }

    fn class(&self) -> Class {
        Class::File
    }

    fn begin(&self, _: Shape, folder: &Path) -> Result<Box<dyn Build>, Failure> {
        Ok(Box::new(Writing {
            form: self.form,
            zstd: self.zstd,
            file: BufWriter::new(File::create(folder.join(FILE))?),
        }))
    }

    fn first_answer(&self, shape: Shape, folder: &Path, key: CellKey) -> Result<First, Failure> {
        let mut file = BufReader::new(File::open(folder.join(FILE))?);
        let mut tables = Vec::with_capacity(usize::from(shape.tables));
        let mut bytes = Vec::new();
        for _ in 0..shape.tables {
            let mut length = [0; 8];
            file.read_exact(&mut length)?;
            bytes.resize(usize::try_from(u64::from_le_bytes(length))?, 0);
            file.read_exact(&mut bytes)?;
            tables.push(match self.zstd {
                None => self.form.read(&bytes)?,
                Some(_) => self.form.read(&zstd::decode_all(bytes.as_slice())?)?,
            });
        }
        let cells = &tables[usize::from(key.table)];
        let found =
            cells.binary_search_by_key(&(key.place, key.period), |flat| (flat.place, flat.period));
        let answer = found.ok().map(|at| Number {
            mantissa: cells[at].mantissa,
            scale: cells[at].scale,
        });
        Ok(First {
            answer,
            opened: Box::new(tables),
        })
    }
}

impl Form {
    fn write(self, cells: &Vec<Flat>) -> Result<Vec<u8>, Failure> {
        Ok(match self {
            Self::Bincode => bincode::encode_to_vec(cells, bincode::config::standard())?,
            Self::Postcard => postcard::to_stdvec(cells)?,
            Self::Bitcode => bitcode::encode(cells),
        })
    }

    fn read(self, bytes: &[u8]) -> Result<Vec<Flat>, Failure> {
        Ok(match self {
            Self::Bincode => bincode::decode_from_slice(bytes, bincode::config::standard())?.0,
            Self::Postcard => postcard::from_bytes(bytes)?,
            Self::Bitcode => bitcode::decode(bytes)?,
        })
    }
}

impl Build for Writing {
    fn table(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        let cells: Vec<Flat> = cells.iter().map(flat).collect();
        let mut bytes = self.form.write(&cells)?;
        if let Some(level) = self.zstd {
            bytes = zstd::encode_all(bytes.as_slice(), level)?;
        }
        let length = u64::try_from(bytes.len())?;
        self.file.write_all(&length.to_le_bytes())?;
        Ok(self.file.write_all(&bytes)?)
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, Failure> {
        self.file.flush()?;
        Ok(Finished {
            runner: None,
            save: None,
        })
    }
}

fn flat(cell: &Cell) -> Flat {
    let Cell { key, value } = *cell;
    Flat {
        table: key.table,
        place: key.place,
        period: key.period,
        mantissa: value.mantissa,
        scale: value.scale,
        qualifier: value.qualifier,
        status: value.status,
        source: value.source,
    }
}
