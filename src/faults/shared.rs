//! Orders of faults among replicas: all of them stand everywhere, and one that applies so many times does so in all.

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::{Catalogue, FaultRequest, Faults, KIND, Matcher, Order, Wrong};
use crate::{chance::Chance, directory::Directory};

/// The orders that stand, for another replica to stand by.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct StandingOrders {
    /// How many were given so far: ids are never reused before a reset.
    given: u64,
    /// How often everything began again.
    resets: u64,
    /// Each with its id.
    orders: Vec<(String, FaultRequest)>,
}

impl StandingOrders {
    /// How often everything began again: tells an id from the same one before a reset.
    pub fn resets(&self) -> u64 {
        self.resets
    }

    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }
}

impl Faults {
    pub fn shown(&self) -> StandingOrders {
        let orders = self.orders();
        let all =
            orders.all.iter().map(|order| (order.id.clone(), order.request.clone())).collect();
        StandingOrders { given: orders.given, resets: orders.resets, orders: all }
    }

    /// Stands by these orders: those that are known go on, others begin. What no request here could meet is told, and left out.
    pub fn adopt(
        &self,
        standing: StandingOrders,
        catalogue: &Catalogue,
        directory: &Directory,
    ) -> Vec<(String, Vec<Wrong>)> {
        let mut orders = self.orders();
        if orders.resets != standing.resets {
            orders.all.clear();
            self.scenarios.load().restart(self.seed);
        }
        orders.resets = standing.resets;
        orders.given = standing.given;
        let mut known = std::mem::take(&mut orders.all);
        let mut refused = Vec::new();
        for (id, request) in standing.orders {
            if let Some(at) =
                known.iter().position(|order| order.id == id && order.request == request)
            {
                orders.all.push(known.swap_remove(at));
                continue;
            }
            match Matcher::resolve(&request.target, &request.outcome, catalogue, directory) {
                Ok((matcher, outcome)) => {
                    let chance = Chance::new(self.seed, KIND, &id);
                    orders.all.push(Order { id, request, injected: 0, matcher, outcome, chance });
                }
                Err(wrong) => refused.push((id, wrong)),
            }
        }
        self.standing.store(orders.all.len(), Ordering::Release);
        refused
    }

    /// An order was injected this often, everywhere taken together; one that was injected often enough is over.
    pub fn counted(&self, id: &str, injected: u64) {
        let mut orders = self.orders();
        if let Some(order) = orders.all.iter_mut().find(|order| order.id == id) {
            order.injected = injected;
        }
        orders.all.retain(|order| order.left() != Some(0));
        self.standing.store(orders.all.len(), Ordering::Release);
    }

    /// How often everything began again.
    pub fn resets(&self) -> u64 {
        self.orders().resets
    }
}
