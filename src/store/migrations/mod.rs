//! The steps by which the schema came to be, in order. A step that was ever run anywhere is never changed; a new one is added.

mod columns;
mod m0001_service;
mod m0002_payment;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// All steps.
pub(super) struct Steps;

impl MigratorTrait for Steps {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_service::Step), Box::new(m0002_payment::Step)]
    }
}
