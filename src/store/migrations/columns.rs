//! The kinds of columns that tables are made of. A step of the schema that was run anywhere rests on them, so what stands here stays.

use sea_orm_migration::prelude::*;

/// Ids have 32 digits and hashes 64; words are short.
pub(super) const ID: u32 = 32;
pub(super) const HASH: u32 = 64;
pub(super) const WORD: u32 = 32;

pub(super) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(ID).not_null().take()
}

pub(super) fn hash(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(HASH).not_null().take()
}

pub(super) fn word(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(WORD).not_null().take()
}

/// A time in milliseconds since 1970, or a count.
pub(super) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub(super) fn counter(name: &'static str) -> ColumnDef {
    number(name).default(0).take()
}

pub(super) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().default(false).take()
}

pub(super) fn sealed(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).blob().not_null().take()
}

/// What belongs to a row of another table, and goes with it.
pub(super) fn belongs(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{table}_{column}")).from(table, column).to(parent, "id").on_delete(ForeignKeyAction::Cascade).take()
}

pub(super) fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    index
}
