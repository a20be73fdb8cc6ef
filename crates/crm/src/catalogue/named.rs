//! What a feed names, kept small: of ids only their hashes. Two ids with one hash would leave a product where it is.

use adapters::feeds::Naming;
use base::stable_hash;
use std::collections::{HashMap, HashSet};

/// Ids beyond this are not kept: nothing is said to be missing then.
const IDS_MAX: usize = 2_000_000;

/// Products and variants that the rows of a feed name, those that were refused too.
#[derive(Debug, Default)]
pub struct Named {
    /// Products, and how many variants of each.
    products: HashMap<u64, i64>,
    variants: HashSet<u64>,
    /// Rows of which nobody can say what they name.
    nameless: u64,
    is_full: bool,
}

impl Named {
    pub(super) fn add(&mut self, naming: &Naming) {
        if self.products.len() + self.variants.len() >= IDS_MAX {
            self.is_full = true;
            return;
        }
        match naming {
            Naming::Unreadable => self.nameless += 1,
            // A row without an id never was a product.
            Naming::Nothing => {}
            Naming::Product(id) => {
                self.products.entry(stable_hash(id.as_bytes())).or_default();
            }
            Naming::Variant { product, id } => {
                let variants = self.products.entry(stable_hash(product.as_bytes())).or_default();
                if self.variants.insert(both(product, id)) {
                    *variants += 1;
                }
            }
        }
    }

    /// Why it cannot be said what is missing.
    pub fn unsure(&self) -> Option<String> {
        if self.is_full {
            return Some(format!("the feed names more than {IDS_MAX} products: nothing is taken away"));
        }
        let rows = self.nameless;
        (rows > 0).then(|| format!("{rows} rows cannot be read, and may name anything: nothing is taken away"))
    }

    /// How many variants of a product are named; `None`: the product is not.
    pub fn variants_of(&self, product: &str) -> Option<i64> {
        self.products.get(&stable_hash(product.as_bytes())).copied()
    }

    pub fn has_variant(&self, product: &str, id: &str) -> bool {
        self.variants.contains(&both(product, id))
    }
}

fn both(product: &str, id: &str) -> u64 {
    stable_hash(format!("{product}\0{id}").as_bytes())
}
