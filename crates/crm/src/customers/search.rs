//! Finding a customer by what a person types: first the identities that begin with it, then the words of names and addresses
//! and the phone numbers, in the order of the words. Each page looks through a bounded part of them.

use super::{Facts, address_key, api::CustomerItem, sql, tags::tag_key, words};
use crate::{
    api::{ApiState, facts_of, living_cell},
    desk::Caller,
};
use base::Id;
use http_kit::{Cursor, Page, Paging, Problem};
use runtime::Key;
use store::{Row, Value};

/// After every id there is.
pub(super) const LAST: Id = Id([0xff; 16]);
/// Identities looked at for one kind of key.
const KEYS: i64 = 20;
/// Words looked through for one page of a search, and in one read.
const LOOKED_AT_MAX: usize = 2_000;
const SLICE: i64 = 400;

/// What else a customer found must be.
pub(super) struct Filter {
    pub agent: Option<Id>,
    /// As compared.
    pub tag: Option<String>,
}

impl Filter {
    fn takes(&self, item: &CustomerItem) -> bool {
        let has_tag = |tag: &String| item.tags.iter().any(|name| tag_key(name) == *tag);
        (self.agent.is_none() || item.agent == self.agent) && self.tag.as_ref().is_none_or(has_tag)
    }
}

/// A page of the customers that a text finds.
pub(super) async fn search(
    state: &ApiState,
    caller: &Caller,
    q: &str,
    filter: &Filter,
    paging: &Paging,
) -> Result<Page<CustomerItem>, Problem> {
    let wanted = Wanted::of(q);
    let is_wanted = |item: &CustomerItem| filter.takes(item);
    let after: Option<(String, String, Id)> = paging.after()?;
    // They stand on the first page, and on no other.
    let identified = by_identity(state, caller, q).await?;
    let mut items: Vec<CustomerItem> = match after {
        None => identified.iter().filter(|item| is_wanted(item)).take(paging.limit).cloned().collect(),
        Some(_) => Vec::new(),
    };
    let (first, mut place) = match after {
        Some((first, word, id)) => (first, (word, id)),
        None => {
            let Some(first) = rarest(state, caller, &wanted).await? else { return Ok(Page { items, next: None }) };
            (first.clone(), (first, Id::ZERO))
        }
    };
    let mut looked_at = 0;
    while looked_at < LOOKED_AT_MAX {
        let rows = slice(state, caller, &first, wanted.other(&first), &place).await?;
        let is_end = (rows.len() as i64) < SLICE;
        looked_at += rows.len();
        for row in &rows {
            if items.len() == paging.limit {
                return Ok(Page { items, next: Some(Cursor::encode(&(first, place.0, place.1))) });
            }
            place = (row.text("word").to_owned(), row.id("customer"));
            if row.opt_id("id").is_none() {
                continue;
            }
            let item = CustomerItem::of_row(row);
            let is_known = identified.iter().any(|known| known.id == item.id);
            if !is_known && is_wanted(&item) && wanted.is_met(&item, &first, row.text("word")) {
                items.push(item);
            }
        }
        if is_end {
            return Ok(Page { items, next: None });
        }
    }
    Ok(Page { items, next: Some(Cursor::encode(&(first, place.0, place.1))) })
}

/// Customers with a word that begins with `first` and one that begins with `other`, after a place in the index.
async fn slice(
    state: &ApiState,
    caller: &Caller,
    first: &str,
    other: &str,
    place: &(String, Id),
) -> Result<Vec<Row>, Problem> {
    let end = |word: &str| Value::Text(format!("{word}\u{10ffff}"));
    let (from, until) = (Value::Text(other.to_owned()), end(other));
    let params = [caller.workspace.into(), end(first), (&place.0).into(), place.1.into(), SLICE.into(), from, until];
    state.query(&sql::CUSTOMERS_BY_WORD, &params).await
}

/// The word typed to go by: the one that the fewest customers have, the longest of several that more than a slice have.
async fn rarest(state: &ApiState, caller: &Caller, wanted: &Wanted) -> Result<Option<String>, Problem> {
    if let [only] = wanted.words.as_slice() {
        return Ok(Some(only.clone()));
    }
    let mut best: Option<(usize, usize, &String)> = None;
    for word in &wanted.words {
        let found = slice(state, caller, word, "", &(word.clone(), Id::ZERO)).await?.len();
        let rank = (found, usize::MAX - word.len(), word);
        best = Some(best.map_or(rank, |best| best.min(rank)));
    }
    Ok(best.map(|(.., word)| word.clone()))
}

/// Customers one of whose identities begins with the text, and those whose identity it is exactly, who may be newer than the
/// table of identities.
async fn by_identity(state: &ApiState, caller: &Caller, q: &str) -> Result<Vec<CustomerItem>, Problem> {
    let handle = state.handle(caller);
    let mut ids: Vec<Id> = Vec::new();
    let exact = [address_key(q), Key::new('u', q), Key::new('a', q), Key::new('o', q), Key::new('c', q)];
    for key in exact {
        ids.extend(handle.find(key.clone()).await);
        let first = key.as_str();
        let params = [caller.workspace.into(), first.into(), Value::Text(format!("{first}\u{10ffff}")), KEYS.into()];
        let rows = state.query(&runtime::sql::KEYS_PREFIX, &params).await?;
        ids.extend(rows.iter().map(|row| row.id("cell")));
    }
    let mut items: Vec<CustomerItem> = Vec::new();
    for id in ids {
        // A key may lead to a suppressed address as well; what is no customer has no facts.
        let Some((id, data)) = living_cell(&handle, id).await else {
            continue;
        };
        if !items.iter().any(|known| known.id == id) {
            let facts: Facts = facts_of(&data);
            items.push(CustomerItem::of_facts(id, &facts));
        }
    }
    Ok(items)
}

/// What was typed, prepared for comparing.
struct Wanted {
    words: Vec<String>,
}

impl Wanted {
    fn of(q: &str) -> Wanted {
        let is_phone = q.chars().all(|c| !c.is_alphabetic());
        let mut words = if is_phone { words::of_phone(q).into_iter().take(1).collect() } else { words::of_text(q) };
        if words.is_empty() {
            words = words::of_text(q);
        }
        Wanted { words }
    }

    /// The longest of the other words typed: whoever lacks it need not be read.
    fn other(&self, first: &str) -> &str {
        let others = self.words.iter().filter(|word| *word != first);
        others.max_by_key(|word| word.len()).map_or("", String::as_str)
    }

    /// Each word typed begins a word of the customer. `at` is the word that begins with `first` at which the index has them: a
    /// customer with several such words stands at the first of them.
    fn is_met(&self, item: &CustomerItem, first: &str, at: &str) -> bool {
        let has = words::of_parts(&item.name, item.email.as_deref(), item.phone.as_deref());
        has.iter().find(|word| word.starts_with(first)).is_some_and(|word| word == at)
            && self.words.iter().all(|typed| has.iter().any(|word| word.starts_with(typed.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Time;

    fn check(q: &str, name: &str, phone: &str, expected: bool) {
        let item = CustomerItem {
            id: Id::ZERO,
            user_id: None,
            email: None,
            name: name.to_owned(),
            phone: Some(phone.to_owned()),
            agent: None,
            orders: 0,
            revenue: None,
            created_at: Time(0),
            tags: Vec::new(),
        };
        let wanted = Wanted::of(q);
        let has = words::of_parts(name, None, Some(phone));
        let first = wanted.words[0].as_str();
        let hits = has.iter().filter(|word| wanted.is_met(&item, first, word)).count();
        assert_eq!(hits, usize::from(expected), "{q}: once, or not at all");
    }

    #[test]
    fn words_begin_words_of_the_name_in_any_case() {
        check("ros", "Mario Rossi", "", true);
        check("rossi mar", "Mario Rossi", "", true);
        check("ÈR", "Èrica Bo", "", true);
        check("eri", "Èrica Bo", "", true);
        check("ossi", "Mario Rossi", "", false);
        check("ma", "Mario Martini", "", true);
    }

    #[test]
    fn a_phone_number_is_typed_with_or_without_its_country() {
        check("347 12 34", "", "+39 347 1234567", true);
        check("+39 347", "", "+39 347 1234567", true);
        check("0039 347-1234567", "", "+39 347 1234567", true);
        check("1234567", "", "+39 347 1234567", false);
        check("x3471", "", "+39 347 1234567", false);
    }
}
