//! The catalogue over HTTP: products found and looked at, categories, stores, and feeds taken in.

use super::{
    feeds::{self, FeedAnswer, FeedImport, Import},
    model::{Entry, Product},
    rows::StockState,
    sql,
    view::{ProductEvent, ProductItem, ProductPage},
};
use crate::{
    api::ApiState,
    calls::Input,
    customers::words,
    desk::{Area, Caller, Settings, store_problem},
};
use axum::{Json, body::Body, extract::State};
use base::{Currency, Id};
use http_kit::{Cursor, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, routes};
use minicbor::Decode;
use runtime::Handle;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Row, Value};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_products))
        .routes(routes!(find_product))
        .routes(routes!(list_categories))
        .routes(routes!(list_stores))
        .routes(routes!(list_collections))
        .routes(routes!(list_imports, import_feed))
}

/// After every id there is.
const LAST: Id = Id([0xff; 16]);
/// Words looked through for one page of a search, and in one read.
const LOOKED_AT_MAX: usize = 2_000;
const SLICE: i64 = 400;
/// Events of one product on its page.
const EVENTS_MAX: i64 = 50;
/// Stores whose names a product's page knows.
const STORES_MAX: i64 = 2_000;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListProducts {
    /// How words of the name or of the brand begin, or an id, a sku or a barcode. A page of a search may be short, or empty, while
    /// `next` says that there is more to look through.
    q: Option<String>,
    /// How the stock stands.
    state: Option<StockState>,
    /// A category, exactly as the shop writes it.
    category: Option<String>,
    /// Those of one source, by the name it gives itself.
    shop: Option<String>,
    /// Those that the shop took away, instead of those it has.
    #[serde(default)]
    deleted: bool,
}

impl ListProducts {
    fn takes(&self, item: &ProductItem) -> bool {
        self.shop.as_ref().is_none_or(|shop| *shop == item.shop)
            && self.state.is_none_or(|state| state == item.state)
            && self.deleted == item.is_deleted
    }
}

/// Products, the newest first; with `q` in the order of the words found.
#[utoipa::path(get, path = "/products", tag = "catalogue", params(ListProducts, PagingQuery),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = Page<ProductItem>), Refused))]
async fn list_products(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListProducts>,
    paging: Paging,
) -> Result<Json<Page<ProductItem>>, Problem> {
    caller.read(Area::Catalogue)?;
    if let Some(q) = asked.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        return search(&state, &caller, q, &asked, &paging).await.map(Json);
    }
    let before: Id = paging.after()?.unwrap_or(LAST);
    let deleted: Value = i64::from(asked.deleted).into();
    let workspace: Value = caller.workspace.into();
    let stock = asked.state.map(StockState::as_str);
    let mut items: Vec<ProductItem> = Vec::new();
    let mut before = before;
    // Those of other sources are passed over, a bounded part of them for one page.
    let limit = if asked.shop.is_some() { SLICE } else { paging.rows() };
    for _ in 0..LOOKED_AT_MAX as i64 / SLICE {
        let rows = match (&asked.category, stock) {
            (Some(category), stock) => {
                let params =
                    [workspace.clone(), category.into(), before.into(), deleted.clone(), stock.into(), limit.into()];
                state.query(&sql::PRODUCTS_IN_CATEGORY, &params).await?
            }
            (None, Some(stock)) => {
                let params = [workspace.clone(), stock.into(), before.into(), deleted.clone(), limit.into()];
                state.query(&sql::PRODUCTS_IN_STATE, &params).await?
            }
            (None, None) => {
                state.query(&sql::PRODUCTS, &[workspace.clone(), before.into(), deleted.clone(), limit.into()]).await?
            }
        };
        let is_end = (rows.len() as i64) < limit;
        before = rows.last().map_or(before, |row| row.id("id"));
        items.extend(rows.iter().map(ProductItem::of_row).filter(|item| asked.takes(item)));
        if is_end || items.len() as i64 >= paging.rows() {
            return Ok(Json(Page::of(items, &paging, |item: &ProductItem| item.id)));
        }
    }
    let next = Some(Cursor::encode(&before));
    Ok(Json(Page { items, next }))
}

/// A page of the products that a text finds: those with its first word, of which the others are words too.
async fn search(
    state: &ApiState,
    caller: &Caller,
    q: &str,
    asked: &ListProducts,
    paging: &Paging,
) -> Result<Page<ProductItem>, Problem> {
    let mut wanted = words::of_text(q);
    // An id or sku with a dash in it is one word as well.
    let whole: String = q.to_lowercase().split_whitespace().collect();
    let is_one = !q.contains(char::is_whitespace) && wanted.len() > 1;
    if is_one || wanted.is_empty() {
        wanted = vec![whole];
    }
    let first = wanted.iter().max_by_key(|word| word.len()).cloned().unwrap_or_default();
    let mut place: (String, Id) = paging.after()?.unwrap_or((first.clone(), Id::ZERO));
    let mut items: Vec<ProductItem> = Vec::new();
    let mut looked_at = 0;
    while looked_at < LOOKED_AT_MAX {
        let end = Value::Text(format!("{first}\u{10ffff}"));
        let params = [caller.workspace.into(), end, (&place.0).into(), place.1.into(), SLICE.into()];
        let rows = state.query(&sql::PRODUCTS_BY_WORD, &params).await?;
        let is_end = (rows.len() as i64) < SLICE;
        looked_at += rows.len();
        for row in &rows {
            if items.len() == paging.limit {
                return Ok(Page { items, next: Some(Cursor::encode(&place)) });
            }
            place = (row.text("word").to_owned(), row.id("product"));
            let item = ProductItem::of_row(row);
            if asked.takes(&item)
                && is_met(row, &first, &wanted)
                && has(state, caller, item.id, asked.category.as_ref()).await?
            {
                items.push(item);
            }
        }
        if is_end {
            return Ok(Page { items, next: None });
        }
    }
    Ok(Page { items, next: Some(Cursor::encode(&place)) })
}

/// Each word typed begins a word of the product; one with several words that begin with the first stands at the first of them.
fn is_met(row: &Row, first: &str, wanted: &[String]) -> bool {
    let has: Vec<&str> = row.text("found_by").split(' ').collect();
    has.iter().find(|word| word.starts_with(first)).is_some_and(|word| *word == row.text("word"))
        && wanted.iter().all(|typed| has.iter().any(|word| word.starts_with(typed.as_str())))
}

async fn has(state: &ApiState, caller: &Caller, product: Id, category: Option<&String>) -> Result<bool, Problem> {
    let Some(category) = category else { return Ok(true) };
    let rows = state.query(&sql::PRODUCT_CATEGORIES, &[caller.workspace.into(), product.into()]).await?;
    Ok(rows.iter().any(|row| row.text("category") == category))
}

/// One product: its variants with prices and what they were before, and what is in stock where.
#[utoipa::path(get, path = "/products/{id}", tag = "catalogue", params(("id" = String, Path)),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = ProductPage), Refused))]
async fn find_product(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<ProductPage>, Problem> {
    caller.read(Area::Catalogue)?;
    let (id, product) = read_product(&state, &caller, id).await?;
    let workspace: Value = caller.workspace.into();
    let rows = state.query(&sql::STORES, &[workspace.clone(), Id::ZERO.into(), STORES_MAX.into()]).await?;
    let of_shop = rows.iter().filter(|row| row.text("shop") == &*product.shop);
    let stores = of_shop.map(|row| (row.text("location_id").to_owned(), row.text("name").to_owned())).collect();
    let rows = state.query(&sql::PRODUCT_EVENTS, &[workspace, id.into(), EVENTS_MAX.into()]).await?;
    let events = rows.iter().map(ProductEvent::of_row).collect();
    let settings = settings(&state, &caller);
    let low = i64::from(settings.low_stock);
    Ok(Json(ProductPage::of(id, &product, settings.currency, low, &stores, events)))
}

/// The catalogue's part of a cell.
#[derive(Default, Decode)]
struct Head {
    #[n(3)]
    entry: Option<Box<Entry>>,
}

/// The product with this id, as long as it is one of its own.
pub async fn product_of(handle: &Handle<Input>, id: Id) -> Option<Product> {
    any_product_of(handle, id).await.filter(|product| product.merged_into.is_none())
}

/// The product with this id, be it that it was joined to another.
pub(super) async fn any_product_of(handle: &Handle<Input>, id: Id) -> Option<Product> {
    let data = handle.cell(id).await.filter(|_| !id.is_zero())?;
    match *runtime::applier::decode::<Head>(&data).entry? {
        Entry::Product(product) => Some(product),
        _ => None,
    }
}

/// The product with this id, or the one that it turned out to be.
async fn read_product(state: &ApiState, caller: &Caller, id: Id) -> Result<(Id, Product), Problem> {
    let handle = state.handle(caller);
    let mut id = id;
    for _ in 0..8 {
        match any_product_of(&handle, id).await {
            Some(product) => match product.merged_into {
                Some(next) => id = next,
                None => return Ok((id, product)),
            },
            None => break,
        }
    }
    Err(Problem::not_found("products.not_found", format!("there is no product {id}")))
}

/// The front of the workspace's own cell.
#[derive(Default, Decode)]
struct Workspace {
    #[n(0)]
    settings: Settings,
}

fn settings(state: &ApiState, caller: &Caller) -> Settings {
    settings_of(&state.handle(caller))
}

/// What prices are in where nobody says.
pub fn currency_of(handle: &Handle<Input>) -> Currency {
    settings_of(handle).currency
}

fn settings_of(handle: &Handle<Input>) -> Settings {
    let shared = handle.shared();
    if shared.is_empty() { Settings::default() } else { runtime::applier::decode::<Workspace>(&shared).settings }
}

/// A category in use.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct CategoryInUse {
    name: String,
    /// How many products are in it.
    products: i64,
}

/// The categories in use, by name.
#[utoipa::path(get, path = "/categories", tag = "catalogue", params(PagingQuery),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = Page<CategoryInUse>), Refused))]
async fn list_categories(
    State(state): State<ApiState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<CategoryInUse>>, Problem> {
    caller.read(Area::Catalogue)?;
    let after: String = paging.after()?.unwrap_or_default();
    let rows = state.query(&sql::CATEGORIES, &[caller.workspace.into(), after.into(), paging.rows().into()]).await?;
    let item = |row: &Row| CategoryInUse { name: row.text("category").to_owned(), products: row.int("products") };
    Ok(Json(Page::of(rows.iter().map(item).collect(), &paging, |item: &CategoryInUse| item.name.clone())))
}

/// A place that holds stock or that people walk into.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct StoreItem {
    #[schema(value_type = String)]
    id: Id,
    shop: String,
    /// The shop's own id.
    location_id: String,
    name: String,
    street: Option<String>,
    city: Option<String>,
    postal_code: Option<String>,
    country: Option<String>,
    phone: Option<String>,
    /// Degrees; `null`: the shop does not say where it is.
    latitude: Option<f64>,
    longitude: Option<f64>,
    is_active: bool,
}

/// Stores, the first known first.
#[utoipa::path(get, path = "/stores", tag = "catalogue", params(PagingQuery),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = Page<StoreItem>), Refused))]
async fn list_stores(
    State(state): State<ApiState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<StoreItem>>, Problem> {
    caller.read(Area::Catalogue)?;
    let after: Id = paging.after()?.unwrap_or(Id::ZERO);
    let rows = state.query(&sql::STORES, &[caller.workspace.into(), after.into(), paging.rows().into()]).await?;
    let item = |row: &Row| {
        let owned = |column: &str| row.opt_text(column).map(str::to_owned);
        let degrees = |column: &str| row.opt_int(column).map(|millionths| millionths as f64 / 1e6);
        StoreItem {
            id: row.id("id"),
            shop: row.text("shop").to_owned(),
            location_id: row.text("location_id").to_owned(),
            name: row.text("name").to_owned(),
            street: owned("street"),
            city: owned("city"),
            postal_code: owned("postal_code"),
            country: owned("country"),
            phone: owned("phone"),
            latitude: degrees("latitude"),
            longitude: degrees("longitude"),
            is_active: row.int("is_active") != 0,
        }
    };
    Ok(Json(Page::of(rows.iter().map(item).collect(), &paging, |item: &StoreItem| item.id)))
}

/// A collection or category, as the shop tells of it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct CollectionItem {
    #[schema(value_type = String)]
    id: Id,
    shop: String,
    collection_id: String,
    name: String,
    handle: Option<String>,
    /// The shop's id of the collection that this one is in.
    parent_id: Option<String>,
    image_url: Option<String>,
}

/// Collections, the first known first.
#[utoipa::path(get, path = "/collections", tag = "catalogue", params(PagingQuery),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = Page<CollectionItem>), Refused))]
async fn list_collections(
    State(state): State<ApiState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<CollectionItem>>, Problem> {
    caller.read(Area::Catalogue)?;
    let after: Id = paging.after()?.unwrap_or(Id::ZERO);
    let rows = state.query(&sql::COLLECTIONS, &[caller.workspace.into(), after.into(), paging.rows().into()]).await?;
    let item = |row: &Row| {
        let owned = |column: &str| row.opt_text(column).map(str::to_owned);
        CollectionItem {
            id: row.id("id"),
            shop: row.text("shop").to_owned(),
            collection_id: row.text("collection_id").to_owned(),
            name: row.text("name").to_owned(),
            handle: owned("handle"),
            parent_id: owned("parent_id"),
            image_url: owned("image_url"),
        }
    };
    Ok(Json(Page::of(rows.iter().map(item).collect(), &paging, |item: &CollectionItem| item.id)))
}

/// Feeds that were taken in, newest first.
#[utoipa::path(get, path = "/catalogue/imports", tag = "catalogue", params(PagingQuery),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = Page<FeedImport>), Refused))]
async fn list_imports(
    State(state): State<ApiState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<FeedImport>>, Problem> {
    caller.read(Area::Catalogue)?;
    let before: Id = paging.after()?.unwrap_or(LAST);
    let rows = state.query(&sql::FEED_IMPORTS, &[caller.workspace.into(), before.into(), paging.rows().into()]).await?;
    Ok(Json(Page::of(rows.iter().map(FeedImport::of_row).collect(), &paging, |import: &FeedImport| import.id)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportFeed {
    /// The source: whose products these are. Product ids of one source are its own; the source is made if there is none of this
    /// name.
    #[serde(default)]
    source: String,
    /// `csv`, `xml` (Google Merchant) or `json`; recognised from the content where it is not said.
    format: Option<String>,
    /// The file's name, for the list of imports.
    file: Option<String>,
}

/// Take in a product feed: the file is the body. It is read as it arrives, in bounded memory; a row that is wrong is named with
/// its line and reason, and the others go in.
#[utoipa::path(post, path = "/catalogue/imports", tag = "catalogue", params(ImportFeed),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    security(("key" = ["catalogue:write"])), responses((status = 200, body = FeedAnswer), Refused))]
async fn import_feed(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ImportFeed>,
    body: Body,
) -> Result<Json<FeedAnswer>, Problem> {
    caller.write(Area::Catalogue)?;
    let format = match asked.format.as_deref().filter(|format| !format.is_empty()) {
        Some(format) => Some(adapters::feeds::Format::parse(format).ok_or_else(|| {
            Problem::bad_request("feeds.wrong_format", format!("{format:?} is no format: say csv, xml or json"))
        })?),
        None => None,
    };
    let import = Import {
        desk: state.desk.clone(),
        handle: state.handle(&caller),
        actor: caller.actor(),
        source: asked.source,
        format,
        file: asked.file.unwrap_or_default(),
        currency: settings(&state, &caller).currency,
    };
    let body = body.into_data_stream();
    let answer = feeds::import(import, body).await.map_err(|error| match error {
        feeds::FeedError::Store(error) => store_problem(&error),
        feeds::FeedError::Desk(error) => error.into(),
        feeds::FeedError::Loop(reason) => Problem::unavailable("log.unavailable", reason),
    })?;
    Ok(Json(answer))
}

/// The names of products by the shop's id, for those whose name was not said where they stand: lines of carts and orders.
pub async fn named_products(
    state: &ApiState,
    workspace: i64,
    product_ids: impl IntoIterator<Item = &str>,
) -> Result<BTreeMap<String, CatalogueLine>, Problem> {
    let ids: BTreeSet<&str> = product_ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut keys = store::Rows::new(2);
    ids.into_iter().for_each(|id| keys.push([workspace.into(), id.into()]));
    let rows = state.db.query_each(&sql::PRODUCTS_NAMED, keys).await.map_err(|error| store_problem(&error))?;
    Ok(rows.iter().map(|row| (row.text("product_id").to_owned(), CatalogueLine::of_row(row))).collect())
}

/// What the catalogue says of a line's product.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CatalogueLine {
    /// Its page: `/products/{id}`.
    #[schema(value_type = String)]
    pub product: Id,
    pub name: String,
    pub image_url: Option<String>,
    pub url: Option<String>,
    /// From the lowest to the highest price now.
    pub price: Option<super::view::PriceRange>,
    pub state: StockState,
    /// The shop took it away.
    pub is_deleted: bool,
}

impl CatalogueLine {
    fn of_row(row: &Row) -> CatalogueLine {
        let amount = |column: &str| crate::api::Amount::of(row.opt_int(column), row.opt_text("currency"));
        let owned = |column: &str| row.opt_text(column).map(str::to_owned);
        CatalogueLine {
            product: row.id("id"),
            name: row.text("name").to_owned(),
            image_url: owned("image_url"),
            url: owned("url"),
            price: amount("price_min")
                .zip(amount("price_max"))
                .map(|(low, high)| super::view::PriceRange { low, high }),
            state: StockState::parse(row.text("state")),
            is_deleted: row.int("is_deleted") != 0,
        }
    }
}
