//! Deals: what a cart is to those who sell.

use super::{
    book::Book,
    model::{Cart, CartState, Deal, PIPELINE, STAGE_ABANDONED, STAGE_WON, StageWord},
};
use base::{Id, IdMaker, Time};

/// Stages that people said, kept in the cell; the newest of each cart.
const WORDS_MAX: usize = 32;

impl Book {
    /// A person or the shop says where a cart's deal stands, by the ids of a pipeline and one of its stages; `cart` is our id
    /// where the cart is known, `shop_id` the shop's. An older word than the one known changes nothing.
    pub fn say_stage(&mut self, cart: Option<Id>, shop_id: Option<&str>, (pipeline, stage): (&str, &str), at: Time) {
        let shop_id = shop_id.map(|id| self.known_as(id).into());
        self.keep_word(StageWord { cart, shop_id, stage: stage.into(), at, pipeline: pipeline.into() });
        self.settle_deals();
    }

    /// Keeps the newest word on each cart.
    pub(super) fn keep_word(&mut self, new: StageWord) {
        let is_same = |word: &StageWord| match &new.shop_id {
            Some(shop_id) => word.shop_id.as_ref() == Some(shop_id),
            None => word.shop_id.is_none() && word.cart == new.cart,
        };
        match self.words.iter_mut().find(|word| is_same(word)) {
            Some(word) if (word.at, &word.stage, &word.pipeline) >= (new.at, &new.stage, &new.pipeline) => {}
            Some(word) => *word = new,
            None => {
                if self.words.len() == WORDS_MAX {
                    self.words.remove(0);
                }
                self.words.push(new);
            }
        }
    }

    /// The newest word on a cart: by our id, or by the shop's where the cart is the one that the shop meant at that time.
    fn word_on(&self, cart: &Cart) -> Option<&StageWord> {
        let is_meant = |word: &&StageWord| match &word.shop_id {
            Some(shop_id) => {
                let mut same = self.carts.iter().filter(|cart| cart.shop_id.as_ref() == Some(shop_id));
                let first = same.next().map(|cart| cart.id);
                let meant = same.take_while(|cart| cart.opened_at <= word.at).last().map(|cart| cart.id).or(first);
                meant == Some(cart.id)
            }
            None => word.cart == Some(cart.id),
        };
        self.words.iter().filter(is_meant).max_by_key(|word| word.at)
    }

    /// A deal for each cart that was ever abandoned or spoken of; won when the cart is ordered, in the pipeline where it is. A
    /// stage that a person said holds until then.
    pub(super) fn settle_deals(&mut self) {
        let mut deals = Vec::with_capacity(self.deals.len());
        for cart in &self.carts {
            let word = self.word_on(cart);
            let Some(created_at) = [cart.abandoned_at, word.map(|word| word.at)].into_iter().flatten().min() else {
                continue;
            };
            let known = self.deals.iter().find(|deal| deal.cart == cart.id);
            let id = known
                .map_or_else(|| IdMaker::new(created_at, base::stable_hash(&cart.id.0), 1).next_id(), |deal| deal.id);
            let ordered_at =
                cart.closed_at.filter(|_| matches!(cart.state, CartState::Recovered | CartState::Converted));
            let (stage, won_at) = match (word, ordered_at) {
                (Some(word), Some(ordered)) if word.at > ordered && *word.stage != *STAGE_WON => (&*word.stage, None),
                (_, Some(ordered)) => (STAGE_WON, Some(ordered)),
                (Some(word), None) => (&*word.stage, Some(word.at).filter(|_| *word.stage == *STAGE_WON)),
                (None, None) => (STAGE_ABANDONED, None),
            };
            deals.push(Deal {
                id,
                cart: cart.id,
                stage: stage.into(),
                created_at,
                won_at,
                moved_at: word.map(|word| word.at),
                pipeline: word.map_or(PIPELINE, |word| &word.pipeline).into(),
            });
        }
        for old in &self.deals {
            if !deals.iter().any(|deal| deal.id == old.id) && !self.gone.contains(&old.id) {
                self.gone.push(old.id);
            }
        }
        self.gone.retain(|gone| !deals.iter().any(|deal| deal.id == *gone));
        self.deals = deals;
    }
}
