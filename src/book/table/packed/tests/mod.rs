//! The packed layout against sheets of every kind and against bytes of any kind.

mod measure;
