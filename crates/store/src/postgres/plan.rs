//! How each declared text is executed: found out from the server when it is met for the first time.

use super::{error::fold, rewrite::for_many, session::Session};
use crate::{Sql, StoreError, sql::shorten};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio_postgres::{
    Statement,
    types::{Kind, Type},
};

/// What we learnt about each declared text, by its address.
#[derive(Default)]
pub(super) struct Plans(Mutex<HashMap<(usize, usize), Arc<Plan>>>);

/// How a declared text is executed.
pub(super) struct Plan {
    /// The text for one row, or, where it binds arrays itself, for any number.
    pub one: Typed,
    /// The text for many rows; `None` where it goes row by row.
    pub many: Option<Typed>,
}

/// A text with the types of its placeholders.
pub(super) struct Typed {
    pub text: String,
    pub types: Vec<Type>,
}

impl Plans {
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Typed {
    pub(super) fn takes_arrays(&self) -> bool {
        self.types.iter().any(|ty| matches!(ty.kind(), Kind::Array(_)))
    }

    /// The same statement, which fails unless it touches this many rows: so what is sent behind it fails as well, and nobody has to
    /// wait for the number before a commit is sent.
    pub(super) fn fenced(&self, rows: u64) -> Typed {
        let text = format!(
            "WITH touched AS ({} RETURNING 1) SELECT 1 / CAST(count(*) = {rows} AS INTEGER) FROM touched",
            self.text
        );
        Typed { text, types: self.types.clone() }
    }
}

fn array_of(ty: &Type) -> Option<Type> {
    Some(match *ty {
        Type::INT8 => Type::INT8_ARRAY,
        Type::INT4 => Type::INT4_ARRAY,
        Type::FLOAT8 => Type::FLOAT8_ARRAY,
        Type::NUMERIC => Type::NUMERIC_ARRAY,
        Type::TEXT => Type::TEXT_ARRAY,
        Type::VARCHAR => Type::VARCHAR_ARRAY,
        Type::BYTEA => Type::BYTEA_ARRAY,
        _ => return None,
    })
}

impl Session {
    /// Whether the server takes a text with these types; inside a transaction a "no" must not spoil it.
    async fn can_prepare(&self, text: &str, types: &[Type]) -> Result<bool, StoreError> {
        if self.open {
            self.script("SAVEPOINT inspect").await?;
        }
        let taken = self.client().prepare_typed(text, types).await.is_ok();
        if self.open {
            self.script(if taken { "RELEASE inspect" } else { "ROLLBACK TO inspect; RELEASE inspect" }).await?;
        }
        Ok(taken)
    }

    /// Finds out the types of a text's placeholders from the server.
    pub(super) async fn inspect(&self, text: &str) -> Result<Typed, StoreError> {
        let statement = self.client().prepare(text).await.map_err(|error| fold(&error, text))?;
        let types = statement.params().to_vec();
        // Beside a literal (`COALESCE($1, 0)`) the server takes a placeholder for an INTEGER, but ours are all BIGINT. A few
        // functions (`substr`) really want an INTEGER and know nothing wider.
        let narrow = |ty: &Type| matches!(*ty, Type::INT2 | Type::INT4);
        if types.iter().any(narrow) {
            let wide: Vec<Type> = types.iter().map(|ty| if narrow(ty) { Type::INT8 } else { ty.clone() }).collect();
            if self.can_prepare(text, &wide).await? {
                return Ok(Typed { text: text.to_owned(), types: wide });
            }
        }
        Ok(Typed { text: text.to_owned(), types })
    }

    /// The plan of a declared text, made when it is met for the first time.
    pub(super) async fn plan(&self, plans: &Plans, sql: &'static Sql) -> Result<Arc<Plan>, StoreError> {
        let key = (sql.postgres.as_ptr() as usize, sql.postgres.len());
        if let Some(plan) = plans.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(plan.clone());
        }
        let one = self.inspect(sql.postgres).await?;
        let mut many = None;
        if !one.takes_arrays()
            && let Some(text) = for_many(sql.postgres, &one.types)
        {
            let types: Option<Vec<Type>> = one.types.iter().map(array_of).collect();
            // A text that cannot be prepared in this form (a literal NULL in it that loses its type) goes row by row.
            if let Some(types) = types
                && self.can_prepare(&text, &types).await?
            {
                many = Some(Typed { text, types });
            }
        }
        let plan = Arc::new(Plan { one, many });
        plans.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, plan.clone());
        Ok(plan)
    }

    pub(super) async fn prepare(&self, typed: &Typed, values: usize) -> Result<Statement, StoreError> {
        let wanted = typed.types.len();
        if wanted != values {
            return Err(StoreError::Other(format!(
                "{wanted} placeholders but {values} values: {}",
                shorten(&typed.text)
            )));
        }
        self.client().prepare_typed_cached(&typed.text, &typed.types).await.map_err(|error| fold(&error, &typed.text))
    }
}
