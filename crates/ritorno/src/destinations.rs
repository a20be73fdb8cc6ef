//! `ritorno destinations`: other CRMs from the command line, carried out by the server beside it or by this process.

use crate::{
    commands,
    config::{Place, Reach},
    operations::Operation,
    serve::Server,
};
use clap::{Args, Subcommand};
use crm::desk::Actor;
use engage::destinations::{DestinationView, NewDestination, check_destination, create_destination, list_destinations};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Debug, Subcommand)]
pub enum Destinations {
    /// Add another CRM, and look whether it lets us in and has what we need.
    #[command(after_help = "\
Examples:
  ritorno destinations add --kind hubspot --name crm --credential token=pat-eu1-…
  ritorno destinations add --kind salesforce --name crm --base-url https://my-domain.my.salesforce.com \\
    --credential client_id=… --credential client_secret=… --setting won_stage=\"Closed Won\"

Flows hand over to it by its name: the ready-made flow hand-over does, with the parameter destination. docs/destinations.md lists
the settings. In HubSpot the check makes the properties and the object for carts that are missing; in Salesforce it says what an
administrator has to make.")]
    Add(Box<Add>),
    /// List the other CRMs: how often something was handed over, and what went wrong last.
    List(Place),
}

#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    reach: Reach,
    /// hubspot, salesforce, or segment for whatever takes Segment's HTTP format.
    #[arg(long, env = "RITORNO_KIND", value_name = "KIND")]
    kind: String,
    /// What flows call it by.
    #[arg(long, env = "RITORNO_NAME", value_name = "NAME")]
    name: String,
    /// Where it is; HubSpot and Segment are at one address for everybody.
    #[arg(long, env = "RITORNO_BASE_URL", value_name = "URL", default_value = "", hide_default_value = true)]
    base_url: String,
    /// What it lets us in by. Several times, or with semicolons between in the variable.
    #[arg(
        long = "credential",
        env = "RITORNO_CREDENTIAL",
        value_name = "NAME=VALUE",
        value_delimiter = ';',
        hide_env_values = true
    )]
    credentials: Vec<String>,
    /// Where something is called otherwise than by default, such as cart_object=carts or cart.total=amount.
    #[arg(long = "setting", env = "RITORNO_SETTING", value_name = "NAME=VALUE", value_delimiter = ';')]
    settings: Vec<String>,
}

/// What is asked of whoever has the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "destinations", rename_all = "snake_case")]
pub enum Asked {
    Add {
        name: String,
        kind: String,
        base_url: String,
        credentials: BTreeMap<String, String>,
        settings: BTreeMap<String, String>,
    },
    List,
}

/// Carries out what was asked.
pub async fn carry_out(server: &Arc<Server>, actor: &Actor, asked: Asked) -> Result<Json, String> {
    let (desk, web) = (&server.desk, &server.connections.web);
    match asked {
        Asked::Add { name, kind, base_url, credentials, settings } => {
            let new = NewDestination { name, kind, base_url, credentials, settings };
            let made = create_destination(desk, web, actor, new).await.map_err(|e| e.to_string())?;
            let checked = check_destination(desk, web, &made).await.map_err(|e| e.to_string())?;
            Ok(json!({ "destination": made.name, "id": made.id, "checked": checked }))
        }
        Asked::List => {
            let found = list_destinations(&server.db, actor.workspace).await.map_err(|e| e.to_string())?;
            Ok(json!(found.iter().map(DestinationView::of).collect::<Vec<_>>()))
        }
    }
}

/// Carries out a command line.
pub async fn run(command: Destinations) -> Result<(), String> {
    match command {
        Destinations::Add(add) => run_add(*add).await,
        Destinations::List(place) => {
            let found = commands::carry_out(&place, Operation::Destinations(Asked::List)).await?;
            for one in found.as_array().into_iter().flatten() {
                let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
                let state = if one["is_checked"] == true { "ready" } else { "not checked" };
                println!(
                    "{:<20} {:<11} {:<12} handed over {:<6} last {}  {}",
                    text("name"),
                    text("kind"),
                    state,
                    one["handed_over"],
                    text("last_ok_at"),
                    text("base_url")
                );
                if let Some(error) = one["last_error"].as_str() {
                    println!("     {} at {}", error, text("last_error_at"));
                }
            }
            Ok(())
        }
    }
}

async fn run_add(add: Add) -> Result<(), String> {
    let pairs = |texts: &[String], what: &str| {
        let pair = |text: &String| {
            let (name, value) = text.split_once('=').ok_or_else(|| format!("a {what} is NAME=VALUE"))?;
            Ok((name.trim().to_owned(), value.to_owned()))
        };
        texts.iter().map(pair).collect::<Result<BTreeMap<String, String>, String>>()
    };
    let asked = Asked::Add {
        name: add.name,
        kind: add.kind,
        base_url: add.base_url,
        credentials: pairs(&add.credentials, "credential")?,
        settings: pairs(&add.settings, "setting")?,
    };
    let addresses = add.reach.addresses();
    let made = commands::carry_out_reaching(&add.place, addresses, Operation::Destinations(asked)).await?;
    println!("{}", serde_json::to_string_pretty(&made).map_err(|e| e.to_string())?);
    Ok(())
}
