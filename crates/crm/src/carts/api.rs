//! Carts, deals and orders over HTTP.

use super::{Cart, Deal, Line, Order, PIPELINE, sql};
use crate::{
    api::{Amount, ApiState, facts_of, living_cell},
    catalogue::api::{CatalogueLine, named_products},
    desk::{Area, Caller, store_problem},
};
use axum::{Json, extract::State};
use base::{Currency, Id, Time};
use http_kit::{OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, routes};
use runtime::Key;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Row, Rows};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_carts))
        .routes(routes!(find_cart))
        .routes(routes!(list_deals))
        .routes(routes!(list_orders))
}

/// The customer that a row belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Owner {
    #[schema(value_type = String)]
    pub id: Id,
    pub name: String,
    pub email: Option<String>,
    /// The owning agent.
    #[schema(value_type = Option<String>)]
    pub agent: Option<Id>,
}

impl Owner {
    /// Of a row with the customer's columns; a customer not swept yet has no name there.
    pub fn of_row(row: &Row) -> Owner {
        Owner {
            id: row.id("customer"),
            name: row.opt_text("name").unwrap_or_default().to_owned(),
            email: row.opt_text("email").map(str::to_owned),
            agent: row.opt_id("agent"),
        }
    }
}

/// A cart in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CartItem {
    #[schema(value_type = String)]
    pub id: Id,
    /// The shop's own id.
    pub shop_id: Option<String>,
    pub customer: Owner,
    /// `active`, `abandoned`, `recovered`, `converted` or `expired`.
    pub state: String,
    /// `null` where a price is unknown.
    pub total: Option<Amount>,
    pub pieces: i64,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub last_activity_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub abandoned_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Time>,
    /// The order that closed it.
    pub order: Option<String>,
}

const STATES: [&str; 5] = ["active", "abandoned", "recovered", "converted", "expired"];

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListCarts {
    /// One or more of `active`, `abandoned`, `recovered`, `converted` and `expired`, with commas between; all where nothing is
    /// said.
    state: Option<String>,
    /// Carts of this agent's customers.
    #[param(value_type = Option<String>)]
    agent: Option<Id>,
}

/// Carts, newest first.
#[utoipa::path(get, path = "/carts", tag = "carts", params(ListCarts, PagingQuery),
    security(("key" = ["carts:read"])), responses((status = 200, body = Page<CartItem>), Refused))]
async fn list_carts(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListCarts>,
    paging: Paging,
) -> Result<Json<Page<CartItem>>, Problem> {
    caller.read(Area::Carts)?;
    let before: Id = paging.after()?.unwrap_or(Id([0xff; 16]));
    let wanted = states(asked.state.as_deref(), &STATES)?.into_iter();
    let (workspace, limit) = (caller.workspace, paging.rows());
    let (sql, rows): (_, Vec<Vec<store::Value>>) = match asked.agent {
        Some(agent) => {
            let row = |state: &str| vec![workspace.into(), state.into(), before.into(), agent.into(), limit.into()];
            (&sql::CARTS_OF_AGENT, wanted.map(row).collect())
        }
        None => {
            let row = |state: &str| vec![workspace.into(), state.into(), before.into(), limit.into()];
            (&sql::CARTS, wanted.map(row).collect())
        }
    };
    let rows = state.db.query_each(sql, Rows::from_vecs(rows)).await.map_err(|error| store_problem(&error))?;
    let mut items: Vec<CartItem> = rows.iter().map(cart_item).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.id));
    Ok(Json(Page::of(items, &paging, |item| item.id)))
}

/// The states that a parameter names; all of them where it is not there.
pub fn states<'a>(asked: Option<&'a str>, known: &[&'a str]) -> Result<Vec<&'a str>, Problem> {
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
        return Ok(known.to_vec());
    };
    let mut wanted: Vec<&str> = asked.split(',').map(str::trim).collect();
    wanted.sort_unstable();
    wanted.dedup();
    match wanted.iter().find(|state| !known.contains(state)) {
        Some(wrong) => {
            let detail = format!(
                "{:?} is not a state: say one or more of {}",
                wrong.chars().take(40).collect::<String>(),
                known.join(", ")
            );
            Err(Problem::bad_request("http.wrong_state", detail))
        }
        None => Ok(wanted),
    }
}

fn cart_item(row: &Row) -> CartItem {
    CartItem {
        id: row.id("id"),
        shop_id: row.opt_text("shop_id").map(str::to_owned),
        customer: Owner::of_row(row),
        state: row.text("state").to_owned(),
        total: Amount::of(row.opt_int("total"), row.opt_text("currency")),
        pieces: row.int("pieces"),
        opened_at: row.time("opened_at"),
        last_activity_at: row.time("last_activity_at"),
        abandoned_at: row.opt_time("abandoned_at"),
        closed_at: row.opt_time("closed_at"),
        order: row.opt_text("order_id").map(str::to_owned),
    }
}

/// A product in a cart or an order.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LineView {
    pub product_id: String,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub url: Option<String>,
    pub image_url: Option<String>,
    pub quantity: i64,
    /// Of one piece; `null` where the shop did not say.
    pub price: Option<Amount>,
}

impl LineView {
    fn all(lines: &[Line], currency: Option<Currency>) -> Vec<LineView> {
        let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
        let bought = lines.iter().filter(|line| line.quantity > 0);
        let view = |line: &Line| LineView {
            product_id: line.product_id.to_string(),
            sku: text(&line.sku),
            name: text(&line.name),
            url: text(&line.url),
            image_url: text(&line.image_url),
            quantity: line.count(),
            price: line.price.zip(currency).map(|(minor, currency)| Amount::new(minor, currency)),
        };
        bought.map(view).collect()
    }
}

/// A cart with what is in it, as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CartView {
    #[schema(value_type = String)]
    pub id: Id,
    /// The shop's own id.
    pub shop_id: Option<String>,
    /// `active`, `abandoned`, `recovered`, `converted` or `expired`.
    pub state: &'static str,
    pub lines: Vec<LineView>,
    /// `null` where a price is unknown, or where lines have two currencies.
    pub total: Option<Amount>,
    /// The checkout step reached.
    pub step: Option<i64>,
    pub coupon: Option<String>,
    pub checkout_url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub last_activity_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub abandoned_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Time>,
    /// The order that closed it.
    pub order: Option<String>,
}

impl CartView {
    pub fn of(cart: &Cart) -> CartView {
        let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
        CartView {
            id: cart.id,
            shop_id: text(&cart.shop_id),
            state: cart.state.as_str(),
            lines: LineView::all(&cart.lines, cart.currency),
            total: cart.total().zip(cart.currency).map(|(minor, currency)| Amount::new(minor, currency)),
            step: cart.step,
            coupon: text(&cart.coupon),
            checkout_url: text(&cart.checkout_url),
            opened_at: cart.opened_at,
            last_activity_at: cart.last_activity_at,
            abandoned_at: cart.abandoned_at,
            closed_at: cart.closed_at,
            order: text(&cart.order_id),
        }
    }
}

/// One cart, whose it is, and its deal.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CartPage {
    pub cart: CartView,
    pub customer: Owner,
    /// There is one once the cart was abandoned.
    pub deal: Option<DealView>,
    /// What the catalogue says now of the products in it, by `product_id`; those that it does not know are not here.
    pub catalogue: BTreeMap<String, CatalogueLine>,
}

/// One cart, by its id or the shop's.
#[utoipa::path(get, path = "/carts/{id}", tag = "carts", params(("id" = String, Path)),
    security(("key" = ["carts:read"])), responses((status = 200, body = CartPage), Refused))]
async fn find_cart(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(named): PathOf<String>,
) -> Result<Json<CartPage>, Problem> {
    caller.read(Area::Carts)?;
    let none = || Problem::not_found("carts.not_found", format!("there is no cart {named}"));
    let handle = state.handle(&caller);
    let by_row = match named.parse::<Id>() {
        Ok(id) => state.query(&sql::CART_CUSTOMER, &[caller.workspace.into(), id.into()]).await?,
        Err(_) => Vec::new(),
    };
    let owner = match by_row.first() {
        Some(row) => Some(row.id("customer")),
        None => handle.find(Key::new('c', &named)).await,
    };
    let (id, data) = living_cell(&handle, owner.ok_or_else(none)?).await.ok_or_else(none)?;
    let facts = facts_of(&data);
    let cart =
        crate::customers::cart_named(&facts, Some(&named)).and_then(|cart| facts.book.cart(cart)).ok_or_else(none)?;
    let customer = Owner {
        id,
        name: facts.full_name(),
        email: facts.profile.email.as_deref().map(str::to_owned),
        agent: facts.profile.agent,
    };
    let deal = facts.book.deal_of(cart.id).map(|deal| DealView::of(deal, Some(cart)));
    let catalogue = named_products(&state, caller.workspace, cart.lines.iter().map(|line| &*line.product_id)).await?;
    Ok(Json(CartPage { cart: CartView::of(cart), customer, deal, catalogue }))
}

/// A deal: a cart to win back.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DealView {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = Option<String>)]
    pub cart: Option<Id>,
    /// The pipeline's id.
    pub pipeline: String,
    /// The stage's id.
    pub stage: String,
    /// The cart's total, as far as it is known.
    pub amount: Option<Amount>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub won_at: Option<Time>,
}

impl DealView {
    pub fn of(deal: &Deal, cart: Option<&Cart>) -> DealView {
        let amount = cart.and_then(|cart| cart.total().zip(cart.currency));
        DealView {
            id: deal.id,
            cart: Some(deal.cart),
            pipeline: deal.pipeline.to_string(),
            stage: deal.stage.to_string(),
            amount: amount.map(|(minor, currency)| Amount::new(minor, currency)),
            created_at: deal.created_at,
            won_at: deal.won_at,
        }
    }
}

/// A deal in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DealItem {
    #[serde(flatten)]
    pub deal: DealView,
    pub customer: Owner,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListDeals {
    /// A pipeline's id; `Sales management` where nothing is said.
    pipeline: Option<String>,
    /// A stage's id.
    stage: Option<String>,
    /// Deals of this agent's customers.
    #[param(value_type = Option<String>)]
    agent: Option<Id>,
}

/// Deals, newest first.
#[utoipa::path(get, path = "/deals", tag = "carts", params(ListDeals, PagingQuery),
    security(("key" = ["carts:read"])), responses((status = 200, body = Page<DealItem>), Refused))]
async fn list_deals(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListDeals>,
    paging: Paging,
) -> Result<Json<Page<DealItem>>, Problem> {
    caller.read(Area::Carts)?;
    let before: Id = paging.after()?.unwrap_or(Id([0xff; 16]));
    let pipeline = asked.pipeline.unwrap_or_else(|| PIPELINE.to_owned());
    let (workspace, limit) = (caller.workspace.into(), paging.rows().into());
    let rows = match (asked.agent, asked.stage) {
        (Some(agent), stage) => {
            let params = [workspace, before.into(), pipeline.into(), stage.into(), agent.into(), limit];
            state.query(&sql::DEALS_OF_AGENT, &params).await?
        }
        (None, Some(stage)) => {
            let params = [workspace, before.into(), pipeline.into(), stage.into(), limit];
            state.query(&sql::DEALS_IN_STAGE, &params).await?
        }
        (None, None) => state.query(&sql::DEALS, &[workspace, before.into(), pipeline.into(), limit]).await?,
    };
    let item = |row: &Row| DealItem {
        deal: DealView {
            id: row.id("id"),
            cart: row.opt_id("cart"),
            pipeline: row.text("pipeline").to_owned(),
            stage: row.text("stage").to_owned(),
            amount: Amount::of(row.opt_int("amount"), row.opt_text("currency")),
            created_at: row.time("created_at"),
            won_at: row.opt_time("won_at"),
        },
        customer: Owner::of_row(row),
    };
    Ok(Json(Page::of(rows.iter().map(item).collect(), &paging, |item: &DealItem| item.deal.id)))
}

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OrderView {
    /// The shop's own id.
    pub id: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// `null` where neither a total nor every price was said.
    pub total: Option<Amount>,
    pub refunded: Option<Amount>,
    /// The cart it closed.
    #[schema(value_type = Option<String>)]
    pub cart: Option<Id>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Time>,
}

impl OrderView {
    pub fn of(order: &Order) -> OrderView {
        OrderView {
            id: order.id.to_string(),
            at: order.at,
            total: order.total.map(|minor| Amount::new(minor, order.currency)),
            refunded: Some(Amount::new(order.refunded, order.currency)),
            cart: order.cart,
            cancelled_at: order.cancelled_at,
        }
    }

    pub(crate) fn of_row(row: &Row) -> OrderView {
        let amount = |minor: Option<i64>| Amount::of(minor, row.opt_text("currency"));
        OrderView {
            id: row.text("id").to_owned(),
            at: row.time("at"),
            total: amount(row.opt_int("total")),
            refunded: amount(row.opt_int("refunded")),
            cart: row.opt_id("cart"),
            cancelled_at: row.opt_time("cancelled_at"),
        }
    }
}

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OrderItem {
    #[serde(flatten)]
    pub order: OrderView,
    pub customer: Owner,
}

/// Orders, newest first.
#[utoipa::path(get, path = "/orders", tag = "carts", params(PagingQuery),
    security(("key" = ["carts:read"])), responses((status = 200, body = Page<OrderItem>), Refused))]
async fn list_orders(
    State(state): State<ApiState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<OrderItem>>, Problem> {
    caller.read(Area::Carts)?;
    let (at, customer, id) =
        paging.after::<(Time, Id, String)>()?.unwrap_or((Time::MAX, Id([0xff; 16]), String::new()));
    let params = [caller.workspace.into(), at.into(), customer.into(), id.into(), paging.rows().into()];
    let rows = state.query(&sql::ORDERS, &params).await?;
    let items =
        rows.iter().map(|row| OrderItem { order: OrderView::of_row(row), customer: Owner::of_row(row) }).collect();
    Ok(Json(Page::of(items, &paging, |item: &OrderItem| (item.order.at, item.customer.id, item.order.id.clone()))))
}
