//! Every protocol to the outside, one folder each: today SMTP ([`smtp`]) and the message format it carries ([`mime`]).
//!
//! Never touches the database and knows no shop word; every call has a timeout and never logs a secret or a message's
//! content. Start reading at [`smtp::SmtpClient::send`] and [`smtp::SendError`], which is where "never a message twice"
//! is decided.

pub mod mime;
pub mod smtp;
