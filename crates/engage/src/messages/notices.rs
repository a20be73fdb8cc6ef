//! Notices to agents over HTTP.

use super::sql;
use crate::{
    api::ApiState,
    commands::ReadNotice,
    ledger::words::{Why, reason_why},
};
use axum::{Json, extract::State};
use base::{Id, Time};
use crm::{
    carts::api::Owner,
    desk::{Area, Caller},
};
use http_kit::{OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, routes};
use serde::{Deserialize, Serialize};
use store::Row;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_notices)).routes(routes!(read_notice))
}

/// Something an agent should know.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct NoticeItem {
    #[schema(value_type = String)]
    id: Id,
    /// Whom it is to; `null`: the customer has no agent, and the workspace no default one.
    #[schema(value_type = Option<String>)]
    agent: Option<Id>,
    customer: Owner,
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    flow: String,
    /// The reason that the flow gives.
    reason: String,
    /// The same as a sentence, where it is one of ours.
    why: Option<Why>,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Time>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListNotices {
    /// Those to this agent.
    #[param(value_type = Option<String>)]
    agent: Option<Id>,
    /// Those that nobody has read.
    #[serde(default)]
    unread: bool,
}

/// Notices, newest first.
#[utoipa::path(get, path = "/notices", tag = "messages", params(ListNotices, PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<NoticeItem>), Refused))]
async fn list_notices(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListNotices>,
    paging: Paging,
) -> Result<Json<Page<NoticeItem>>, Problem> {
    caller.read(Area::Customers)?;
    let before: Id = paging.after()?.unwrap_or(Id([0xff; 16]));
    let params = [
        caller.workspace.into(),
        before.into(),
        asked.agent.into(),
        i64::from(asked.unread).into(),
        paging.rows().into(),
    ];
    let rows = state.query(&sql::NOTICES, &params).await?;
    Ok(Json(Page::of(rows.iter().map(item).collect(), &paging, |item: &NoticeItem| item.id)))
}

fn item(row: &Row) -> NoticeItem {
    NoticeItem {
        id: row.id("id"),
        agent: row.opt_id("to_agent"),
        customer: Owner::of_row(row),
        cart: row.opt_id("cart"),
        flow: row.text("flow").to_owned(),
        reason: row.text("reason").to_owned(),
        why: reason_why(row.text("reason")),
        at: row.time("at"),
        read_at: row.opt_time("read_at"),
    }
}

/// A notice that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct ReadDone {
    #[schema(value_type = String)]
    notice: Id,
}

/// Marks a notice as read; doing it again changes nothing.
#[utoipa::path(post, path = "/notices/{id}/read", tag = "messages", params(("id" = String, Path)),
    security(("key" = ["customers:write"])), responses((status = 200, body = ReadDone), Refused))]
async fn read_notice(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<ReadDone>, Problem> {
    caller.write(Area::Customers)?;
    let rows = state.query(&sql::NOTICE_FIND, &[caller.workspace.into(), id.into()]).await?;
    if rows.is_empty() {
        return Err(Problem::not_found("notices.not_found", format!("there is no notice {id}")));
    }
    state.carry_out(&caller, "notice.read", &ReadNotice { notice: id }).await?;
    Ok(Json(ReadDone { notice: id }))
}
