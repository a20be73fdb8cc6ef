//! Finding a customer by what a person types: first the identities that begin with it, then names and phone numbers, read
//! newest first in slices of a bounded size.

use super::{Facts, address_key, api::CustomerItem, sql};
use crate::{
    api::{ApiState, facts_of, living_cell},
    desk::Caller,
};
use base::Id;
use http_kit::{Cursor, Page, Paging, Problem};
use runtime::Key;
use store::Value;

/// After every id there is.
pub(super) const LAST: Id = Id([0xff; 16]);
/// Identities looked at for one kind of key.
const KEYS: i64 = 20;
/// Customers looked through for one page of a search, and in one read.
const LOOKED_AT_MAX: usize = 20_000;
const SLICE: i64 = 2_000;

/// A page of the customers that a text finds.
pub(super) async fn search(
    state: &ApiState,
    caller: &Caller,
    q: &str,
    agent: Option<Id>,
    paging: &Paging,
) -> Result<Page<CustomerItem>, Problem> {
    let wanted = Wanted::of(q);
    let is_of_agent = |item: &CustomerItem| agent.is_none() || item.agent == agent;
    let after: Option<Id> = paging.after()?;
    let mut items = match after {
        None => by_identity(state, caller, q).await?,
        Some(_) => Vec::new(),
    };
    items.retain(is_of_agent);
    items.truncate(paging.limit);
    let (mut before, mut looked_at) = (after.unwrap_or(LAST), 0);
    while looked_at < LOOKED_AT_MAX {
        let params = [caller.workspace.into(), before.into(), agent.into(), SLICE.into()];
        let rows = state.query(&sql::CUSTOMERS, &params).await?;
        let is_end = (rows.len() as i64) < SLICE;
        looked_at += rows.len();
        for row in &rows {
            let item = CustomerItem::of_row(row);
            if items.len() == paging.limit {
                return Ok(Page { items, next: Some(Cursor::encode(&before)) });
            }
            before = item.id;
            // Those that an identity finds stand on the first page.
            if wanted.is_met(&item) && !wanted.is_identity(&item) && !items.iter().any(|known| known.id == item.id) {
                items.push(item);
            }
        }
        if is_end {
            return Ok(Page { items, next: None });
        }
    }
    Ok(Page { items, next: Some(Cursor::encode(&before)) })
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
    text: String,
    words: Vec<String>,
    digits: String,
}

impl Wanted {
    fn of(q: &str) -> Wanted {
        let text = q.to_lowercase();
        Wanted { words: text.split_whitespace().map(str::to_owned).collect(), digits: digits(q), text }
    }

    /// Each word begins a word of the name, or the digits stand in the phone number.
    fn is_met(&self, item: &CustomerItem) -> bool {
        let name = item.name.to_lowercase();
        let in_name = |word: &String| name.split_whitespace().any(|part| part.starts_with(word.as_str()));
        let is_phone = self.digits.len() >= 4 && self.text.chars().all(|c| !c.is_alphabetic());
        self.words.iter().all(in_name)
            || (is_phone && item.phone.as_deref().is_some_and(|phone| digits(phone).contains(&self.digits)))
    }

    fn is_identity(&self, item: &CustomerItem) -> bool {
        let begins =
            |value: &Option<String>| value.as_deref().is_some_and(|value| value.to_lowercase().starts_with(&self.text));
        begins(&item.email) || begins(&item.user_id)
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
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
        };
        assert_eq!(Wanted::of(q).is_met(&item), expected, "{q}");
    }

    #[test]
    fn words_begin_words_of_the_name_in_any_case() {
        check("ros", "Mario Rossi", "", true);
        check("rossi mar", "Mario Rossi", "", true);
        check("ÈR", "Èrica Bo", "", true);
        check("ossi", "Mario Rossi", "", false);
    }

    #[test]
    fn digits_stand_anywhere_in_the_phone_number() {
        check("347 12 34", "", "+39 347 1234567", true);
        check("39", "", "+39 347 1234567", false);
        check("x3471", "", "+39 347 1234567", false);
    }
}
