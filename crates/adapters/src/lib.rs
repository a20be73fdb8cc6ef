//! Every protocol to the outside, one folder each: SMTP ([`smtp`]) with the message format it carries ([`mime`]), what shops
//! send and list ([`shops`]) or write in product feeds ([`feeds`]), what Snowplow's trackers say ([`snowplow`]), other CRMs
//! ([`crms`]), and calls to addresses that somebody typed in ([`web`]).
//!
//! Never touches the database and decides nothing; every call has a timeout and never logs a secret or a message's
//! content. Start reading at [`smtp::SmtpClient::send`] and [`smtp::SendError`], which is where "never a message twice"
//! is decided.

pub mod crms;
pub mod feeds;
pub mod mime;
pub mod shops;
pub mod smtp;
pub mod snowplow;
pub mod web;
