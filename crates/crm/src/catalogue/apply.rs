//! What an event does to a product, a store or a collection. Pure.

use super::{
    model::{Collection, Place, Product, Store, Variant},
    said::{CollectionSaid, ProductSaid, StockSaid, StoreSaid},
};
use base::{Currency, Time, minor_of};

/// Sets a field where it was said and nothing later was.
macro_rules! hear {
    ($words:expr, $at:expr, { $($bit:literal: $to:expr => $said:expr,)* }) => {{
        let mut fields = 0u32;
        $(if $said.is_some() { fields |= 1 << $bit; })*
        if fields != 0 {
            let last = $words.hear(fields, $at);
            $(if last & 1 << $bit != 0 && let Some(said) = $said.clone() { $to = said.into(); })*
        }
    }};
}

impl Product {
    /// The shop says what a product, or one of its variants, is. Answers where that is kept.
    pub(super) fn hear(&mut self, said: &ProductSaid, at: Time, currency: Currency) -> Option<Place> {
        self.changed_at = self.changed_at.max(at);
        if said.is_variant {
            let place = self.place_for(&said.ids)?;
            let variant = self.at_mut(place);
            let image = said.images.as_ref().and_then(|images| images.first().cloned());
            hear!(variant.words, at, {
                0: variant.name => said.name,
                1: variant.image => image,
                2: variant.barcode => said.barcode,
                3: variant.is_active => said.is_active,
                4: variant.sells_beyond => said.sells_beyond,
                // A word that says nothing of these is a word on the variant all the same.
                5: variant.id => said.ids.variant,
            });
            variant.hear_trade(said, at, currency);
            return Some(place);
        }
        if said.ids.product.is_some() {
            self.id.clone_from(&said.ids.product);
        }
        for (known, said) in [(&mut self.own.sku, &said.ids.sku), (&mut self.own.item, &said.ids.item)] {
            if said.is_some() {
                known.clone_from(said);
            }
        }
        hear!(self.words, at, {
            0: self.name => said.name,
            1: self.url => said.url,
            2: self.images => said.images,
            3: self.brand => said.brand,
            4: self.categories => said.categories,
            5: self.tags => said.tags,
            6: self.kind => said.kind,
            7: self.is_active => said.is_active,
            8: self.own.sells_beyond => said.sells_beyond,
            9: self.own.barcode => said.barcode,
            10: self.id => said.ids.product,
        });
        self.own.hear_trade(said, at, currency);
        Some(Place::Own)
    }

    /// The shop says how many there are, or how many came or went.
    pub(super) fn hear_stock(&mut self, said: &StockSaid, at: Time) -> Option<Place> {
        self.changed_at = self.changed_at.max(at);
        let place = self.place_for(&said.ids)?;
        let level = self.at_mut(place).level(&said.place)?;
        if said.is_removed {
            level.remove(at);
        } else if let Some(quantity) = said.quantity {
            level.set(quantity, at);
        } else if let Some(delta) = said.delta {
            level.add(delta, at);
        }
        if let Some(is_there) = said.is_in_stock {
            level.say(is_there, at);
        }
        Some(place)
    }
}

impl Variant {
    /// Price and stock, as an event on the product or variant says them.
    fn hear_trade(&mut self, said: &ProductSaid, at: Time, currency: Currency) {
        let currency = said.currency.unwrap_or(currency);
        if let Some(minor) = said.price.and_then(|price| minor_of(price, currency))
            && let Some(price) = self.price_mut(currency)
        {
            price.say(minor, said.compare_at.and_then(|compare| minor_of(compare, currency)), at);
        }
        if said.stock.is_none() && said.is_in_stock.is_none() {
            return;
        }
        let Some(level) = self.level("") else { return };
        if let Some(quantity) = said.stock {
            level.set(quantity, at);
        }
        if let Some(is_there) = said.is_in_stock {
            level.say(is_there, at);
        }
    }
}

impl Store {
    pub(super) fn hear(&mut self, said: &StoreSaid, at: Time) {
        hear!(self.words, at, {
            0: self.name => said.name,
            1: self.street => said.street,
            2: self.city => said.city,
            3: self.postal_code => said.postal_code,
            4: self.country => said.country,
            5: self.phone => said.phone,
            6: self.place => said.place,
            7: self.is_active => said.is_active,
            8: self.id => Some(said.id.clone()),
        });
    }
}

impl Collection {
    pub(super) fn hear(&mut self, said: &CollectionSaid, at: Time) {
        hear!(self.words, at, {
            0: self.name => said.name,
            1: self.handle => said.handle,
            2: self.parent => said.parent,
            3: self.image => said.image,
            4: self.id => Some(said.id.clone()),
        });
    }
}
