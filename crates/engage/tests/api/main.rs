//! The API over the real runtime, on both databases, with a clock that stands where it is put.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod catalogue;
mod coupons;
mod crashes;
mod crms;
mod destinations;
mod document;
mod drawing;
mod engine;
mod facts;
mod feeds;
mod flows;
mod foreign;
mod gates;
mod health;
mod history;
mod jobs;
mod links;
mod live;
mod log;
mod outcomes;
mod pipelines;
mod product_news;
mod reads;
mod refills;
mod reports;
mod rig;
mod starts;
mod tag_writes;
mod tags;
mod tasks;
mod writes;
