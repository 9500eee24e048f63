//! The schema: bringing it up to date, and seeing whether it is the one of this program.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use sea_orm_migration::{MigratorTrait, SchemaManager, seaql_migrations};

use crate::ports::{Health, StoreFailure};
use crate::store::Database;
use crate::store::database::Turn;
use crate::store::failure::{refused, told};
use crate::store::migrations::Steps;

/// Steps of the schema, by name.
struct Standing {
    /// Known to this program and not run yet, in order.
    pending: Vec<String>,
    /// Run, but not known to this program.
    unknown: Vec<String>,
}

impl Database {
    /// Brings the schema up to date. Several programs may do it at the same time: one does, the others wait and find it done.
    ///
    /// # Errors
    /// When the schema is newer than this program, or a step is refused; then nothing has changed.
    pub async fn migrate(&self) -> Result<(), StoreFailure> {
        let transaction = self.begin_in_turn(Turn::Migrate).await?;
        if self.is_postgres() {
            // A step on large tables may take long.
            transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await.map_err(told)?;
        }
        refuse_newer(&standing(&SchemaManager::new(&transaction)).await?)?;
        Steps::up(&transaction, None).await.map_err(told)?;
        transaction.commit().await.map_err(told)
    }

    /// The steps that [`Database::migrate`] would run.
    ///
    /// # Errors
    /// When the database does not answer, or its schema is newer than this program.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreFailure> {
        let standing = standing(&SchemaManager::new(&self.connection)).await?;
        refuse_newer(&standing)?;
        Ok(standing.pending)
    }
}

#[async_trait]
impl Health for Database {
    async fn ready(&self) -> Result<(), StoreFailure> {
        let standing = standing(&SchemaManager::new(&self.connection)).await?;
        refuse_newer(&standing)?;
        match standing.pending.as_slice() {
            [] => Ok(()),
            [first, ..] => Err(StoreFailure::Refused {
                detail: format!("its schema is older than this program: {first} has not been run (`crosswalk migrate` runs it)"),
            }),
        }
    }
}

fn refuse_newer(standing: &Standing) -> Result<(), StoreFailure> {
    match standing.unknown.as_slice() {
        [] => Ok(()),
        [first, ..] => {
            Err(refused(&format!("its schema is newer than this program, which does not know {first}; start the newer program")))
        }
    }
}

async fn standing(schema: &SchemaManager<'_>) -> Result<Standing, StoreFailure> {
    let known: Vec<String> = Steps::migrations().iter().map(|step| step.name().to_owned()).collect();
    let run: BTreeSet<String> = if schema.has_table("seaql_migrations").await.map_err(told)? {
        let rows = seaql_migrations::Entity::find().select_only().column(seaql_migrations::Column::Version);
        rows.into_tuple::<String>().all(schema.get_connection()).await.map_err(told)?.into_iter().collect()
    } else {
        BTreeSet::new()
    };
    Ok(Standing {
        unknown: run.iter().filter(|name| !known.contains(name)).cloned().collect(),
        pending: known.into_iter().filter(|name| !run.contains(name)).collect(),
    })
}
