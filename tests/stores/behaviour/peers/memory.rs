//! cqrs-es's `MemStore`, made for tests and development.

use cqrs_es::mem_store::MemStore;

use super::{Cqrs, Nobody};
use crate::notebook::Notebook;
use crate::store::{Power, Store};

pub(crate) struct Memory {
    store: MemStore<Notebook>,
}

impl Store for Memory {
    const NAME: &str = "MemStore";
    type Node = Cqrs<MemStore<Notebook>>;
    type Followers = Nobody;

    fn lacks(power: Power) -> Option<&'static str> {
        Some(match power {
            Power::Log => "no order over streams",
            Power::Commands => "no command ids",
            Power::Nodes | Power::Processes => "lives in one process",
            Power::Blocks => "every commit by itself",
            Power::SeveralStreams => "one stream a commit",
            Power::Bytes => "keeps values, not bytes",
            Power::Claims | Power::Numbers => "no claims, no numbers",
            Power::Connections | Power::Transactions | Power::Server | Power::Dump => "lives in memory",
            Power::Followers | Power::Listening | Power::Parking | Power::Sparing => "no followers",
            Power::Verifying | Power::SignedHeads => "no proof",
        })
    }

    async fn open() -> Self {
        Self { store: MemStore::default() }
    }

    async fn node(&self) -> Self::Node {
        Cqrs::new(self.store.clone())
    }
}
