//! Tasks over HTTP: the list, taking one, giving it back, and saying what came of it.

use super::{
    fields::{self, TaskField, check_result},
    rows::owner_key,
    sql,
};
use crate::{api::ApiState, flows::steer::SteerJourney, shared::Shared};
use axum::{Json, extract::State};
use base::{Id, Time};
use bpmn::Model;
use crm::{
    carts::api::{Owner, states},
    desk::{Area, Caller, Member, Who, list_people, store_problem},
};
use http_kit::{JsonBody, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Row, Rows};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_tasks))
        .routes(routes!(find_task))
        .routes(routes!(claim_task))
        .routes(routes!(release_task))
        .routes(routes!(give_task))
        .routes(routes!(finish_task))
}

/// People whose names are looked up for a list.
const PEOPLE_MAX: i64 = 500;

/// Something that a person is to do for a journey.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TaskItem {
    #[schema(value_type = String)]
    id: Id,
    /// What the diagram calls it.
    title: String,
    /// `open`, `done`, or `withdrawn`: the journey went on without it.
    state: String,
    flow: String,
    flow_name: String,
    /// The flow's element.
    step: String,
    #[schema(value_type = String)]
    journey: Id,
    customer: Owner,
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    /// Who has it, as the flow or a person said; `null`: nobody.
    assignee: Option<String>,
    /// The name of the person or agent with that address.
    assignee_name: Option<String>,
    is_mine: bool,
    /// For whom it is meant, where the flow says so.
    groups: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Time>,
    is_overdue: bool,
    /// When it was done or withdrawn.
    #[schema(value_type = Option<String>, format = DateTime)]
    over_at: Option<Time>,
    /// Who did it.
    done_by: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListTasks {
    /// One or more of `open`, `done` and `withdrawn`, with commas between; `open` where nothing is said.
    state: Option<String>,
    /// `me`, `nobody`, or whoever has them.
    assignee: Option<String>,
    flow: Option<String>,
    /// Of the open ones those that are due by then.
    #[param(value_type = Option<String>)]
    due_before: Option<Time>,
    /// Of the open ones those that should have been done by now.
    #[serde(default)]
    overdue: bool,
}

/// Tasks: open ones by when they are due, those without a date last; what is over, newest first. Behind the log by at most a
/// few seconds.
#[utoipa::path(get, path = "/tasks", tag = "tasks", params(ListTasks, PagingQuery),
    security(("key" = ["tasks:read"])), responses((status = 200, body = Page<TaskItem>), Refused))]
async fn list_tasks(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListTasks>,
    paging: Paging,
) -> Result<Json<Page<TaskItem>>, Problem> {
    caller.read(Area::Tasks)?;
    let looking = Looking::new(&state, &caller).await?;
    let wanted = states(asked.state.as_deref().or(Some("open")), &["open", "done", "withdrawn"])?;
    let after: (i64, Id) = paging.after()?.unwrap_or((i64::MIN, Id::ZERO));
    let until = match (asked.overdue, asked.due_before) {
        (true, _) => looking.now.0,
        (false, Some(before)) => before.0,
        (false, None) => i64::MAX,
    };
    let owners: Option<Vec<String>> = match asked.assignee.as_deref() {
        None | Some("") => None,
        Some("me") => Some(looking.me.clone()),
        Some("nobody") => Some(vec![String::new()]),
        Some(other) => Some(vec![owner_key(other)]),
    };
    let flow = asked.flow.unwrap_or_default();
    let (text, width) = match (&owners, flow.is_empty()) {
        (Some(_), _) => (&sql::TASKS_OF, 8),
        (None, false) => (&sql::TASKS_IN_FLOW, 7),
        (None, true) => (&sql::TASKS, 6),
    };
    let mut keys = Rows::new(width);
    for wanted in wanted {
        let head = |more: Option<&str>| {
            let mut key: Vec<store::Value> = vec![caller.workspace.into(), wanted.into()];
            key.extend(more.map(Into::into));
            key.extend([after.0.into(), after.1.into(), until.into(), paging.rows().into()]);
            key
        };
        match &owners {
            Some(owners) => owners.iter().for_each(|owner| {
                let mut key = head(Some(owner));
                key.push(flow.as_str().into());
                keys.push_vec(key);
            }),
            None => keys.push_vec(head(Some(flow.as_str()).filter(|flow| !flow.is_empty()))),
        }
    }
    let rows = state.facts.db.query_each(text, keys).await.map_err(|error| store_problem(&error))?;
    let mut items: Vec<((i64, Id), TaskItem)> =
        rows.iter().map(|row| ((row.int("order_at"), row.id("id")), looking.item(row))).collect();
    items.sort_by_key(|(key, _)| *key);
    items.dedup_by_key(|(key, _)| *key);
    Ok(Json(Page::of(items, &paging, |(key, _)| *key).map(|(_, item)| item)))
}

/// Who looks, and the names of those who are seen.
struct Looking {
    shared: Shared,
    people: Vec<Member>,
    /// What the caller goes by as somebody who has a task.
    me: Vec<String>,
    now: Time,
}

impl Looking {
    async fn new(state: &ApiState, caller: &Caller) -> Result<Looking, Problem> {
        let shared = state.shared(caller);
        let people = list_people(&state.facts.db, caller.workspace, None, PEOPLE_MAX).await;
        let me = match &caller.who {
            Who::Key { .. } => vec![owner_key(&caller.name())],
            Who::Person(person) => {
                let agent = person.agent.and_then(|agent| shared.agent(agent)).map(|agent| owner_key(&agent.email));
                let mut me = vec![owner_key(&person.email)];
                me.extend(agent.filter(|agent| !agent.is_empty() && *agent != me[0]));
                me
            }
        };
        Ok(Looking { shared, people: people.map_err(|error| store_problem(&error))?, me, now: state.facts.clock.now() })
    }

    fn name_of(&self, assignee: &str) -> Option<String> {
        let person = self.people.iter().find(|person| person.email.eq_ignore_ascii_case(assignee.trim()));
        let agent = || self.shared.agents.iter().find(|agent| agent.email.eq_ignore_ascii_case(assignee.trim()));
        person.map(|person| person.name.clone()).or_else(|| agent().map(|agent| agent.name.clone()))
    }

    fn is_me(&self, assignee: &str) -> bool {
        self.me.contains(&owner_key(assignee))
    }

    fn item(&self, row: &Row) -> TaskItem {
        let (flow, assignee) = (row.text("flow"), row.opt_text("assignee"));
        let due_at = row.opt_time("due_at");
        let groups = row.text("groups").split(", ").filter(|group| !group.is_empty());
        TaskItem {
            id: row.id("id"),
            title: row.text("title").to_owned(),
            state: row.text("state").to_owned(),
            flow_name: self.shared.flow(flow).map_or_else(|| flow.to_owned(), |flow| flow.name.clone()),
            flow: flow.to_owned(),
            step: row.text("step").to_owned(),
            journey: row.id("journey"),
            customer: Owner::of_row(row),
            cart: row.opt_id("cart"),
            assignee_name: assignee.and_then(|assignee| self.name_of(assignee)),
            is_mine: assignee.is_some_and(|assignee| self.is_me(assignee)),
            assignee: assignee.map(str::to_owned),
            groups: groups.map(str::to_owned).collect(),
            created_at: row.time("created_at"),
            is_overdue: row.text("state") == "open" && due_at.is_some_and(|due| due < self.now),
            due_at,
            over_at: row.opt_time("over_at"),
            done_by: row.opt_text("done_by").map(str::to_owned),
        }
    }
}

/// A task with what it asks for.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TaskPage {
    #[serde(flatten)]
    task: TaskItem,
    /// What the flow says about it in words.
    about: String,
    /// What its person is told, by name: the task's inputs.
    #[schema(value_type = Object)]
    told: Map<String, Value>,
    /// What its person gives.
    fields: Vec<TaskField>,
}

fn no_task(id: Id) -> Problem {
    Problem::not_found("tasks.not_found", format!("there is no task {id}"))
}

/// One task.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks", params(("id" = String, Path)),
    security(("key" = ["tasks:read"])), responses((status = 200, body = TaskPage), Refused))]
async fn find_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<TaskPage>, Problem> {
    caller.read(Area::Tasks)?;
    page(&state, &caller, id).await.map(Json)
}

async fn page(state: &ApiState, caller: &Caller, id: Id) -> Result<TaskPage, Problem> {
    let looking = Looking::new(state, caller).await?;
    let rows = state.query(&sql::TASK_FIND, &[caller.workspace.into(), id.into()]).await?;
    let row = rows.first().ok_or_else(|| no_task(id))?;
    let task = looking.item(row);
    let number = u32::try_from(row.int("version")).unwrap_or(0);
    let version = looking.shared.flow(&task.flow).and_then(|flow| flow.version(number));
    let compiled = version.and_then(|version| state.domain.compiler.compile(version).ok());
    Ok(TaskPage {
        about: version.map_or_else(String::new, |version| about(&version.xml, &task.step)),
        told: serde_json::from_str(row.text("told")).unwrap_or_default(),
        fields: compiled.map(|compiled| fields::of_step(&compiled.definition, &task.step)).unwrap_or_default(),
        task,
    })
}

/// The documentation of an element.
fn about(xml: &str, step: &str) -> String {
    fn find<'a>(element: &'a bpmn::xml::Element, id: &str) -> Option<&'a bpmn::xml::Element> {
        if element.attribute("id") == Some(id) && element.in_namespace(bpmn::BPMN) {
            return Some(element);
        }
        element.children().find_map(|child| find(child, id))
    }
    let model = Model::parse(xml).ok();
    let element = model.as_ref().and_then(|model| find(model.root(), step));
    let text = element.and_then(|element| element.child(bpmn::BPMN, "documentation")).map(bpmn::xml::Element::text);
    text.unwrap_or_default().trim().to_owned()
}

/// Where an open task stands now, in the cell itself: the list may be behind.
struct Place {
    customer: Id,
    journey: Id,
    token: u32,
    assignee: Option<String>,
}

/// The open task, or `None` where it is over.
async fn place(state: &ApiState, caller: &Caller, task: &TaskPage) -> Result<Option<Place>, Problem> {
    let (customer, cell) = state.customer(caller, task.task.customer.id).await?;
    let known = cell.action.tasks.iter().find(|known| known.id == task.task.id);
    Ok(known.map(|known| Place {
        customer,
        journey: known.journey,
        token: known.token,
        assignee: known.assignee.as_deref().map(str::to_owned),
    }))
}

fn over(id: Id) -> Problem {
    let detail = format!("task {id} is over: somebody has done it, or its journey went on without it");
    Problem::conflict("tasks.over", detail)
}

/// Gives the task to somebody or back. Where `only_free`, nobody else may have it.
async fn give(
    state: &ApiState,
    caller: &Caller,
    id: Id,
    assignee: Option<String>,
    only_free: bool,
) -> Result<Json<TaskPage>, Problem> {
    let task = page(state, caller, id).await?;
    let place = place(state, caller, &task).await?.ok_or_else(|| over(id))?;
    let looking = Looking::new(state, caller).await?;
    if let Some(has) = place.assignee.as_deref().filter(|has| only_free && !looking.is_me(has)) {
        let name = looking.name_of(has).unwrap_or_else(|| has.to_owned());
        return Err(Problem::conflict("tasks.taken", format!("{name} has task {id}")));
    }
    let key = |assignee: &Option<String>| assignee.as_deref().map(owner_key);
    if key(&place.assignee) != key(&assignee) {
        let said = SteerJourney {
            customer: place.customer,
            journey: place.journey,
            token: Some(place.token),
            // Two who claim at once: the second is told. One of mine is mine already, by whichever of my names.
            claim: only_free && place.assignee.is_none(),
            assignee,
            ..SteerJourney::default()
        };
        state.carry_out(caller, "journey.assign", &said).await?;
    }
    page(state, caller, id).await.map(Json)
}

/// Takes a task that nobody else has; taking it again changes nothing.
#[utoipa::path(post, path = "/tasks/{id}/claim", tag = "tasks", params(("id" = String, Path)),
    security(("key" = ["tasks:write"])), responses((status = 200, body = TaskPage), Refused))]
async fn claim_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<TaskPage>, Problem> {
    caller.write(Area::Tasks)?;
    let me = match &caller.who {
        Who::Person(person) => person.email.clone(),
        Who::Key { .. } => caller.name(),
    };
    give(&state, &caller, id, Some(me), true).await
}

/// Gives a task of one's own back, for somebody else to take.
#[utoipa::path(post, path = "/tasks/{id}/release", tag = "tasks", params(("id" = String, Path)),
    security(("key" = ["tasks:write"])), responses((status = 200, body = TaskPage), Refused))]
async fn release_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<TaskPage>, Problem> {
    caller.write(Area::Tasks)?;
    give(&state, &caller, id, None, true).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct GiveBody {
    /// An address, such as a person's or an agent's; `null`: nobody.
    assignee: Option<String>,
}

/// The longest word for who has a task, in characters.
const ASSIGNEE_MAX: usize = 200;

/// Gives a task to somebody, whoever has it.
#[utoipa::path(post, path = "/tasks/{id}/assign", tag = "tasks", params(("id" = String, Path)), request_body = GiveBody,
    security(("key" = ["tasks:write"])), responses((status = 200, body = TaskPage), Refused))]
async fn give_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(GiveBody { assignee }): JsonBody<GiveBody>,
) -> Result<Json<TaskPage>, Problem> {
    caller.write(Area::Tasks)?;
    let assignee = assignee.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if assignee.as_ref().is_some_and(|text| text.chars().count() > ASSIGNEE_MAX) {
        let detail = format!("assignee has at most {ASSIGNEE_MAX} characters");
        return Err(Problem::unprocessable("tasks.wrong_assignee", detail));
    }
    give(&state, &caller, id, assignee, false).await
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FinishBody {
    /// What came of it: the journey keeps it under these names.
    #[serde(default)]
    variables: Map<String, Value>,
}

/// Says that a task is done; its journey goes on. Saying it again changes nothing; somebody else's word stands.
#[utoipa::path(post, path = "/tasks/{id}/complete", tag = "tasks", params(("id" = String, Path)), request_body = FinishBody,
    security(("key" = ["tasks:write"])), responses((status = 200, body = TaskPage), Refused))]
async fn finish_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(FinishBody { variables }): JsonBody<FinishBody>,
) -> Result<Json<TaskPage>, Problem> {
    caller.write(Area::Tasks)?;
    let task = page(&state, &caller, id).await?;
    let who = match &caller.who {
        Who::Person(person) => person.name.clone(),
        Who::Key { .. } => caller.name(),
    };
    let Some(place) = place(&state, &caller, &task).await? else {
        let is_again = task.task.state == "done" && task.task.done_by.as_deref() == Some(&who);
        return if is_again { Ok(Json(task)) } else { Err(over(id)) };
    };
    let looking = Looking::new(&state, &caller).await?;
    if let Some(has) = place.assignee.as_deref().filter(|has| !looking.is_me(has)) {
        let name = looking.name_of(has).unwrap_or_else(|| has.to_owned());
        return Err(Problem::conflict("tasks.taken", format!("{name} has task {id}")));
    }
    check_result(&task.fields, &variables).map_err(|wrong| Problem::unprocessable("tasks.wrong_result", wrong))?;
    let said = SteerJourney {
        customer: place.customer,
        journey: place.journey,
        token: Some(place.token),
        variables,
        who: Some(who),
        ..SteerJourney::default()
    };
    state.carry_out(&caller, "journey.complete", &said).await?;
    page(&state, &caller, id).await.map(Json)
}
