//! What dialects call objects: ids that are fixed from outside, and the numbers behind those that a dialect makes.

use crate::access::{Kept, epoch, get, keep};
use crate::{Error, Hub};
use model::id::{CustomerId, OrganizationId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use store::Tx;
pub use store::number::Of;

/// The ids of one dialect that are fixed from outside.
#[derive(Debug, Default)]
pub struct Aliases {
    /// By kind and folded text.
    objects: HashMap<(String, String), [u8; 16]>,
    texts: HashMap<(String, [u8; 16]), String>,
}

impl Aliases {
    /// What a text stands for, in any case.
    pub fn object(&self, kind: &str, text: &str) -> Option<[u8; 16]> {
        if self.objects.is_empty() {
            return None;
        }
        self.objects.get(&(kind.to_owned(), text.to_lowercase())).copied()
    }

    /// What an object is called.
    pub fn text(&self, kind: &str, object: [u8; 16]) -> Option<&str> {
        if self.texts.is_empty() {
            return None;
        }
        self.texts.get(&(kind.to_owned(), object)).map(String::as_str)
    }
}

pub(crate) type Cache = RwLock<Kept<&'static str, Aliases>>;

impl Hub {
    /// The ids of a dialect that are fixed from outside.
    pub async fn aliases(&self, dialect: &'static str) -> Result<Arc<Aliases>, Error> {
        let cache = &self.inner.names;
        if let Some(known) = get(cache, &dialect) {
            return Ok(known);
        }
        let read_in = epoch(cache);
        let all = self.store().read(move |tx| store::alias::of(tx, dialect)).await?;
        let mut aliases = Aliases::default();
        for alias in all {
            aliases.objects.insert((alias.kind.clone(), alias.text.to_lowercase()), alias.object);
            aliases.texts.insert((alias.kind, alias.object), alias.text);
        }
        let aliases = Arc::new(aliases);
        keep(cache, read_in, dialect, aliases.clone());
        Ok(aliases)
    }

    /// Whose a customer is. It says nothing of the customer.
    pub async fn customer_owner(&self, id: CustomerId) -> Result<Option<OrganizationId>, Error> {
        Ok(self.store().read(move |tx| store::customer::organization(tx, id)).await?)
    }

    /// What a customer is called, for those who have its id from where they may see it.
    pub async fn customer_name(&self, id: CustomerId) -> Result<Option<String>, Error> {
        Ok(self.store().read(move |tx| store::customer::name(tx, id)).await?)
    }

    /// What users are called, for those who have their ids from where they may see them.
    pub async fn user_names(&self, ids: Vec<UserId>) -> Result<HashMap<UserId, Option<String>>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let read = move |tx: &mut Tx<'_>| {
            let mut names = HashMap::new();
            for id in &ids {
                if let Some(member) = store::member::holder(tx, *id)? {
                    names.insert(*id, member.name);
                }
            }
            Ok::<_, store::Error>(names)
        };
        Ok(self.store().read(read).await?)
    }

    /// The ids behind numbers, in the order in which they are asked for.
    pub async fn ids(&self, wanted: Vec<(Of, i64)>) -> Result<Vec<Option<[u8; 16]>>, Error> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let read = move |tx: &mut Tx<'_>| {
            wanted.iter().map(|(of, number)| store::number::id(tx, *of, *number)).collect::<Result<_, _>>()
        };
        Ok(self.store().read(read).await?)
    }

    /// The numbers behind ids; an id that is not known is left out.
    pub async fn numbers(
        &self,
        mut wanted: Vec<(Of, [u8; 16])>,
    ) -> Result<HashMap<(Of, [u8; 16]), i64>, Error> {
        let mut seen = std::collections::HashSet::new();
        wanted.retain(|name| seen.insert(*name));
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let read = move |tx: &mut Tx<'_>| {
            let mut numbers = HashMap::new();
            for (of, id) in &wanted {
                if let Some(number) = store::number::number(tx, *of, id)? {
                    numbers.insert((*of, *id), number);
                }
            }
            Ok::<_, store::Error>(numbers)
        };
        Ok(self.store().read(read).await?)
    }
}
