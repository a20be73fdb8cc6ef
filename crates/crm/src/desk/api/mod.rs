//! The desk's routes. Each asks its [`Caller`](super::Caller) for exactly one permission, or is open and says so.

mod keys;
mod people;
mod session;

use super::DeskState;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use http_kit::{OpenApiRouter, routes};
use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

/// Sign-in, people, sources, keys and the audit log, below `/api/v1`.
pub fn router(desk: DeskState) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::session, session::sign_out))
        .routes(routes!(session::change_workspace))
        .routes(routes!(session::sign_out_everywhere))
        .routes(routes!(session::first_run_state, session::first_run))
        .routes(routes!(session::ask_password_link))
        .routes(routes!(session::reset_password))
        .routes(routes!(people::list, people::create))
        .routes(routes!(people::disable))
        .routes(routes!(people::enable))
        .routes(routes!(people::set_role))
        .routes(routes!(keys::list_sources, keys::create_source))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(people::audit))
        .with_state(desk)
}

/// The network address of the caller, as far as it is known.
struct Address(Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Address, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        Ok(Address(super::sessions::address_of(peer, &parts.headers)))
    }
}
