//! Tokens by client credentials: asked for once, kept until Salesforce does not know them any more.

use super::judge;
use crate::{
    crms::{Crm, CrmError, Session},
    web::Call,
};
use serde_json::Value;

/// Makes a call with a token; with a new one where the token is not known any more. `call` is given the address that calls go to.
pub(super) async fn ask(crm: &Crm, call: impl Fn(&str) -> Call) -> Result<Value, CrmError> {
    let known = crm.sessions.find(&crm.target);
    let is_known = known.is_some();
    let session = match known {
        Some(session) => session,
        None => begin(crm).await?,
    };
    let answer = crm.web.call(signed(&call, &session)).await?;
    if answer.status != 401 {
        return judge(&answer);
    }
    crm.sessions.keep(&crm.target, None);
    if !is_known {
        return judge(&answer);
    }
    let session = begin(crm).await?;
    judge(&crm.web.call(signed(&call, &session)).await?)
}

fn signed(call: &impl Fn(&str) -> Call, session: &Session) -> Call {
    call(&session.base_url).with("authorization", format!("Bearer {}", session.token))
}

async fn begin(crm: &Crm) -> Result<Session, CrmError> {
    let target = &crm.target;
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", target.credential("client_id")),
        ("client_secret", target.credential("client_secret")),
    ];
    let answer = crm.web.call(Call::form(format!("{}/services/oauth2/token", target.base_url), &pairs)).await?;
    let json = judge(&answer)?;
    let token = json["access_token"].as_str().ok_or_else(|| CrmError::later("it gave no token"))?.to_owned();
    let base_url = json["instance_url"].as_str().unwrap_or(&target.base_url).trim_end_matches('/').to_owned();
    let session = Session { token, base_url };
    crm.sessions.keep(target, Some(session.clone()));
    Ok(session)
}
